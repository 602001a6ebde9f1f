"""Sending quotes: the file, the private link, and when it ends."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from keen.activities.models import Activity
from keen.core.models import Change
from keen.lib.errors import RuleError
from keen.records.actions.values import InvalidError
from keen.sales.actions import quotes, sending
from keen.sales.models import Opportunity, Quote, QuoteLink
from keen.sales.queries.quotes import fingerprint
from tests.factories.offers import (
    send,
    token_of_mail,
)

pytestmark = pytest.mark.django_db


def test_sending_mails_the_file_and_a_link_that_nobody_finds_in_the_database(sent: Quote) -> None:
    message = mail.outbox[-1]
    name, content, kind = message.attachments[0]
    assert (name, kind, bytes(content)[:5]) == (f"{sent.number}.pdf", "application/pdf", b"%PDF-")
    token = token_of_mail()
    link = QuoteLink.objects.get()
    assert link.token_hash == fingerprint(token) != token
    assert not Change.objects.filter(after__icontains=token).exists()
    activity = Activity.objects.get(kind="email")
    assert (activity.about_id, activity.direction, token in activity.body) == (
        sent.opportunity_id,
        "out",
        False,
    )


def test_a_quote_without_lines_or_address_is_not_sent(me: Any, quote: Quote, deal: Opportunity) -> None:
    with pytest.raises(InvalidError) as refused:
        sending.send(actor=me, quote_id=quote.pk, letter=sending.Letter("nobody", ""))
    assert set(refused.value.errors) == {"email", "subject"}
    quotes.change(actor=me, quote_id=quote.pk, wish=quotes.Wish([], {"valid_until": str(quote.valid_until)}))
    with pytest.raises(RuleError, match="no lines"):
        send(me, quote)
    assert QuoteLink.objects.count() == 0


def test_a_link_ends_when_it_is_taken_back_and_when_its_time_is_over(
    client: Any, me: Any, sent: Quote
) -> None:
    token = token_of_mail()
    QuoteLink.objects.update(expires_at=timezone.now())
    assert client.get(f"/q/{token}/").status_code == 404
    QuoteLink.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert client.get(f"/q/{token}/pdf/").status_code == 200
    sending.withdraw(actor=me, quote_id=sent.pk)

    assert client.get(f"/q/{token}/").status_code == 404
    assert client.get("/q/another/").status_code == 404

"""What customers do with quotes: look, accept, refuse."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.core.models import Change, Notice, Operation
from keen.sales.actions import answers
from keen.sales.models import Opportunity, Quote, QuoteMoment
from tests.factories.offers import (
    later,
    token_of_mail,
)
from tests.factories.records import undo

pytestmark = pytest.mark.django_db


def test_the_customer_accepts_once_and_the_owner_is_told(client: Any, sent: Quote, owner: Any) -> None:
    token = token_of_mail()
    form = {"answer": "accepted", "name": "Amira Haddad"}

    first, second = (client.post(f"/q/{token}/", form) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    sent.refresh_from_db()
    assert (sent.status, sent.decided_name, sent.decided_from) == ("accepted", "Amira Haddad", "127.0.0.1")
    trail = Change.objects.get(kind="quote", record_id=sent.pk, verb="accepted")
    assert trail.after["decided_from"] == "127.0.0.1"
    assert Operation.objects.filter(verb="accepted", via=answers.VIA).count() == 1
    notice = Notice.objects.get(user=owner, kind=answers.NOTICE)
    assert "was accepted" in notice.text
    assert notice.href.endswith("move/?stage=closed_won")
    assert "Accepted by Amira Haddad" in client.get(f"/q/{token}/").content.decode()


def test_a_refusal_wants_a_reason(client: Any, sent: Quote) -> None:
    token = token_of_mail()

    assert client.post(f"/q/{token}/", {"answer": "refused", "name": "Amira"}).status_code == 422
    client.post(f"/q/{token}/", {"answer": "refused", "reason": "Too late"})

    sent.refresh_from_db()
    assert (sent.status, sent.reason) == ("refused", "Too late")


def test_looks_are_counted_once_a_visit_and_the_second_is_told(sent: Quote, owner: Any) -> None:
    token = token_of_mail()
    assert sent.sent_at
    moments = [
        sent.sent_at + timedelta(seconds=5),
        later(sent),
        later(sent, 2),
        later(sent, 60),
        later(sent, 120),
    ]

    for moment in moments:
        answers.look(token=token, now=moment)

    sent.refresh_from_db()
    assert (sent.looks, QuoteMoment.objects.count()) == (3, 3)
    assert Notice.objects.filter(user=owner, text__contains="opened twice").count() == 1


def test_colleagues_and_programs_that_fetch_ahead_are_no_customers(
    client: Any, client_of: Any, sent: Quote, owner: Any
) -> None:
    Quote.objects.update(sent_at=timezone.now() - timedelta(hours=1))
    token = token_of_mail()

    client_of(owner).get(f"/q/{token}/")
    client.get(f"/q/{token}/", headers={"Sec-Purpose": "prefetch"})
    client.head(f"/q/{token}/")
    assert Quote.objects.get(pk=sent.pk).looks == 0
    answer = client.get(f"/q/{token}/")

    assert Quote.objects.get(pk=sent.pk).looks == 1
    assert (answer["X-Robots-Tag"], answer["Referrer-Policy"]) == ("noindex, nofollow", "same-origin")
    assert "no-store" in answer["Cache-Control"]


def test_a_quote_whose_day_is_over_is_accepted_by_nobody(client: Any, sent: Quote) -> None:
    Quote.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    token = token_of_mail()

    answer = client.post(f"/q/{token}/", {"answer": "accepted", "name": "Amira"})

    assert (answer.status_code, "was valid until" in answer.content.decode()) == (422, True)
    assert answers.expire(now=timezone.now()) == 1
    assert Quote.objects.get(pk=sent.pk).status == "expired"


def test_an_answer_written_down_by_mistake_leaves_no_line_behind(me: Any, owner: Any, sent: Quote) -> None:
    undo(owner, answers.decide(actor=me, quote_id=sent.pk, given=answers.Answer(True, "Amira")))

    sent.refresh_from_db()
    assert (sent.status, sent.decided_name, QuoteMoment.objects.count()) == ("sent", "", 0)
    answers.decide(actor=me, quote_id=sent.pk, given=answers.Answer(False, reason="Too late"))
    assert [one.what for one in QuoteMoment.objects.all()] == ["refused"]


def test_the_link_of_a_deal_in_the_trash_opens_nothing(client: Any, sent: Quote, owner: Any) -> None:
    token = token_of_mail()
    Opportunity.objects.filter(pk=sent.opportunity_id).update(deleted_at=timezone.now())

    assert client.get(f"/q/{token}/").status_code == 404
    assert client.post(f"/q/{token}/", {"answer": "accepted", "name": "Amira"}).status_code == 404
    Opportunity.objects.filter(pk=sent.opportunity_id).update(deleted_at=None)
    assert client.get(f"/q/{token}/").status_code == 200

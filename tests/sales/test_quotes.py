"""Quotes while they are written: made of the lines of a deal, changed, made anew as the next version."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.sales.actions import answers, lines, quotes, sending
from keen.sales.models import Opportunity, Quote
from tests.factories.offers import (
    make_quote,
    row,
    send,
    token_of_mail,
)
from tests.factories.records import undo
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db


def test_quotes_are_numbered_by_the_year_without_a_gap_after_an_error(
    me: Any, quote: Quote, deal: Opportunity
) -> None:
    with pytest.raises(NotVisibleError):
        quotes.draft(actor=me, deal_id=0)
    other = make_quote(me, deal)

    year = timezone.localdate().year
    assert [quote.number, other.number] == [f"Q-{year}-0001", f"Q-{year}-0002"]


def test_a_draft_has_the_lines_of_its_deal_and_adds_up(quote: Quote) -> None:
    assert (quote.net, quote.tax, quote.gross) == (Decimal(200), Decimal(38), Decimal(238))
    assert quote.valid_until == timezone.localdate() + timedelta(days=30)


def test_a_sent_quote_is_frozen_and_changed_by_its_next_version(me: Any, sent: Quote) -> None:
    with pytest.raises(RuleError, match="stays as it is"):
        quotes.change(
            actor=me,
            quote_id=sent.pk,
            wish=quotes.Wish([row(price="1")], {"valid_until": str(sent.valid_until)}),
        )
    quotes.revise(actor=me, quote_id=sent.pk)

    again = Quote.objects.get(revision=2)
    assert (again.number, again.status, again.lines) == (sent.number, "draft", sent.lines)
    with pytest.raises(RuleError, match="already"):
        quotes.revise(actor=me, quote_id=sent.pk)
    token = token_of_mail()
    send(me, again)
    sent.refresh_from_db()
    assert sent.status == "superseded"
    with pytest.raises(NotVisibleError):
        answers.answer(token=token, given=answers.Answer(True, "Amira"), now=timezone.now())


def test_who_only_sees_the_deal_sees_its_quotes_and_changes_none(
    quote: Quote, reader: Any, stranger: Any
) -> None:
    assert Quote.objects.visible_to(reader.actor()).count() == 1
    with pytest.raises(ForbiddenError):
        quotes.discard(actor=reader.actor(), quote_id=quote.pk)
    assert Quote.objects.visible_to(stranger.actor()).count() == 0
    with pytest.raises(NotVisibleError):
        sending.withdraw(actor=stranger.actor(), quote_id=quote.pk)


def test_every_page_of_a_quote_answers(client_of: Any, owner: Any, quote: Quote) -> None:
    client, at = client_of(owner), f"/quotes/{quote.pk}/"

    for address in (at, f"{at}edit/", f"{at}send/", f"{at}answer/", "/quotes/", f"/opportunities/{quote.opportunity_id}/lines/",
                    f"/panels/opportunity/{quote.opportunity_id}/quotes/", f"/opportunities/{quote.opportunity_id}/"):  # fmt: skip
        assert client.get(address).status_code == 200, address
    assert client.get(f"{at}pdf/").content[:5] == b"%PDF-"


def test_the_form_counts_without_saving_until_it_is_told_to(client_of: Any, owner: Any, quote: Quote) -> None:
    client, at = client_of(owner), f"/quotes/{quote.pk}/edit/"
    typed = {
        **row(price="50"),
        "valid_until": str(quote.valid_until),
        "discount_whole": "10",
        "discount_whole_way": "percent",
    }
    typed |= {"product": "", "held": "", "article": "", "unit": "", "discount": "", "discount_way": "percent"}

    counted = client.post(at, {**typed, "more": "1"})
    assert "€107.10" in counted.content.decode()
    assert Quote.objects.get(pk=quote.pk).gross == Decimal(238)
    assert_receipt(client.post(at, {**typed, "save": "1"}), undo=True)

    assert Quote.objects.get(pk=quote.pk).gross == Decimal("107.1")


def test_undo_never_changes_what_the_customer_got(me: Any, owner: Any, deal: Opportunity) -> None:
    lines.set_lines(actor=me, deal_id=deal.pk, wish=lines.Wish([row()]))
    made = quotes.draft(actor=me, deal_id=deal.pk)
    quote = Quote.objects.get()
    values = {"valid_until": str(quote.valid_until)}
    changed = quotes.change(actor=me, quote_id=quote.pk, wish=quotes.Wish([row(price="50")], values))
    send(me, quote)

    undo(owner, changed)
    undo(owner, made)

    quote.refresh_from_db()
    assert (quote.gross, quote.status, quote.deleted_at) == (Decimal(119), "sent", None)


def test_a_button_pressed_twice_makes_one_quote(client_of: Any, owner: Any, deal: Opportunity) -> None:
    client = client_of(owner)

    for _ in range(2):
        client.post(f"/opportunities/{deal.pk}/quote/", {"_once": "k1"})

    assert Quote.objects.count() == 1


def test_what_was_typed_stays_when_somebody_changed_the_quote_meanwhile(
    client_of: Any, owner: Any, quote: Quote
) -> None:
    typed = {
        **row("Seven gates", price="50"),
        "valid_until": str(quote.valid_until),
        "version": "0",
        "save": "1",
    }

    answer = client_of(owner).post(f"/quotes/{quote.pk}/edit/", typed)

    assert answer.status_code == 422
    assert "Seven gates" in answer.content.decode()
    assert "Somebody changed this quote" in answer.content.decode()

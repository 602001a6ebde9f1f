"""Lines of deals: what a deal is worth by them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.records.actions.values import InvalidError
from keen.sales.actions import lines
from keen.sales.models import Opportunity
from tests.factories.core import make_user
from tests.factories.offers import (
    make_book,
    make_product,
    row,
)
from tests.factories.records import undo

pytestmark = pytest.mark.django_db


def test_the_amount_of_a_deal_follows_from_its_lines_and_is_taken_by_hand_no_more(
    me: Any, deal: Opportunity, client_of: Any, owner: Any
) -> None:
    lines.set_lines(
        actor=me, deal_id=deal.pk, wish=lines.Wish([row(quantity="3", price="19.99"), row("", "1", "")])
    )

    deal.refresh_from_db()
    assert deal.amount == {"amount": "59.97", "currency": "EUR"}
    assert [line["amount"] for line in deal.lines] == ["59.97"]
    answer = client_of(owner).post(
        f"/opportunities/{deal.pk}/edit/", {"name": deal.name, "amount": "1", "amount_currency": "EUR"}
    )
    assert answer.status_code == 422
    assert "follows from 1 line" in answer.content.decode()


def test_lines_are_taken_back_with_the_amount_that_was_there(me: Any, deal: Opportunity, owner: Any) -> None:
    receipt = lines.set_lines(actor=me, deal_id=deal.pk, wish=lines.Wish([row()]))

    undo(owner, receipt)

    deal.refresh_from_db()
    assert (deal.lines, deal.amount) == ([], {"amount": "48000", "currency": "EUR"})


def test_a_product_brings_its_price_of_the_standard_book_its_unit_and_its_tax(
    me: Any, deal: Opportunity
) -> None:
    book = make_book()
    make_book("Old", standard=False, valid_until=timezone.localdate() - timedelta(days=1))
    product = make_product(
        "Sensor T2", price="149.5", book=book, number="T2", unit="piece", tax_class="reduced"
    )

    lines.set_lines(
        actor=me,
        deal_id=deal.pk,
        wish=lines.Wish([{"product": str(product.pk), "text": "Sens", "quantity": "2"}]),
    )

    deal.refresh_from_db()
    line = deal.lines[0]
    assert (line["text"], line["article"], line["unit"], line["price"], line["tax"]) == (
        "Sensor T2",
        "T2",
        "piece",
        "149.50",
        "7",
    )


def test_wrong_lines_are_refused_with_the_input_to_mend(me: Any, deal: Opportunity) -> None:
    with pytest.raises(InvalidError) as refused:
        lines.set_lines(actor=me, deal_id=deal.pk, wish=lines.Wish([row(), row(price="-1")]))

    assert set(refused.value.errors) == {"price-2"}


def test_a_colleague_without_the_right_to_amounts_sees_no_lines(
    deal: Opportunity, me: Any, team: Any, client_of: Any
) -> None:
    lines.set_lines(actor=me, deal_id=deal.pk, wish=lines.Wish([row("Secret sensor", "1", "777")]))
    blind = make_user("sales_rep", team)
    blind.rights = {**blind.rights, "hidden": {"opportunity": ["amount", "value", "weighted"]}}
    blind.save()
    client = client_of(blind)

    assert client.get(f"/panels/opportunity/{deal.pk}/quotes/").status_code == 404
    assert "777" not in client.get(f"/opportunities/{deal.pk}/").content.decode()


@pytest.mark.parametrize("product", ["²", "9" * 30, "-1", "0"])
def test_a_product_that_is_none_is_left_out(me: Any, deal: Opportunity, product: str) -> None:
    lines.set_lines(actor=me, deal_id=deal.pk, wish=lines.Wish([row(product=product)]))
    deal.refresh_from_db()
    assert deal.lines[0]["product"] is None


def test_a_german_page_reads_a_point_as_thousands_and_shows_what_reads_back(
    client_of: Any, owner: Any, deal: Opportunity
) -> None:
    client, at = client_of(owner), f"/opportunities/{deal.pk}/lines/"
    parts = {"product": "", "held": "", "article": "", "unit": "", "discount": "", "discount_way": "percent"}
    client.post(at, {**parts, **row(quantity="0,125", price="1.234"), "save": "1"})

    deal.refresh_from_db()
    assert [(one["quantity"], one["price"]) for one in deal.lines] == [("0.125", "1234.00")]
    assert 'value="0.1250"' in client.get(at).content.decode()

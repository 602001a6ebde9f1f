"""Deals by programs: the same rule as on the pages."""

from typing import Any

import pytest

from keen.sales.actions.pipelines import save_stage
from keen.sales.domain.rules import AskWish, StageWish
from tests.factories.api import assert_problem, program
from tests.factories.offers import make_book, make_product

pytestmark = pytest.mark.django_db


def test_a_deal_is_made_moved_won_and_opened_again(owner: Any) -> None:
    api = program(owner)
    made = api.post("opportunities", {"name": "Cold chain", "amount": {"amount": "12.50", "currency": "EUR"}})
    assert made.status_code == 201
    at = f"opportunities/{made.json()['data']['id']}"

    moved = api.patch(at, {"stage": "proposal"}, if_match="*")
    assert (moved.status_code, moved.json()["data"]["probability"]) == (200, 50)
    won = api.post(f"{at}/win", {"reason": "won_price"}).json()["data"]
    assert (won["stage"], won["reason"], won["forecast_category"]) == ("closed_won", "won_price", "closed")
    opened = api.post(f"{at}/reopen").json()["data"]
    assert (opened["stage"], opened["closed_at"]) == ("proposal", None)


def test_programs_are_held_to_what_a_stage_demands(owner: Any, admin: Any, deal: Any) -> None:
    wish = StageWish(
        "Proposal",
        probability="50",
        forecast="pipeline",
        asks=[AskWish("close_date", True, "When we plan people")],
    )
    save_stage(actor=admin.actor(), key="proposal", wish=wish)

    refused = program(owner).patch(f"opportunities/{deal.pk}", {"stage": "proposal"}, if_match="*")

    assert_problem(refused, 422)
    assert "When we plan people" in refused.content.decode()


def test_lines_are_set_with_a_product_that_brings_what_was_not_said(owner: Any, deal: Any) -> None:
    book = make_book()
    product = make_product(
        "Sensor", price="12.345", book=book, number="TS-2", unit="piece", tax_class="reduced"
    )
    api, at = program(owner), f"opportunities/{deal.pk}"

    sent = [{"product": product.pk, "quantity": 2.5}, {"text": "Visit", "price": "1.234", "tax": 19}]
    made = api.post(f"{at}/lines", {"lines": sent})

    assert made.status_code == 200, made.content
    data = made.json()["data"]
    assert [
        (one["text"], one["unit"], one["quantity"], one["price"], one["amount"]) for one in data["lines"]
    ] == [
        ("Sensor", "piece", "2.5", "12.345", "30.86"),
        ("Visit", "", "1", "1.234", "1.23"),
    ]
    assert data["amount"] == {"amount": "32.09", "currency": "EUR"}
    assert_problem(api.post(f"{at}/lines", {"lines": [{"text": "Visit", "price": True}]}), 422)
    assert_problem(api.post(f"{at}/lines", {"lines": [{"text": "Visit", "cost": "1"}]}), 422)
    assert_problem(api.post(f"{at}/lines", {"lines": [{"text": "Visit", "price": "-1"}]}), 422)
    assert api.post(f"{at}/lines", {"lines": []}).json()["data"]["lines"] == []


def test_a_draft_is_changed_in_part_and_discarded(owner: Any, quote: Any) -> None:
    api, at = program(owner), f"quotes/{quote.pk}"

    changed = api.post(f"{at}/change", {"discount": 10, "introduction": "Here it is."})

    data = changed.json()["data"]
    assert (data["net"]["amount"], data["introduction"], len(data["lines"])) == ("180.00", "Here it is.", 1)
    assert data["valid_until"] == str(quote.valid_until)
    again = api.post(f"{at}/change", {"lines": [{"text": "Gate", "price": 50, "quantity": 2}]}).json()["data"]
    assert (again["net"]["amount"], again["introduction"]) == ("90.00", "Here it is.")
    assert_problem(api.post(f"{at}/change", {"valid_until": "2020-01-01"}), 422)
    assert api.post(f"{at}/discard").status_code == 200
    assert_problem(api.post(f"{at}/change", {"discount": 5}), 404)


def test_a_program_of_somebody_else_changes_no_quote(stranger: Any, reader: Any, quote: Any) -> None:
    assert_problem(program(stranger).post(f"quotes/{quote.pk}/change", {"discount": 5}), 404)
    assert_problem(program(reader).post(f"quotes/{quote.pk}/discard"), 403)
    assert_problem(program(reader).post(f"opportunities/{quote.opportunity_id}/lines", {"lines": []}), 403)

"""Deals by programs: the same rule as on the pages."""

from typing import Any

import pytest

from keen.sales.actions.pipelines import save_stage
from keen.sales.domain.rules import AskWish, StageWish
from tests.factories.api import assert_problem, program

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

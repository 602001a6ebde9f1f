"""What a role may not read is not read from what is made of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.activities.actions.about import About
from keen.activities.actions.plan import Plan, plan_task
from tests.factories.api import assert_problem, program
from tests.factories.core import make_role, make_user
from tests.factories.records import browser

pytestmark = pytest.mark.django_db
SEES = {"opportunity": {"view": "all", "edit": "all"}, "account": {"view": "all"}}


def test_a_hidden_amount_hides_what_it_comes_to(deal: Any, team: Any) -> None:
    api = program(make_user(make_role(records=SEES, hidden={"opportunity": ["amount"]}), team))

    told = api.get(f"opportunities/{deal.pk}").json()["data"]

    assert {"amount", "value", "weighted"} & told.keys() == set()
    assert_problem(api.get("opportunities?filter[value][min]=47999"), 400, "unknown_field")


def test_a_hidden_stage_hides_what_follows_from_it(deal: Any, team: Any) -> None:
    api = program(make_user(make_role(records=SEES, hidden={"opportunity": ["stage"]}), team))

    told = api.get(f"opportunities/{deal.pk}").json()["data"]

    assert {"stage", "pipeline", "probability", "forecast_category", "weighted"} & told.keys() == set()
    assert "value" in told


@pytest.mark.parametrize("reads", [False, True])
def test_the_next_step_is_told_to_who_may_read_activities(
    deal: Any, owner: Any, team: Any, *, reads: bool
) -> None:
    on = timezone.localdate() + timedelta(days=3)
    plan_task(actor=owner.actor(), about=About("opportunity", deal.pk), plan=Plan(subject="Ask Bob", on=on))
    records = SEES | ({"activity": {"view": "all"}} if reads else {})
    user = make_user(make_role(records=records), team)

    told = program(user).get(f"opportunities/{deal.pk}").json()["data"]
    board = browser(user).get("/opportunities/?board=1").content.decode()

    assert (told.get("next_step") == "Ask Bob", "Ask Bob" in board) == (reads, reads)


def test_who_may_not_see_the_stage_is_not_told_it_by_a_refusal(deal: Any, team: Any) -> None:
    user = make_user(make_role(records=SEES, hidden={"opportunity": ["stage"]}), team)
    sent = {"stage": "proposal", "was": "xyz"}

    answers = [
        browser(user).post(f"/opportunities/{deal.pk}/move/", sent),
        *(program(user).post(f"opportunities/{deal.pk}/{verb}", {}) for verb in ("reopen", "win")),
    ]

    assert [one.status_code for one in answers] == [422, 403, 403]
    assert not any(b"Qualification" in one.content or b"is open" in one.content for one in answers)


@pytest.mark.parametrize("scope", ["none", "own", "all"])
def test_the_board_names_companies_to_who_may_see_any(deal: Any, team: Any, scope: str) -> None:
    records = {"opportunity": {"view": "all"}, "account": {"view": scope}}
    user = make_user(make_role(records=records), team)

    board = browser(user).get("/opportunities/?board=1").content.decode()

    assert "Cold chain" in board
    assert ("Vela Foods" in board) == (scope != "none")

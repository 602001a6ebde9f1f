"""Activities by programs, with the consequences that the pages have."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.activities.models import Activity
from tests.factories.activities import make_activity
from tests.factories.api import Program, assert_problem, program
from tests.factories.people import make_account, make_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(owner: Any) -> Program:
    return program(owner)


@pytest.fixture
def contact(owner: Any) -> Any:
    account = make_account("Vela Foods", owner=owner, team=owner.team)
    return make_contact("Amira Haddad", owner=owner, team=owner.team, account=account)


def test_a_logged_call_sets_the_last_contact_and_asks_for_the_next_step(api: Program, contact: Any) -> None:
    answer = api.post(
        "activities/log-call", {"contact": contact.pk, "outcome": "reached", "note": "Spoke of prices"}
    )

    told = answer.json()
    contact.refresh_from_db()
    assert answer.status_code == 201
    assert told["data"]["status"] == "done"
    assert told["data"]["contact"]["id"] == contact.pk
    assert told["data"]["account"]["title"] == "Vela Foods"
    assert told["data"]["source"] == "API"
    assert told["receipt"]["text"] == "Call with Amira Haddad logged."
    assert "last contact is now today" in told["receipt"]["also"]
    assert contact.last_contact_at is not None


def test_a_call_that_was_planned_is_done_by_logging_it(api: Program, owner: Any, contact: Any) -> None:
    planned = make_activity(owner, kind="call", contact=contact, about_kind="contact", about_id=contact.pk,
                            plan_on=timezone.localdate())  # fmt: skip

    told = api.post("activities/log-call", {"contact": contact.pk}).json()["data"]

    assert (told["id"], told["status"]) == (planned.pk, "done")


def test_a_next_call_is_planned_in_the_same_breath_and_undone_with_it(api: Program, contact: Any) -> None:
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    told = api.post(
        "activities/log-call", {"contact": contact.pk, "outcome": "no_answer", "next_on": day}
    ).json()
    assert Activity.objects.living().count() == 2

    api.post(told["receipt"]["undo"]["href"].removeprefix("/api/v1/"))

    assert Activity.objects.living().count() == 0


def test_a_task_is_planned_and_completed(api: Program, contact: Any) -> None:
    planned = api.post("activities/plan-task", {"contact": contact.pk, "subject": "Send the offer",
                                                "on": timezone.localdate().isoformat()})  # fmt: skip
    assert planned.status_code == 201
    record_id = planned.json()["data"]["id"]

    done = api.post(f"activities/{record_id}/complete", {"note": "Sent"})

    assert done.status_code == 200
    assert done.json()["data"]["status"] == "done"
    assert done.json()["receipt"]["text"] == "Done: Send the offer."
    assert api.post(f"activities/{record_id}/reopen").json()["data"]["status"] == "open"
    day = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert api.post(f"activities/{record_id}/snooze", {"on": day}).json()["data"]["plan_on"] == day
    assert api.post(f"activities/{record_id}/cancel").json()["data"]["status"] == "cancelled"


def test_notes_mails_and_meetings_are_written_down(api: Program, contact: Any) -> None:
    start = timezone.now() + timedelta(days=2)
    for verb, values, kind in (
        ("log-note", {"contact": contact.pk, "text": "Likes tea"}, "note"),
        ("log-email", {"contact": contact.pk, "subject": "Offer", "direction": "in"}, "email"),
        (
            "plan-meeting",
            {"contact": contact.pk, "subject": "Prices", "starts_at": start.isoformat()},
            "meeting",
        ),
    ):
        answer = api.post(f"activities/{verb}", values)
        assert answer.status_code == 201, answer.content
        assert answer.json()["data"]["kind"] == kind


@pytest.mark.parametrize(
    ("verb", "values", "at"),
    [
        ("log-call", {}, "/contact"),
        ("log-call", {"contact": 1, "outcome": "held"}, "/outcome"),
        ("log-call", {"contact": 1, "mood": "good"}, "/mood"),
        ("log-call", {"contact": "1"}, "/contact"),
        ("log-note", {}, "/text"),
        ("plan-meeting", {"subject": "x"}, "/starts_at"),
        ("plan-task", {"subject": "x", "on": "soon"}, "/on"),
        ("plan-task", {"subject": "x", "on": "2001-01-01"}, "/plan_on"),
    ],
)
def test_what_is_to_be_mended_is_named(api: Program, verb: str, values: Any, at: str) -> None:
    assert_problem(api.post(f"activities/{verb}", values), 422, at=at)


def test_whoever_may_not_do_it_on_a_page_may_not_by_a_program(
    owner: Any, stranger: Any, contact: Any
) -> None:
    task = make_activity(owner, contact=contact)
    hidden = program(stranger)

    assert_problem(hidden.post(f"activities/{task.pk}/complete"), 404)
    assert_problem(hidden.post("activities/log-call", {"contact": contact.pk}), 404)
    assert_problem(program(owner, level="read").post(f"activities/{task.pk}/complete"), 403)
    assert_problem(program(owner, activity="write").post("activities/log-call", {"contact": contact.pk}), 404)
    assert_problem(program(owner).post(f"activities/{task.pk}/explode"), 404)
    assert_problem(program(owner).post(f"contacts/{contact.pk}/complete"), 404)
    task.refresh_from_db()
    assert task.is_open

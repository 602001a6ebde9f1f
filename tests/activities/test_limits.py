"""What no form lets through: years beyond calendars, odd numbers, foreign ways back, rules that are none; and what is private."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keen.activities.actions.log import Note, write_note
from keen.activities.domain import recurrence
from keen.activities.models import Activity
from keen.activities.queries.day import day
from keen.activities.queries.timeline import Place, timeline
from keen.activities.records import ACTIVITY
from keen.core.models import Notice
from keen.people.models import Contact
from keen.records.actions.life import delete
from keen.records.actions.save import Wish, save
from tests.factories.activities import about, client_of, make_activity, make_call, only, words
from tests.factories.core import make_user

PLAN = reverse("activity-plan")
CALL = reverse("call-log")
ODD_NUMBERS = ["²", "9" * 30, "9" * 5000]


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00", "0001-01-01T01:00", "9999-12-31T23:59", "1799-12-31T10:00"]
)
def test_a_call_lies_in_a_year_of_calendars(mine: Client, contact: Contact, at: str) -> None:
    answer = mine.post(CALL, {"kind": "contact", "id": contact.pk, "outcome": "reached", "at": at})

    assert answer.status_code == 422
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    "dates",
    [
        {"on": "0001-01-01", "remind": "1440"},
        {"due_on": "0001-01-01"},
        {"due_on": "9999-12-31"},
        {"due_on": "9999-12-31", "due_time": "23:59-12:00"},
        {"what": "meeting", "on": "9999-12-31", "time": "23:59", "minutes": "240"},
        {"when": "9999-12-31"},
        {"on": "2026-11-24", "repeat": "daily", "until": "9999-12-31"},
    ],
)
def test_a_plan_lies_in_a_year_of_calendars(mine: Client, contact: Contact, dates: dict[str, str]) -> None:
    given = {"what": "task", "kind": "contact", "id": contact.pk, "subject": "Ask", "when": "pick", **dates}

    answer = mine.post(PLAN, given)

    assert answer.status_code in {303, 422}
    assert all(one.plan_on is None and one.due_at is None for one in Activity.objects.all())
    assert mine.get("/").status_code == 200


@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31"])
def test_nothing_is_moved_out_of_the_calendar(mine: Client, call: Activity, on: str) -> None:
    before = call.plan_on

    assert mine.post(reverse("activity-snooze", args=[call.pk]), {"on": on}).status_code == 422

    call.refresh_from_db()
    assert call.plan_on == before


@pytest.mark.parametrize("odd", ODD_NUMBERS)
def test_odd_numbers_are_nobody(mine: Client, contact: Contact, odd: str) -> None:
    given = {"what": "meeting", "kind": "contact", "id": contact.pk, "subject": "Meet", "on": "2026-11-24"}

    answer = mine.post(PLAN, {**given, "when": "pick", "participants": [odd], "owner": odd})

    assert answer.status_code == 303
    assert only().participants in ([], [contact.pk])
    assert mine.post(CALL, {"kind": "contact", "id": odd, "outcome": "reached"}).status_code == 422


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_way_back_leads_nowhere_else(mine: Client, contact: Contact, to: str) -> None:
    asked = {"kind": "contact", "id": str(contact.pk), "back": to}

    for address in (PLAN, reverse("call-new"), reverse("mail-new")):
        page = words(mine.get(address, asked))
        assert f'href="{to}' not in page
        assert f'name="next" value="{to}"' not in page


def test_a_repetition_that_is_none_is_told_beside_its_field(mine: Client, owner: Any) -> None:
    task = make_activity(owner)

    answer = mine.post(
        f"/activities/{task.pk}/edit/", {"recurrence": "GARBAGE RULE", "subject": "x", "kind": "task"}
    )

    task.refresh_from_db()
    assert (answer.status_code, task.recurrence) == (422, "")
    assert "This repetition is not possible." in words(answer)


def test_a_repetition_from_elsewhere_that_is_none_breaks_no_page(mine: Client, owner: Any) -> None:
    task = make_activity(owner, recurrence="GARBAGE RULE")
    kept = make_activity(owner, recurrence="rrule:freq=daily")
    Activity.objects.filter(pk=task.pk).update(recurrence="GARBAGE RULE")

    assert mine.get(f"/activities/{task.pk}/").status_code == 200
    assert recurrence.words("GARBAGE RULE") == ""
    assert kept.recurrence == "FREQ=DAILY"


def test_what_is_private_stays_so_while_somebody_looks_as_its_owner(owner: Any, contact: Contact) -> None:
    make_activity(owner, contact=contact, is_private=True, plan_on=timezone.localdate())
    call = make_call(owner, contact, is_private=True)
    Notice.objects.create(user=owner, kind="reminder", text="Secret", at=timezone.now())
    looking = owner.actor(acting_by=make_user("administrator").pk)
    place, now = Place(contact.KIND, contact.pk), timezone.now()

    seen = day(looking, now)

    assert (seen.first, list(seen.done), list(seen.waiting)) == (None, [], [])
    assert [entry for entry in timeline(looking, place).entries if entry.source == "a"] == []
    assert not Activity.objects.visible_to(looking).exists()
    assert not call.allows(looking, "view")
    assert day(owner.actor(), now).first is not None
    assert call.allows(owner.actor(), "view")


@pytest.mark.parametrize("how", ["private", "deleted"])
def test_a_mention_goes_with_the_note_that_it_shows(
    owner: Any, colleague: Any, contact: Contact, how: str
) -> None:
    note = Note(text=f"@{colleague.name} the price is secret")
    write_note(actor=owner.actor(), about=about(contact), note=note)
    written = only()
    assert "secret" in words(client_of(colleague).get("/notices/"))

    if how == "private":
        save(ACTIVITY, actor=owner.actor(), wish=Wish({"is_private": True}, written.pk))
    else:
        delete(ACTIVITY, actor=owner.actor(), record_id=written.pk)

    assert "secret" not in words(client_of(colleague).get("/notices/"))
    assert "secret" not in words(client_of(colleague).get("/"))

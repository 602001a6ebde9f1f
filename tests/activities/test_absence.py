"""What a day off changes: hints, days offered, reminders, repetition, and what colleagues see."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.activities.actions.close import Ending, complete
from keen.activities.actions.move import Handover, reassign, snooze
from keen.activities.actions.notices import remind_due
from keen.activities.actions.plan import Meeting, Plan, plan_meeting, plan_task
from keen.activities.models import Activity
from keen.core.actions.calendars import Leave, Week, mark_away, set_week
from keen.core.domain.worktime import FULL_TIME
from keen.core.models import Notice, User
from tests.factories.activities import client_of, make_activity, words
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db


def go_away(user: User, first: date, last: date, **more: Any) -> User:
    mark_away(actor=user.actor(), user=user, leave=Leave(first=first, last=last, **more))
    return User.objects.select_related("team").get(pk=user.pk)


def today() -> date:
    return timezone.localdate()


def next_monday() -> date:
    return today() + timedelta(days=7 - today().weekday())


def test_a_task_on_a_day_off_says_so_and_offers_the_next_working_day(owner: User) -> None:
    monday = next_monday()
    away = go_away(owner, monday, monday + timedelta(days=1))

    receipt = plan_task(actor=away.actor(), about=None, plan=Plan(subject="Send the offer", on=monday))

    assert "you are away on that day" in receipt.also
    assert receipt.alternative is not None
    assert receipt.alternative.post
    answer = client_of(away).post(receipt.alternative.href)
    assert_receipt(answer, undo=True)
    assert Activity.objects.get().plan_on == monday + timedelta(days=2)


def test_a_task_on_a_working_day_says_nothing_of_it(owner: User) -> None:
    receipt = plan_task(actor=owner.actor(), about=None, plan=Plan(subject="Send it", on=next_monday()))

    assert not [line for line in receipt.also if "away" in line or "working" in line]


def test_a_holiday_is_called_by_its_name(owner: User) -> None:
    year = today().year + 1
    set_week(
        actor=owner.actor(), user=owner,
        week=Week(valid_from=date(year, 1, 1), minutes=FULL_TIME, country="DE", region="BY"),
    )  # fmt: skip
    epiphany = date(year, 1, 6)

    receipt = plan_task(
        actor=owner.actor(), about=None, plan=Plan(subject="Ring", on=epiphany, owner_id=owner.pk)
    )

    expected = "that day is Epiphany" if epiphany.weekday() < 5 else "that day is"
    fresh = User.objects.get(pk=owner.pk)
    told = plan_task(actor=fresh.actor(), about=None, plan=Plan(subject="Ring", on=epiphany))
    assert any(line.startswith(expected) for line in told.also), (receipt.also, told.also)


def test_snoozing_to_a_day_off_offers_a_better_one(owner: User) -> None:
    monday = next_monday()
    away = go_away(owner, monday, monday)
    task = make_activity(away, actor=away.actor(), plan_on=today())

    receipt = snooze(actor=away.actor(), activity_id=task.pk, on=monday)

    assert receipt.alternative is not None
    assert str(monday + timedelta(days=1)) in receipt.alternative.href


def test_tomorrow_is_the_next_day_that_is_worked_on(owner: User) -> None:
    away = go_away(owner, today() + timedelta(days=1), today() + timedelta(days=30))
    task = make_activity(away, actor=away.actor(), plan_on=today())

    client_of(away).post(f"/activities/{task.pk}/snooze/", {"on": "tomorrow"})

    task.refresh_from_db()
    assert task.plan_on is not None
    assert task.plan_on > today() + timedelta(days=30)
    assert away.worktime.works(task.plan_on)


def test_a_reminder_of_a_day_waits_for_who_is_away_and_one_with_a_time_does_not(owner: User) -> None:
    monday = date(2026, 11, 23)
    away = go_away(owner, monday, monday + timedelta(days=2))
    at = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)  # 8:30 in Berlin
    waits = make_activity(away, plan_on=monday, reminder_at=at)
    timed = make_activity(away, plan_on=monday, reminder_at=at + timedelta(minutes=7))
    promised = make_activity(away, plan_on=monday, due_at=at, reminder_at=at)

    assert remind_due(now=at + timedelta(hours=1)) == 2

    waits.refresh_from_db()
    assert waits.reminded_at is None
    assert waits.reminder_at == datetime(2026, 11, 26, 7, 30, tzinfo=UTC)
    told = set(Notice.objects.filter(kind="reminder").values_list("href", flat=True))
    assert told == {f"/activities/{timed.pk}/", f"/activities/{promised.pk}/"}
    assert remind_due(now=datetime(2026, 11, 26, 8, 0, tzinfo=UTC)) == 1


def test_what_repeats_comes_on_a_working_day(owner: User) -> None:
    monday = next_monday()
    away = go_away(owner, monday + timedelta(days=7), monday + timedelta(days=8))
    task = make_activity(away, actor=away.actor(), plan_on=monday, recurrence="FREQ=WEEKLY;BYDAY=MO")

    complete(actor=away.actor(), activity_id=task.pk, ending=Ending())

    following = Activity.objects.exclude(pk=task.pk).get()
    assert following.plan_on == monday + timedelta(days=9)
    assert following.recurrence == "FREQ=WEEKLY;BYDAY=MO"


def test_today_says_who_is_away_and_who_stands_in(owner: User, colleague: User) -> None:
    away = go_away(owner, today(), today() + timedelta(days=3), stand_in_id=colleague.pk)
    make_activity(away, plan_on=today())

    own = words(client_of(away).get("/"))
    other = words(client_of(colleague).get("/today/around/"))

    assert "You are away." in own
    assert f"{colleague.name} stands in" in own
    assert "1 thing waits here" in own
    assert "You stand in for" in other
    assert f"owner={owner.pk}" in other


def test_whoever_is_chosen_is_shown_with_until_when_they_are_away(owner: User, colleague: User) -> None:
    go_away(colleague, today(), today() + timedelta(days=3))
    task = make_activity(owner, actor=owner.actor(), plan_on=today())

    page = words(client_of(owner).get("/plan/"))
    receipt = reassign(actor=owner.actor(), activity_id=task.pk, handover=Handover(to_id=colleague.pk))

    assert f"{colleague.name} (away until" in page
    assert any("is away until" in line for line in receipt.also)


def test_a_meeting_with_who_is_away_says_so(owner: User, colleague: User) -> None:
    monday = next_monday()
    go_away(colleague, monday, monday)
    at = datetime.combine(monday, datetime.min.time(), tzinfo=UTC) + timedelta(hours=10)

    meeting = Meeting(subject="Site visit", starts_at=at, owner_id=colleague.pk)
    receipt = plan_meeting(actor=owner.actor(), about=None, meeting=meeting)

    assert f"{colleague.name} is away on that day" in receipt.also

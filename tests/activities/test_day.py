"""Today: what comes first and why, what it costs, what somebody sees on the first day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from keen.activities.domain.ranking import Moment
from keen.activities.queries.day import around, day, open_until
from keen.core.models import Notice
from keen.people.models import Contact
from tests.factories.activities import make_activity, make_call
from tests.factories.core import make_team, make_user
from tests.factories.people import make_contact

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=BERLIN)
TODAY = date(2026, 11, 24)


def test_the_most_pressing_comes_first_with_its_reason(owner: Any, contact: Contact) -> None:
    planned = make_activity(owner, plan_on=TODAY, subject="Prepare the week")
    promised = make_activity(
        owner, contact=contact, due_at=NOW - timedelta(days=1), promised_to_customer=True
    )

    found = day(owner.actor(), NOW)

    assert found.first
    assert found.first.activity == promised
    assert found.first.why.startswith("promised to the customer, and late since yesterday")
    assert found.first.phone == "+4930555010"
    assert [line.activity for line in found.then] == [planned]
    assert (found.count, found.minutes) == (2, 30)


def test_unfinished_plans_roll_to_today_and_later_ones_wait(owner: Any, colleague: Any) -> None:
    rolled = make_activity(owner, plan_on=TODAY - timedelta(days=9))
    make_activity(owner, plan_on=TODAY + timedelta(days=1))
    make_activity(owner)
    make_activity(owner, plan_on=TODAY, done=True)
    make_activity(colleague, plan_on=TODAY)

    found = day(owner.actor(), NOW)

    assert found.first
    assert found.first.activity == rolled
    assert found.first.mark.state == "today"
    assert found.count == 1


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "UTC"])
def test_a_planned_day_is_the_same_day_everywhere(owner: Any, zone: str) -> None:
    here = ZoneInfo(zone)
    evening = datetime(2026, 11, 24, 21, 0, tzinfo=here)
    due = make_activity(owner, plan_on=TODAY)
    make_activity(owner, plan_on=TODAY + timedelta(days=1))

    assert open_until(owner.actor(), Moment(evening, here)) == [due]


def test_todays_meetings_are_the_calendar_and_one_that_starts_soon_comes_first(owner: Any) -> None:
    later = make_activity(
        owner, kind="meeting", starts_at=NOW + timedelta(hours=5), ends_at=NOW + timedelta(hours=6)
    )
    task = make_activity(owner, plan_on=TODAY)

    found = day(owner.actor(), NOW)
    assert [line.activity for line in found.calendar] == [later]
    assert found.first
    assert found.first.activity == task
    assert found.minutes == 75

    soon = day(owner.actor(), NOW + timedelta(hours=4, minutes=30))
    assert soon.first
    assert soon.first.activity == later
    assert soon.first.why.startswith("starts in 30 min")


def test_a_meeting_of_yesterday_that_nobody_closed_is_among_the_things_to_do(owner: Any) -> None:
    meeting = make_activity(owner, kind="meeting", starts_at=NOW - timedelta(days=1))

    found = day(owner.actor(), NOW)

    assert found.first
    assert found.first.activity == meeting
    assert found.calendar == []


def test_what_was_done_today_and_which_promises_were_kept(owner: Any) -> None:
    midnight = NOW.replace(hour=0)
    make_activity(owner, done=True, done_at=NOW, due_at=NOW + timedelta(hours=1))
    make_activity(owner, done=True, done_at=midnight, due_at=midnight - timedelta(hours=1))
    make_activity(owner, done=True, done_at=midnight - timedelta(seconds=1))

    found = day(owner.actor(), NOW)

    assert (len(found.done), found.kept) == (2, (1, 2))


def test_people_without_a_next_step_are_ideas_the_latest_first(owner: Any, colleague: Any) -> None:
    people = [make_contact(f"Person {n}", owner=owner, team=owner.team) for n in range(5)]
    for person, days in zip(people, (10, 35, 90, 40, 50), strict=True):
        Contact.objects.filter(pk=person.pk).update(last_contact_at=NOW - timedelta(days=days))
    make_activity(owner, contact=people[3], plan_on=TODAY + timedelta(days=20))
    other = make_contact("Not Mine", owner=colleague, team=colleague.team)
    Contact.objects.filter(pk=other.pk).update(last_contact_at=NOW - timedelta(days=60))

    assert [idea.pk for idea in day(owner.actor(), NOW).ideas] == [people[1].pk, people[4].pk, people[2].pk]


def test_the_phone_of_somebody_who_moved_to_another_team_is_not_shown(owner: Any, contact: Contact) -> None:
    make_activity(owner, contact=contact, plan_on=TODAY)
    other = make_user("sales_rep", make_team())
    Contact.objects.filter(pk=contact.pk).update(owner=other, team=other.team)

    found = day(owner.actor(), NOW)

    assert found.first
    assert found.first.phone == ""


def test_nobody_is_rung_who_does_not_want_it(owner: Any, contact: Contact) -> None:
    make_activity(owner, kind="call", contact=contact, plan_on=TODAY)
    Contact.objects.filter(pk=contact.pk).update(do_not_call=True)

    found = day(owner.actor(), NOW)

    assert found.first
    assert found.first.phone == ""


def test_notices_wait_until_they_are_read(owner: Any) -> None:
    Notice.objects.create(user=owner, kind="mention", text="Look", at=NOW)
    Notice.objects.create(user=owner, kind="mention", text="Read", at=NOW, read_at=NOW)

    assert [notice.text for notice in day(owner.actor(), NOW).waiting] == ["Look"]


def test_a_long_day_shows_eight_more_and_counts_the_rest(owner: Any) -> None:
    for _ in range(12):
        make_activity(owner, plan_on=TODAY)

    found = day(owner.actor(), NOW)

    assert (len(found.then), found.more, found.count, found.capped) == (8, 3, 12, False)


def test_the_first_day_is_not_empty(owner: Any, colleague: Any) -> None:
    seen = make_contact("Seen Here", actor=colleague.actor(), owner=colleague, team=owner.team)
    make_contact("Not Seen", owner=None, team=make_team())

    assert day(owner.actor(), NOW).is_first_use
    assert [contact.pk for contact in around(owner.actor()).lately] == [seen.pk]
    assert around(colleague.actor()).newest == [seen]


@pytest.mark.parametrize("count", [0, 1, 30])
def test_the_day_costs_nine_queries_however_full_it_is(
    owner: Any, contact: Contact, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        make_activity(owner, contact=contact, plan_on=TODAY)
        make_call(owner, contact)
        Notice.objects.create(user=owner, kind="mention", text="Look", at=timezone.now().astimezone(UTC))
    actor = owner.actor()

    with django_assert_num_queries(9):
        day(actor, NOW)
    with django_assert_num_queries(2):
        around(actor)

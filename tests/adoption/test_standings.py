"""How everybody stands: kept by the background from the facts, by person only where that was decided, of groups only in fives."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from keen.adoption import jobs
from keen.adoption.actions.standings import forget_standings, keep_standings
from keen.adoption.domain.policy import Policy
from keen.adoption.facts import tables
from keen.adoption.models import GroupStanding, Standing
from keen.adoption.queries import standings
from keen.core.models import Team, User
from keen.privacy.actions.erasure import erase_user
from keen.privacy.queries.access import everything
from keen.privacy.queries.subjects import USER, Person
from keen.telemetry.models import LevelChange
from tests.factories.activities import make_activity
from tests.factories.core import make_team, make_user

pytestmark = pytest.mark.django_db
END = date(2026, 11, 15)


def crew(count: int, team: Team, since: datetime) -> list[User]:
    found = [make_user(team=team) for _ in range(count)]
    User.objects.filter(pk__in=[one.pk for one in found]).update(created_at=since - timedelta(days=400))
    return found


def busy_days(people: list[User], usage: Path, *, days: int = 28) -> None:
    """Facts of four weeks: everybody logs a call on each working day, and is looked after by themselves."""
    for back in range(days):
        day = END - timedelta(days=back)
        number, works = day.toordinal(), day.weekday() < 5
        rows: dict[str, list[Any]] = {
            "person_day": [
                (one.pk, number, one.team_id, "sales_rep", float(works), False, False, True) for one in people
            ]
        }
        if works:
            rows["deed"] = [(one.pk, number, "call_logged", 2) for one in people]
            rows["use"] = [(one.pk, number, "consulted", 1) for one in people]
            rows["entry"] = [(one.pk, number, "call", 7, 1.0, True, True, False, False) for one in people]
            rows["quality"] = [(one.pk, number, "account", one.pk, 4) for one in people]
        tables.put(usage / "facts", day, rows, {"made": "up"})


def keep(usage: Path) -> int:
    return keep_standings(usage / "facts", END, Policy(), timezone.now())


def test_a_person_stands_as_their_days_say(usage: Path, by_person: datetime) -> None:
    people = crew(2, make_team(), by_person)
    busy_days(people, usage)

    assert keep(usage) == 2

    one = Standing.objects.get(person=people[0])
    assert (one.withheld, one.days, one.counts["scheduled"], one.counts["active"]) == ("", 28, 20.0, 20.0)
    assert one.score is not None
    assert one.low is not None
    assert one.low < one.score < 100
    assert one.segment == "enthusiastic"
    assert one.dimensions["rhythm"]["seen"] == {"hits": 16.0, "chances": 16.0}
    assert one.counted.timely.chances == 20
    assert standings.standing_of(people[0].pk) == one


def test_worked_out_again_the_same_comes_out_once(usage: Path, by_person: datetime) -> None:
    busy_days(crew(2, make_team(), by_person), usage)
    keep(usage)
    before = list(Standing.objects.order_by("person").values("person", "score", "low", "high", "counts"))

    keep(usage)

    assert (
        list(Standing.objects.order_by("person").values("person", "score", "low", "high", "counts")) == before
    )


def test_below_the_level_by_person_only_groups_are_kept(usage: Path, by_person: datetime) -> None:
    busy_days(crew(6, make_team(), by_person), usage)
    LevelChange.objects.update(level="aggregated")

    keep(usage)

    assert Standing.objects.count() == 0
    assert GroupStanding.objects.filter(scope="all").values_list("people", flat=True).get() == 5


def test_a_small_team_is_not_shown_nor_the_one_that_would_give_it_away(
    usage: Path, by_person: datetime
) -> None:
    small, middle, large = make_team(), make_team(), make_team()
    people = crew(3, small, by_person) + crew(6, middle, by_person) + crew(11, large, by_person)
    busy_days(people, usage)

    keep(usage)

    shown = {int(row.key): row.people for row in standings.group_standings(END, GroupStanding.TEAM)}
    assert shown == {large.pk: 11}
    whole = standings.group_standings(END, GroupStanding.ALL).get()
    assert (whole.people, whole.scored) == (20, 20)


def test_who_took_out_what_is_recorded_stands_no_more(usage: Path, by_person: datetime) -> None:
    people = crew(2, make_team(), by_person)
    busy_days(people, usage)
    keep(usage)

    assert forget_standings(date.min, {people[0].pk: END}) == 1
    assert list(Standing.objects.values_list("person", flat=True)) == [people[1].pk]


def test_the_job_makes_facts_and_standings_and_the_night_keeps_them(usage: Path, by_person: datetime) -> None:
    rep = make_user()
    make_activity(rep, actor=rep.actor(), kind="note", body="New")

    made = jobs.gather_facts.call()

    today = timezone.localdate(timezone=timezone.get_default_timezone())
    assert made == [str(today - timedelta(days=back)) for back in (2, 1, 0)]
    assert jobs.gather_facts.call() == []
    assert jobs.tend_facts.call()["gone"] == 0


def test_thirteen_windows_end_four_weeks_apart(db: None) -> None:
    ends = standings.trend_ends(date(2026, 11, 18))

    assert (len(ends), ends[-1], ends[-2]) == (13, date(2026, 11, 18), date(2026, 10, 18))
    assert {(later - earlier).days for earlier, later in pairwise(ends[:-1])} == {28}


def test_standings_are_told_to_their_person_and_go_with_them(usage: Path, by_person: datetime) -> None:
    people = crew(2, make_team(), by_person)
    busy_days(people, usage)
    keep(usage)
    boss, leaver = make_user("administrator"), people[0]

    told = everything(Person(USER, leaver.pk, (leaver.pk,)), leaver.actor())["adoption_standing"]
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    erase_user(actor=boss.actor(), user_id=leaver.pk, confirmed=leaver.name)

    assert [row["segment"] for row in told] == ["enthusiastic"]
    assert list(Standing.objects.values_list("person", flat=True)) == [people[1].pk]

"""Facts of a day: from the trail, the events and the calendars, made anew only when one of them changed."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.utils import timezone

from keen.adoption.facts import tables
from keen.adoption.facts.extract import extract
from keen.core.models import Change, User
from keen.records.actions.life import undo
from keen.sales.models import Opportunity
from keen.sales.models.pipelines import pipelines
from keen.telemetry import store
from keen.telemetry.domain.person import Person
from keen.telemetry.models import LevelChange
from tests.factories.activities import make_activity
from tests.factories.core import make_user
from tests.factories.people import make_account, make_contact
from tests.factories.sales import make_opportunity
from tests.factories.usage import make_lines, write_events

pytestmark = pytest.mark.django_db


def today() -> date:
    return timezone.localdate(timezone=timezone.get_default_timezone())


def rows(usage: Path, name: str, day: date | None = None) -> list[tuple[Any, ...]]:
    found = tables.files(usage / "facts", name, day or date.min, day or date.max)
    return [tuple(row.values()) for file in found for row in pq.read_table(file).to_pylist()]


def facts(usage: Path, first: date | None = None) -> list[date]:
    return extract(usage / "facts", first or today(), today())


def traces(usage: Path, person: User, name: str = "deed") -> dict[str, int]:
    return {what: n for who, _, what, n in rows(usage, name) if who == person.pk}


def test_a_day_tells_what_each_person_did(usage: Path, by_person: datetime) -> None:
    rep = make_user()
    account = make_account("Nordwind", owner=rep)
    make_activity(rep, actor=rep.actor(), kind="call", status="done", account=account, body="Wants a quote")
    make_activity(rep, actor=rep.actor(), kind="task", subject="Send it", account=account)
    make_opportunity(actor=rep.actor(), owner=rep, account=account, stage="proposal")

    assert facts(usage) == [today()]

    assert traces(usage, rep) == {"call_logged": 1, "step_planned": 1, "deal_opened": 1}
    assert [(row[0], row[2], row[5], row[6]) for row in rows(usage, "entry")] == [
        (rep.pk, "call", True, True)
    ]
    assert {row[2] for row in rows(usage, "occasion")} == {"owns_customer", "owns_deal", "late_deal"}
    assert {(row[2], row[4]) for row in rows(usage, "quality")} == {("account", 3), ("opportunity", 3)}


def test_what_was_taken_back_is_no_deed(usage: Path, by_person: datetime) -> None:
    rep = make_user()
    make_activity(rep, actor=rep.actor(), kind="note", body="Wrong")
    facts(usage)
    assert traces(usage, rep) == {"note_written": 1}

    undo(actor=rep.actor(), operation_id=Change.objects.get(kind="activity").operation_id)

    assert facts(usage) == [today()]
    assert traces(usage, rep) == {}


def test_a_day_is_made_anew_only_when_something_changed(usage: Path, by_person: datetime) -> None:
    rep = make_user()
    yesterday = today() - timedelta(days=1)
    assert facts(usage, yesterday) == [yesterday, today()]
    assert facts(usage, yesterday) == []

    make_activity(rep, actor=rep.actor(), kind="note", body="New")

    assert facts(usage, yesterday) == [today()]


def test_leave_entered_later_reaches_the_days_that_it_is_about(usage: Path, by_person: datetime) -> None:
    rep = make_user(calendar={"patterns": [["2020-01-01", [480] * 7]]})
    first = today() - timedelta(days=6)
    User.objects.update(created_at=by_person)
    facts(usage, first)
    away = [first.isoformat(), (first + timedelta(days=1)).isoformat(), False, False]

    User.objects.filter(pk=rep.pk).update(calendar={**rep.calendar, "absences": [away]})

    assert facts(usage, first) == [first, first + timedelta(days=1)]
    shares = {day: share for _, day, _, _, share, *_ in rows(usage, "person_day")}
    assert [shares[(first + timedelta(days=n)).toordinal()] for n in range(3)] == [0.0, 0.0, 1.0]


def test_events_tell_tries_struggles_and_look_ups_of_use(usage: Path, by_person: datetime) -> None:
    rep, now = make_user(), timezone.localtime(timezone=timezone.get_default_timezone())
    at = now.replace(hour=0, minute=0, second=0, microsecond=0)
    props = {"own": True, "after": "search", "beside": False}
    write_events(
        usage,
        make_lines(rep.pk, "record_viewed", at=at, kind="account", props=props)
        + make_lines(
            rep.pk, "search_made", at=at, outcome="nothing", times=3, props={"place": "page", "hits": "0"}
        )
        + make_lines(
            rep.pk, "form_abandoned", at=at, props={"form": "contact-new", "fields": [], "seconds": 3}
        ),
    )
    store.compact(usage)
    store.roll_up(usage)
    make_activity(rep, actor=rep.actor(), kind="call", status="done")
    Change.objects.update(at=at + timedelta(minutes=20))

    facts(usage)

    assert traces(usage, rep, "use") == {
        "attempt": 3,
        "consulted": 4,
        "customer_looked_up": 1,
        "search_used": 3,
        "struggle:not_found": 3,
        "task_tried": 1,
    }


def test_a_look_up_an_hour_and_more_before_was_of_no_use(usage: Path, by_person: datetime) -> None:
    rep, now = make_user(), timezone.localtime(timezone=timezone.get_default_timezone())
    at = now.replace(hour=0, minute=0, second=0, microsecond=0)
    write_events(usage, make_lines(rep.pk, "list_viewed", at=at, kind="account"))
    store.compact(usage)
    store.roll_up(usage)
    make_activity(rep, actor=rep.actor(), kind="call", status="done")
    Change.objects.update(at=at + timedelta(minutes=61))

    facts(usage)

    assert traces(usage, rep, "use") == {"list_used": 1}


def test_without_the_level_by_person_events_say_nothing_of_people(usage: Path, db: None) -> None:
    rep = make_user()
    make_activity(rep, actor=rep.actor(), kind="note", body="New")

    facts(usage)

    assert [row[-1] for row in rows(usage, "person_day")] == [False]
    assert rows(usage, "use") == []


def test_where_nothing_is_recorded_no_fact_is_made(usage: Path, by_person: datetime) -> None:
    LevelChange.objects.update(level="none")
    rep = make_user()
    make_activity(rep, actor=rep.actor(), kind="note", body="New")

    facts(usage)

    assert {name for name in tables.TABLES if rows(usage, name)} == set()


def test_a_deal_counts_as_a_whole_process_when_its_stages_went_by_over_days(
    usage: Path, by_person: datetime
) -> None:
    rep = make_user()
    deal = make_opportunity(actor=rep.actor(), owner=rep, stage="closed_won", account=make_account())
    late = make_opportunity(actor=rep.actor(), owner=rep, stage="closed_won", account=make_account())
    keys = (
        [stage.key for stage in deal.facts_of_pipeline()]
        if hasattr(deal, "facts_of_pipeline")
        else stages_of(deal)
    )
    for back, key in enumerate(reversed(keys), start=1):
        deal.stays.create(
            pipeline=deal.pipeline,
            stage=key,
            entered_at=timezone.now() - timedelta(days=back),
            left_at=timezone.now(),
        )

    facts(usage)

    assert {(row[3], row[4]) for row in rows(usage, "process")} == {(deal.pk, True), (late.pk, False)}


def stages_of(deal: Opportunity) -> list[str]:
    return [one.key for one in pipelines().stages.values() if one.pipeline == deal.pipeline and one.is_open]


def test_a_person_who_wants_out_leaves_the_facts_too(usage: Path, by_person: datetime) -> None:
    rep, other = make_user(), make_user()
    for one in (rep, other):
        make_activity(one, actor=one.actor(), kind="note", body="New")
    facts(usage)

    store.erase(usage, Person(rep.pk))

    assert {row[0] for name in tables.TABLES for row in rows(usage, name)} == {other.pk}
    assert facts(usage) == []


def test_facts_of_long_ago_go(usage: Path, by_person: datetime) -> None:
    make_user()
    facts(usage, today() - timedelta(days=3))

    assert tables.forget(usage / "facts", today() - timedelta(days=1)) == 2
    assert sorted(tables.days(usage / "facts")) == [today() - timedelta(days=1), today()]


def test_a_contact_that_is_there_twice_lacks_a_quarter(usage: Path, by_person: datetime) -> None:
    rep = make_user()
    first = make_contact(
        "Jana Roth", actor=rep.actor(), owner=rep, email="jana@nord.example", account=make_account("Nord")
    )
    make_contact("J. Roth", owner=rep, email="jana@nord.example")

    facts(usage)

    assert [row[4] for row in rows(usage, "quality") if row[3] == first.pk] == [3]

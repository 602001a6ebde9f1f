"""What runs by the clock: taking in, counting, forgetting; and what the pages say about it."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from keen.core.wiring import wired
from keen.telemetry import jobs, queries, spool, store
from keen.telemetry.domain.person import Person
from keen.telemetry.health import LOST_FILE
from keen.telemetry.health import usage as vital
from keen.telemetry.store import base
from tests.factories.usage import NOON, ZONE, make_lines, write_events
from tests.telemetry.reader import FOREVER, recorded


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that says which day it is."""

    def is_now(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    is_now(NOON)
    return is_now


def test_segments_are_taken_in_and_what_was_lost_is_said(usage: Path, clock: Any) -> None:
    lost = make_lines(1, "events_lost", props={"count": 7, "reason": "full"})
    refused = make_lines(1, "events_lost", props={"count": 5, "reason": "not_allowed"})
    write_events(usage, make_lines(1, times=2) + lost + refused)

    assert jobs.take_in_usage.call() == 4

    assert json.loads((usage / LOST_FILE).read_text()) == {"count": 7}
    assert vital().words == "Events are written. 7 were lost in the last seven days."
    assert spool.segments(usage, spool.OPEN) == []


def test_thirty_days_later_no_event_is_left_and_thirteen_months_later_no_figure(
    usage: Path, clock: Any
) -> None:
    write_events(usage, make_lines(1, times=3))
    jobs.take_in_usage.call()
    jobs.count_usage.call()

    clock(NOON + timedelta(days=30))
    jobs.tend_usage.call()
    assert len(recorded(usage)) == 3

    clock(NOON + timedelta(days=31))
    jobs.tend_usage.call()
    assert recorded(usage) == []
    assert [path.stem for path in (usage / base.DAYS).iterdir()] == ["2026-11-20"]

    clock(datetime(2027, 12, 20, 12, tzinfo=ZONE))
    jobs.tend_usage.call()
    assert [path.stem for path in (usage / base.DAYS).iterdir()] == ["2026-11-20"]

    clock(datetime(2027, 12, 21, 12, tzinfo=ZONE))
    jobs.tend_usage.call()
    assert list((usage / base.DAYS).iterdir()) == []


def test_an_event_that_comes_late_does_not_spoil_figures_whose_events_are_gone(
    usage: Path, clock: Any
) -> None:
    write_events(usage, make_lines(1, times=3))
    jobs.count_usage.call()
    jobs.take_in_usage.call()
    jobs.count_usage.call()
    clock(NOON + timedelta(days=40))
    jobs.tend_usage.call()
    write_events(usage, make_lines(2))
    jobs.take_in_usage.call()

    jobs.count_usage.call()

    with queries.asking(queries.EVERYBODY, *FOREVER, root=usage) as connection:
        assert connection.execute("SELECT sum(n) FROM figures").fetchone() == (3,)


@pytest.mark.parametrize(
    ("today", "before"), [(date(2027, 3, 31), date(2026, 2, 28)), (date(2027, 1, 15), date(2025, 12, 15))]
)
def test_thirteen_months_before_a_day(clock: Any, today: date, before: date) -> None:
    clock(datetime(today.year, today.month, today.day, 12, tzinfo=ZONE))

    assert jobs.figures_before() == before


def test_no_installation_keeps_events_longer_than_thirty_days() -> None:
    limits = type(settings.KEEN).model_fields

    assert [one.le for one in limits["usage_days"].metadata if hasattr(one, "le")] == [30]
    assert [one.le for one in limits["usage_months"].metadata if hasattr(one, "le")] == [13]


def test_everything_is_on_the_clock() -> None:
    names = {schedule.name for schedule in wired().schedules}

    assert {"take-in-usage", "count-usage", "tend-usage"} <= names


def test_questions_are_answered_over_files_and_segments_for_one_scope_and_some_days(usage: Path) -> None:
    first, later = make_lines(1), make_lines(2, at=NOON + timedelta(days=1))
    write_events(usage, first + later)
    store.compact(usage)
    write_events(usage, make_lines(1, at=NOON + timedelta(days=1)))

    def users(scope: queries.Scope, *days: date) -> list[int]:
        with queries.asking(scope, *days, root=usage) as connection:
            return [row[0] for row in connection.execute("SELECT user_id FROM events ORDER BY id").fetchall()]

    assert sorted(users(queries.EVERYBODY, *FOREVER)) == [1, 1, 2]
    assert users(queries.EVERYBODY, date(2026, 11, 20), date(2026, 11, 20)) == [1]
    assert users(queries.Scope(Person(1)), *FOREVER) == [1, 1]
    assert users(queries.Scope(teams=frozenset({7})), *FOREVER) == []
    assert users(queries.Scope(teams=frozenset()), *FOREVER) == []


def test_the_columns_are_the_same_whether_there_are_events_or_not(usage: Path) -> None:
    def columns() -> list[tuple[str, str]]:
        with queries.asking(queries.EVERYBODY, *FOREVER, root=usage) as connection:
            found = []
            for view in ("events", "figures"):
                found += [tuple(row[:2]) for row in connection.execute(f"DESCRIBE {view}").fetchall()]
            return found

    empty = columns()
    write_events(usage, make_lines())
    open_ones = columns()
    store.compact(usage)
    store.roll_up(usage)

    assert empty == open_ones == columns()

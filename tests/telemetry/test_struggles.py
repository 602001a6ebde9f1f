"""Days of struggle: counted while the events are there, kept when they go, never shown for a few."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from keen.telemetry import queries, store
from keen.telemetry.domain.levels import Level
from keen.telemetry.domain.lines import Place
from keen.telemetry.domain.person import Person
from keen.telemetry.store import base
from tests.factories.usage import NOON, make_lines, write_events

DAY = NOON.date()
FORM = {"form": "contact-new"}


def signals(root: Path, made: list[dict[str, Any]]) -> dict[int, list[str]]:
    """The signals of each person, after a day was counted."""
    write_events(root, made)
    store.compact(root)
    store.roll_up(root)
    with base.connect(root) as connection:
        files = sorted((root / base.DAYS).glob("*.parquet"))
        rows = connection.execute(
            f"SELECT user_id, what FROM ({base.rows_of(files)}) WHERE name = 'struggle' ORDER BY ALL"  # noqa: S608
        ).fetchall()
    found: dict[int, list[str]] = {}
    for user_id, what in rows:
        found.setdefault(user_id, []).append(what)
    return found


def left(user_id: int, **told: Any) -> list[dict[str, Any]]:
    return make_lines(user_id, "form_abandoned", props={**FORM, "fields": [], "seconds": 9}, **told)


def test_each_signal_makes_a_day_and_one_less_does_not(tmp_path: Path) -> None:
    rejected = {"props": {**FORM, "fields": [], "rules": []}, "outcome": "invalid"}
    nothing = {"props": {"place": "palette", "hits": "0"}, "outcome": "nothing"}
    click = {"props": {"screen": "today", "control": "save"}}
    made = [
        *make_lines(1, "form_rejected", times=3, **rejected),
        *make_lines(2, "form_rejected", times=2, **rejected),
        *make_lines(2, "form_rejected", at=NOON + timedelta(minutes=11), **rejected),
        *left(3, times=2),
        *left(4, times=1),
        *make_lines(5, "rage_click", **click),
        *make_lines(6, "dead_click", times=3, **click),
        *make_lines(7, "dead_click", times=2, **click),
        *make_lines(8, "search_made", times=3, **nothing),
        *make_lines(9, "search_made", times=2, **nothing),
        *make_lines(10, "stuck", props={"screen": "today"}),
    ]
    assert signals(tmp_path, made) == {
        1: ["form_rejected"], 3: ["form_left"], 5: ["rage_click"], 6: ["dead_click"], 8: ["not_found"], 10: ["stuck"],
    }  # fmt: skip


def test_a_form_that_is_saved_soon_after_was_not_left(tmp_path: Path) -> None:
    saved = {"props": {"deed": "contact-new", "road": "page", "undoable": True}, "outcome": "saved"}
    made = [*left(1, times=2), *make_lines(1, "save_made", at=NOON + timedelta(minutes=20), **saved)]
    made += [*left(2, times=2), *make_lines(2, "save_made", at=NOON + timedelta(minutes=40), **saved)]
    assert signals(tmp_path, made) == {2: ["form_left"]}


def task(user_id: int, seconds: int, at: int) -> list[dict[str, Any]]:
    """A form opened and saved so many seconds later."""
    begun = NOON + timedelta(minutes=at)
    role = Place(role="sales_rep")
    saved = {"props": {"deed": "contact-new", "road": "page", "undoable": True}, "outcome": "saved"}
    return [
        *make_lines(user_id, "form_opened", at=begun, place=role, props={**FORM, "whole": False}),
        *make_lines(user_id, "save_made", at=begun + timedelta(seconds=seconds), place=role, **saved),
    ]


def test_tasks_that_take_three_times_as_long_as_usual_twice_are_a_struggle(tmp_path: Path) -> None:
    made = [line for number in range(20) for line in task(1, 30, 10 * number)]
    made += [*task(2, 100, 0), *task(2, 100, 20), *task(3, 100, 0), *task(3, 80, 20)]
    assert signals(tmp_path, made) == {2: ["slow_task"]}


def test_it_stays_when_the_events_go_and_goes_when_it_is_erased(tmp_path: Path) -> None:
    click = {"props": {"screen": "today", "control": "save"}}
    assert signals(tmp_path, make_lines(1, "rage_click", **click)) == {1: ["rage_click"]}
    store.forget(tmp_path, events_before=DAY + timedelta(days=1), figures_before=date(2020, 1, 1))
    assert signals(tmp_path, make_lines(2, at=NOON + timedelta(days=1))) == {1: ["rage_click"]}
    store.erase(tmp_path, Person(1))
    assert signals(tmp_path, []) == {}


def test_one_sees_ones_own(usage: Path) -> None:
    signals(usage, make_lines(1, "rage_click", props={"screen": "today", "control": "save"}))
    assert queries.own_struggles(Person(1), DAY, DAY) == [(DAY, ["rage_click"])]
    assert queries.own_struggles(Person(2), DAY, DAY) == []


def test_figures_of_groups_tell_of_nobody_alone(usage: Path) -> None:
    made = [line for user in range(12) for line in make_lines(user, times=4, place=Place(team=1))]
    made += [line for user in range(20, 26) for line in make_lines(user, times=4, place=Place(team=2))]
    made += make_lines(30, times=7, place=Place(team=3))
    signals(usage, made)
    told = queries.grouped(DAY, DAY)
    assert {group.team: (cell.people, cell.n) for group, cell in told.items()} == {1: (12, 48)}


def test_what_was_written_for_groups_can_be_shown(usage: Path) -> None:
    place = Place(team=1, label=Place(team=1).label._replace(team=1))
    signals(usage, make_lines(1, times=4, place=place, level=Level.AGGREGATED))
    assert [(cell.people, cell.n) for cell in queries.grouped(DAY, DAY).values()] == [(5, 5)]


def test_nothing_else_is_grouped_by(usage: Path) -> None:
    with pytest.raises(ValueError, match="not by user_id"):
        queries.grouped(DAY, DAY, by=("user_id",))

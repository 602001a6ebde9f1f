"""How fast the facts of adoption are: `python -m bench.facts`. Days of made-up use of many people, measured and judged.

What is measured: the events of one day made into facts, the counts of one window end, those of a year of weeks (everything anew),
and the judging of everybody. Events are as many as 50 million in 13 months come to on a day.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT / "src"), str(PROJECT)]
END = date(2026, 11, 20)
ZONE = ZoneInfo("Europe/Berlin")
DAYS = 395


def main() -> None:
    """Print one line for each thing that was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.facts", description=__doc__)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--events", type=int, default=50_000_000, help="events in 13 months")
    parser.add_argument("--days", type=int, default=DAYS, help="days of facts that are made up")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ |= {"KEEN_DATA": place, "DJANGO_SETTINGS_MODULE": "keen.site.settings", "KEEN_DEMO": "0"}
        import django

        django.setup()
        _measure(Path(place) / "usage", chosen)


def _measure(usage: Path, chosen: argparse.Namespace) -> None:
    from keen.adoption.domain.draws import seed_of
    from keen.adoption.domain.judgement import judge
    from keen.adoption.domain.policy import Policy
    from keen.adoption.domain.score import Case
    from keen.adoption.facts import tables
    from keen.adoption.facts.usage import uses
    from keen.adoption.measures.counting import windows
    from keen.adoption.measures.engines import DuckEngine, held
    from keen.telemetry import store

    root, policy = usage / "facts", Policy()
    of_day = chosen.events // DAYS
    _write_events(usage, of_day, chosen.people)
    _timed(f"take in and sum up {of_day:,} events", lambda: (store.compact(usage), store.roll_up(usage)))
    _timed("facts of those events", lambda: uses(END, []))
    _timed(f"write {chosen.days} days of facts", lambda: _write_facts(root, chosen.people, chosen.days))

    def counted(ends: list[date]) -> Any:
        engine = DuckEngine(root / tables.TMP)
        first = min(ends) - timedelta(days=policy.window.longest - 1)
        files = {name: tables.files(root, name, first, max(ends)) for name in tables.TABLES}
        try:
            return windows(engine, held(engine, files), ends, policy)
        finally:
            engine.close()

    found = _timed(f"counts of {chosen.people:,} people, one window end", lambda: counted([END]))
    _timed(
        "judge them",
        lambda: [
            judge(Case(one.counts, policy.of(one.role), policy), seed_of(one.person, END)) for one in found
        ],
    )

    def year() -> None:
        for back in range(chosen.days // 7):
            counted([END - timedelta(days=7 * back)])

    _timed(f"counts anew, {chosen.days // 7} window ends", year)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'most memory':48} {peak:8.0f} MB")


def _timed(what: str, do: Callable[[], Any]) -> Any:
    began, worked = time.monotonic(), time.process_time()
    found = do()
    print(
        f"{what:48} {time.monotonic() - began:8.2f} s, CPU {time.process_time() - worked:8.2f} s", flush=True
    )
    return found


def _write_events(usage: Path, count: int, people: int) -> None:
    from tests.factories.usage import make_lines, write_events

    chance, made = Random(1), []
    start = datetime(END.year, END.month, END.day, 8, tzinfo=ZONE)
    kinds: tuple[tuple[str, dict[str, Any]], ...] = (
        ("page_viewed", {"props": {"screen": "today"}}),
        ("record_viewed", {"kind": "account", "props": {"own": True, "after": "search", "beside": False}}),
        (
            "save_made",
            {"outcome": "saved", "props": {"deed": "contact-new", "road": "page", "undoable": True}},
        ),
        ("form_opened", {"props": {"form": "contact-new", "whole": True}}),
    )
    for _ in range(count):
        name, told = kinds[chance.randrange(len(kinds))]
        at = start + timedelta(seconds=chance.randrange(9 * 3600))
        made += make_lines(chance.randrange(1, people + 1), name, at=at, **told)
    write_events(usage, made)


def _write_facts(root: Path, people: int, days: int) -> None:
    from keen.adoption.facts import tables

    chance = Random(2)
    for back in range(days):
        day = END - timedelta(days=back)
        number, works = day.toordinal(), day.weekday() < 5
        rows: dict[str, list[Any]] = {
            "person_day": [
                (one, number, one % 40, "sales_rep", float(works), False, False, True)
                for one in range(people)
            ]
        }
        there = [one for one in range(people) if works and chance.random() < 0.7]
        rows["deed"] = [
            (one, number, what, 2) for one in there for what in ("call_logged", "deal_kept", "step_planned")
        ]
        rows["use"] = [
            (one, number, what, 3)
            for one in there
            for what in ("attempt", "consulted", "search_used", "task_tried")
        ]
        rows["occasion"] = [
            (one, number, what)
            for one in range(people)
            for what in ("owns_deal", "owns_customer", "owns_many")
        ]
        rows["entry"] = [(one, number, "call", back, 3.0, True, True, False, False) for one in there]
        rows["quality"] = [(one, number, "account", chance.randrange(50), 3) for one in there]
        rows["process"] = [(one, number, "deal", back, True) for one in there if chance.random() < 0.1]
        tables.put(root, day, rows, {"bench": True})


if __name__ == "__main__":
    main()

"""Jobs, events and handlers for tests, also for workers in processes of their own (tests/factories/background_settings.py)."""

import os
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from keen.core.domain.timings import Every
from keen.core.events import Event, as_it_goes
from keen.core.jobs import LONG, PermanentError, Policy, PutBackError, job, pause_if_stopping
from keen.core.models import Team
from keen.core.wiring import Schedule, Wiring

AT_ONCE = Policy(first_wait=timedelta(0), max_attempts=3)
runs: Counter[str] = Counter()
order: list[Any] = []


def told(line: str) -> None:
    """Notes what a process did where the test can read it: one atomic append."""
    with Path(os.environ["KEEN_TEST_NOTES"]).open("a") as notes:
        notes.write(f"{os.getpid()} {line}\n")


@job(policy=AT_ONCE)
def succeed_at(attempt: int) -> int:
    runs["succeed_at"] += 1
    if runs["succeed_at"] < attempt:
        raise ConnectionError("not yet")
    return runs["succeed_at"]


@job(policy=AT_ONCE)
def fail_always(reason: str = "broken") -> None:
    runs["fail_always"] += 1
    raise ValueError(reason)


@job(policy=AT_ONCE)
def fail_for_good() -> None:
    runs["fail_for_good"] += 1
    raise PermanentError("no such file")


@job(policy=Policy(atomic=True, first_wait=timedelta(0), max_attempts=2))
def found_team(name: str, *, fails: bool = False, takes: float = 0) -> None:
    Team.objects.create(name=name)
    time.sleep(takes)
    if fails:
        raise ValueError(name)


@job()
def remember(what: str) -> None:
    order.append(what)


@job(priority=50)
def remember_first(what: str) -> None:
    order.append(what)


@job()
def pause_once() -> None:
    runs["pause_once"] += 1
    if runs["pause_once"] == 1:
        raise PutBackError("half done")


@job()
def answer_with_a_set() -> set[int]:
    return {1}


@job()
def say(line: str) -> None:
    told(line)


@job()
def sleep(seconds: float) -> None:
    told("sleeps")
    time.sleep(seconds)
    told("slept")


@job(queue=LONG)
def work_long(steps: int) -> None:
    told("begins")
    for _step in range(steps):
        time.sleep(0.05)
        pause_if_stopping()
    told("ends")


@job(policy=Policy(limit=timedelta(seconds=0.5), first_wait=timedelta(0), max_attempts=2))
def hang() -> None:
    told("hangs")
    time.sleep(60)


@dataclass(frozen=True, kw_only=True)
class Happened(Event):
    name = "tests.happened"
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class HappenedLoudly(Happened):
    name = "tests.happened_loudly"


@dataclass(frozen=True, kw_only=True)
class Sold(Event):
    name = "tests.sold"
    on: date
    amount: Decimal
    items: tuple[str, ...] = ()


def hear(event: Happened) -> None:
    order.append(event.number)


def hear_anything(event: Event) -> None:
    runs[event.name] += 1


def found_team_of(event: Happened) -> None:
    """Fails the first time after writing, and for 13 always."""
    Team.objects.create(name=f"Team of {event.number}")
    runs[f"team {event.number}"] += 1
    if event.number == 13 or runs[f"team {event.number}"] == 1:
        raise ConnectionError(event.number)


@as_it_goes
def hear_outside(event: Happened) -> None:
    order.append(("outside", event.number))


HANDLERS: list[Any] = [(Happened, hear)]
SCHEDULES = [Schedule("every-second", say, Every(timedelta(seconds=1)), {"line": "tick"})]
WIRING = Wiring(handlers=HANDLERS)


def __getattr__(name: str) -> list[Any]:
    """No other wiring, whatever lists there are."""
    if name.isupper():
        return []
    raise AttributeError(name)

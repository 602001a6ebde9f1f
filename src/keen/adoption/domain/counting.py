"""From what happened to what is counted. The sets of measures/ must agree with these functions."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from keen.adoption.domain.counts import Counts, FeatureUse, Share
from keen.adoption.domain.policy import Window

FOLLOWED_WITHIN: Final = timedelta(minutes=60)
BEFORE_REVIEW: Final = timedelta(hours=4)
LEAST_STEP_DAYS: Final = 2
"""A process recorded in one sitting was not followed, it was filled in."""
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Which events count as what. An event that is in none of these counts for nothing."""

    value: frozenset[str] = frozenset()
    attempt: frozenset[str] = frozenset()
    struggle: frozenset[str] = frozenset()
    consult: frozenset[str] = frozenset()
    features: Mapping[str, str] | None = None
    """The feature that an event uses."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One event of one person: the day on the company's clock, and its name."""

    day: date
    name: str


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What one person did on one day, as numbers of events."""

    day: date
    scheduled: bool
    values: int = 0
    attempts: int = 0
    struggles: int = 0
    consults: int = 0


def day_facts(
    traces: Iterable[Trace], scheduled: Collection[date], catalogue: Catalogue
) -> dict[date, DayFacts]:
    """The facts of each day that is scheduled or had an event."""
    seen: Counter[tuple[date, str]] = Counter((trace.day, trace.name) for trace in traces)
    days = set(scheduled) | {day for day, _ in seen}
    totals: Counter[tuple[date, str]] = Counter()
    for (day, name), times in seen.items():
        for kind in ("value", "attempt", "struggle", "consult"):
            if name in getattr(catalogue, kind):
                totals[day, kind] += times
    return {
        day: DayFacts(
            day,
            day in scheduled,
            values=totals[day, "value"],
            attempts=totals[day, "attempt"],
            struggles=totals[day, "struggle"],
            consults=totals[day, "consult"],
        )
        for day in sorted(days)
    }


def counts_of(days: Iterable[DayFacts], rest: Counts | None = None) -> Counts:
    """The counts of a window, from its days; what no day tells is taken from `rest`.

    Days off count for nothing, whatever was done on them. A day counts once, however much was done on it.
    """
    worked = [one for one in days if one.scheduled]
    return replace(
        rest or Counts(),
        scheduled=float(len(worked)),
        active=float(sum(one.values > 0 for one in worked)),
        attempt_days=float(sum(one.attempts + one.struggles > 0 for one in worked)),
        struggle_days=float(sum(one.struggles > 0 for one in worked)),
        consult_days=float(sum(one.values > 0 and one.consults > 0 for one in worked)),
        value_events=sum(one.values for one in worked),
    )


def features_used(
    traces: Iterable[Trace], due: Collection[str], catalogue: Catalogue
) -> dict[str, FeatureUse]:
    """On how many days each feature was used, and whether there was an occasion for it."""
    features = catalogue.features or {}
    days: dict[str, set[date]] = {name: set() for name in due}
    for trace in traces:
        if feature := features.get(trace.name):
            days.setdefault(feature, set()).add(trace.day)
    return {name: FeatureUse(name in due, len(used)) for name, used in sorted(days.items())}


def window_start(end: date, is_scheduled: Callable[[date], bool], window: Window) -> date:
    """The first day of the window that ends on `end`: four weeks, and more where few days were scheduled."""
    start = end - timedelta(days=window.days - 1)
    first = end - timedelta(days=window.longest - 1)
    while start > first and _scheduled(start, end, is_scheduled) < window.wanted_days:
        start = max(first, start - WEEK)
    return start


def _scheduled(start: date, end: date, is_scheduled: Callable[[date], bool]) -> int:
    return sum(is_scheduled(start + timedelta(days=index)) for index in range((end - start).days + 1))


def unanswered(days: Sequence[tuple[date, bool]], run: int, answered: Collection[date] = ()) -> set[date]:
    """The scheduled days that are left out until the person says whether they were away.

    Shape: scheduled days in order, each with whether anything was done; a run of so many without anything is asked about on its last
    day, and left out for as many scheduled days more. A day that was answered for is never left out.
    """
    spared: set[date] = set()
    idle: list[date] = []
    for index, (day, active) in enumerate([*days, (date.max, True)]):
        if not active:
            idle.append(day)
            continue
        # Asked on the run's fifth day: so many scheduled days have passed since, with the run or after it.
        asked_at = index - len(idle) + run - 1
        if len(idle) >= run and len(days) - 1 - asked_at < run:
            spared |= set(idle)
        idle = []
    return spared - set(answered)


def recorded_in_order(required: Sequence[str], steps: Sequence[tuple[str, date]]) -> bool:
    """Whether the steps of a process were recorded in their order and on two days or more.

    Shape: steps as they were recorded, the first first; a step may come again, and others may lie between.
    """
    at = 0
    for name, _ in steps:
        if at < len(required) and name == required[at]:
            at += 1
    return at == len(required) and len({day for _, day in steps}) >= LEAST_STEP_DAYS


def is_born_late(created: date, closed: date, usual_days: float) -> bool:
    """Whether something was entered only in the last quarter of its usual cycle."""
    return (closed - created).days < usual_days / 4


def quarter_points(*, complete: bool, valid: bool, unique: bool, fresh: bool) -> float:
    """The quality of one record, 0 to 1."""
    return (complete + valid + unique + fresh) / 4


def consults(lookups: Iterable[datetime], deeds: Iterable[datetime]) -> list[datetime]:
    """The look-ups of one's own choice that a contact, a plan or an assignment followed within the hour."""
    done = sorted(deeds)
    return [at for at in sorted(lookups) if bisect_right(done, at + FOLLOWED_WITHIN) > bisect_left(done, at)]


def before_review(entries: Iterable[datetime], reviews: Iterable[datetime]) -> Share:
    """Entries made in the four hours before a review, of all entries; no review, no share."""
    deadlines = sorted(reviews)
    if not deadlines:
        return Share()
    made = list(entries)
    late = [at for at in made if bisect_right(deadlines, at + BEFORE_REVIEW) > bisect_right(deadlines, at)]
    return Share(len(late), len(made))

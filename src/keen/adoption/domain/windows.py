"""What one person did in one window, from the rows of the days: the plain reckoning that set-based expressions agree with."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any, Final

from keen.adoption.domain.catalogue import valued
from keen.adoption.domain.counting import unanswered
from keen.adoption.domain.counts import NONE, Counts, FeatureUse, Share
from keen.adoption.domain.features import FEATURES
from keen.adoption.domain.policy import Policy
from keen.adoption.domain.traces import ATTEMPT, COMPLETED, CONSULT, STRUGGLE, TRIED

WEEK: Final = 7
Row = tuple[Any, ...]
Rows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Window:
    """A person's window: how far it reaches back, where they stood at its end, and what they did in it.

    Units: `days` are calendar days; `noted` is entries with a text of those made, before it is held against the role.
    """

    person: int
    end: date
    days: int
    team: int | None
    role: str
    counts: Counts
    noted: Share = NONE


@dataclass(frozen=True, slots=True)
class Day:
    """One row of `person_day`."""

    day: int
    team: int | None
    role: str
    share: float
    assumed: bool
    away: bool
    watched: bool


def window_of(person: int, end: date, rows: Rows, policy: Policy) -> Window | None:
    """The person's window that ends on the day, of all tables' rows; None for whom no day is known.

    Shape: rows as in keen.adoption.facts.tables.TABLES, of any people, days and order.
    """
    last = end.toordinal()
    known = {
        row[1]: Day(*row[1:])
        for row in rows["person_day"]
        if row[0] == person and 0 <= last - row[1] < policy.window.longest
    }
    if not known:
        return None
    span = _span(known, last, policy)
    inside = {day: one for day, one in known.items() if last - day < span}
    spared = spared_days(
        [(day, one.share > 0, _is_active(one, day, person, rows)) for day, one in inside.items()], policy
    )
    inside = {day: one for day, one in inside.items() if day not in spared}
    if not inside:
        return None
    own = {
        name: [row for row in found if row[0] == person and row[1] in inside] for name, found in rows.items()
    }
    newest = inside[max(inside)]
    shares: dict[str, Any] = _shares(inside, own, policy)
    counts = replace(_days(inside, own), **shares)
    counts = replace(
        counts,
        assumed_calendar=newest.assumed,
        on_leave=last in inside and inside[last].away,
        watched=all(day.watched for day in inside.values()),
    )
    noted = Share(sum(row[6] for row in own["entry"]), len(own["entry"]))
    return Window(
        person,
        end,
        span,
        newest.team,
        newest.role,
        counts,
        noted,
    )


def spared_days(days: Iterable[tuple[int, bool, bool]], policy: Policy) -> set[int]:
    """The days that are left out until the person says whether they were away.

    Shape: days as numbers, in any order, each with whether it is worked and whether it has a value event.
    """
    worked = [(date.fromordinal(day), active) for day, works, active in sorted(days) if works]
    return {day.toordinal() for day in unanswered(worked, policy.window.inactive_run)}


def _is_active(one: Day, day: int, person: int, rows: Rows) -> bool:
    value = valued(one.role)
    return any(
        row[0] == person and row[1] == day and row[2] in value
        for name in ("deed", "use")
        for row in rows[name]
    )


def _span(known: Mapping[int, Day], last: int, policy: Policy) -> int:
    """The window, a week longer at a time until it holds enough scheduled days."""
    for span in range(policy.window.days, policy.window.longest, WEEK):
        if sum(one.share for day, one in known.items() if last - day < span) >= policy.window.wanted_days:
            return span
    return policy.window.longest


def _days(inside: Mapping[int, Day], own: Rows) -> Counts:
    """All that is counted in days."""
    worked = {day: one for day, one in inside.items() if one.share > 0}
    traces = [row for name in ("deed", "use") for row in own[name] if row[1] in worked]
    value = [row for row in traces if row[2] in valued(worked[row[1]].role)]
    active = {row[1] for row in value}
    struggled = {row[1] for row in own["use"] if row[2].startswith(STRUGGLE)} & worked.keys()
    tried = struggled | {row[1] for row in traces if row[2] == ATTEMPT}
    tried |= {row[1] for row in own["deed"]} & worked.keys()
    consulted = {row[1] for row in own["use"] if row[2] == CONSULT} & active
    return Counts(
        scheduled=_sum(worked, worked),
        active=_sum(worked, active),
        attempt_days=_sum(worked, tried),
        struggle_days=_sum(worked, struggled),
        consult_days=_sum(worked, consulted),
        value_events=sum(row[3] for row in value),
        features=_features(traces, [row for row in own["occasion"] if row[1] in worked]),
        access_days=_sum(worked, worked),
        ever_valued=bool(value),
    )


def _sum(worked: Mapping[int, Day], days: Iterable[int]) -> float:
    return sum(worked[day].share for day in sorted(days))


def _features(traces: Iterable[Row], occasions: Iterable[Row]) -> dict[str, FeatureUse]:
    days: dict[str, set[int]] = defaultdict(set)
    for row in traces:
        for feature in FEATURES:
            if row[2] in feature.traces:
                days[feature.key].add(row[1])
    had = {row[2] for row in occasions}
    due = {feature.key for feature in FEATURES if feature.occasion in had}
    return {key: FeatureUse(key in due, len(days.get(key, ()))) for key in sorted(due | days.keys())}


def _shares(inside: Mapping[int, Day], own: Rows, policy: Policy) -> dict[str, Share]:
    """All that is so many of so many."""
    known = [row for row in own["entry"] if row[5]]
    timely = [row for row in known if row[4] <= policy.of(inside[row[1]].role).timely_hours]
    reviewed = [row for row in own["entry"] if row[7]]
    newest: dict[tuple[str, int], Row] = {}
    for row in sorted(own["quality"], key=lambda row: row[1]):
        newest[row[2], row[3]] = row
    uses: dict[str, int] = defaultdict(int)
    for row in own["use"]:
        uses[row[2]] += row[3]
    return {
        "depth": Share(sum(row[4] for row in own["process"]), len(own["process"])),
        "timely": Share(len(timely), len(known)),
        "quality": Share(sum(row[4] for row in newest.values()) / 4, len(newest)),
        "tasks": Share(min(uses[COMPLETED], uses[TRIED]), uses[TRIED]),
        "before_review": Share(sum(row[8] for row in reviewed), len(reviewed)),
    }


def with_notes(windows: Sequence[Window]) -> list[Window]:
    """The windows with the rate of notes held against that of everybody in the role; at most one."""
    role: dict[tuple[date, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for one in windows:
        sums = role[one.end, one.role]
        sums[0], sums[1] = sums[0] + one.noted.hits, sums[1] + one.noted.chances
    found = []
    for one in windows:
        hits, chances = role[one.end, one.role]
        usual, own = hits / chances if chances else 0.0, one.noted.value
        rate = None if own is None or not usual else min(own / usual, 1.0)
        share = NONE if rate is None else Share(rate * one.noted.chances, one.noted.chances)
        found.append(replace(one, counts=replace(one.counts, notes_rate=share)))
    return found


def as_data(counts: Counts) -> dict[str, Any]:
    """The counts as they are kept: plain numbers by name."""
    return asdict(counts)


def read_counts(data: Mapping[str, Any]) -> Counts:
    """The counts that `as_data` wrote. What was not counted then has its default."""
    known = {one.name: data[one.name] for one in fields(Counts) if one.name in data}
    for name, value in known.items():
        if isinstance(value, dict) and value.keys() == {"hits", "chances"}:
            known[name] = Share(**value)
        elif isinstance(value, list):
            known[name] = tuple(value)
    known["features"] = {key: FeatureUse(**use) for key, use in data.get("features", {}).items()}
    return Counts(**known)

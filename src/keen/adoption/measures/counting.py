"""Counts of every person and window, by the expressions, on any engine."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from keen.adoption.domain.catalogue import valued
from keen.adoption.domain.counts import Counts, FeatureUse, Share
from keen.adoption.domain.features import FEATURES
from keen.adoption.domain.policy import Policy
from keen.adoption.domain.windows import WEEK, Window, spared_days, with_notes
from keen.adoption.facts import tables
from keen.adoption.measures.engines import Engine
from keen.adoption.measures.expressions import Measures

if TYPE_CHECKING:
    import ibis.expr.types as ir

_SPARED: Final = {"person": "int", "end": "day", "day": "day"}
Long = dict[tuple[str, str], tuple[float, float]]


def windows(
    engine: Engine, facts: Mapping[str, "ir.Table"], ends: Iterable[date], policy: Policy
) -> list[Window]:
    """The window of each person at each of these ends, with what they did in it; notes held against the role's."""
    given = _given(engine, facts, ends, policy)
    measures = Measures({**facts, **given})
    if spared := _spared(engine, measures, policy):
        measures = Measures({**facts, **given, "spared": _made(engine, "left_out", spared, _SPARED)})
    long: dict[tuple[int, int], Long] = defaultdict(dict)
    for row in engine.run(measures.long()).to_pylist():
        long[row["person"], row["end"]][row["measure"], row["key"]] = (row["hits"], row["chances"])
    places = {
        (row["person"], row["end"]): (row["team"], row["role"])
        for row in engine.run(measures.places()).to_pylist()
    }
    found = [_window(person, end, long[person, end], places[person, end]) for person, end in sorted(places)]
    return with_notes(found)


def _given(
    engine: Engine, facts: Mapping[str, "ir.Table"], ends: Iterable[date], policy: Policy
) -> dict[str, "ir.Table"]:
    """What the expressions need besides the facts: the policy as small tables."""
    days = facts["person_day"]
    roles = [row["role"] for row in engine.run(days.select("role").distinct()).to_pylist()]
    spans = [*range(policy.window.days, policy.window.longest, WEEK), policy.window.longest]
    catalogue = [(role, what) for role in roles for what in sorted(valued(role))]
    limits = [(role, policy.of(role).timely_hours) for role in roles]
    traced = [(what, feature.key) for feature in FEATURES for what in feature.traces]
    asked = [(feature.occasion, feature.key) for feature in FEATURES]
    longest = policy.window.longest

    small: dict[str, tuple[Sequence[tuple[Any, ...]], Mapping[str, str]]] = {
        "ends": ([(end.toordinal(),) for end in sorted(set(ends))], {"end": "day"}),
        "spans": (
            [(span, 0.0 if span == longest else policy.window.wanted_days) for span in spans],
            {"span": "day", "wanted": "number"},
        ),
        "spared": ([], _SPARED),
        "catalogue": (catalogue, {"role": "text", "what": "text"}),
        "limits": (limits, {"role": "text", "most": "number"}),
        "traced": (traced, {"what": "text", "feature": "text"}),
        "asked": (asked, {"what": "text", "feature": "text"}),
    }
    return {name: _made(engine, name, rows, kinds) for name, (rows, kinds) in small.items()}


def _made(engine: Engine, name: str, rows: Sequence[tuple[Any, ...]], kinds: Mapping[str, str]) -> "ir.Table":
    return engine.give(name, tables.columns(rows, kinds))


def _spared(engine: Engine, measures: Measures, policy: Policy) -> list[tuple[int, int, int]]:
    """The days that are left out of each window until the person says whether they were away."""
    days: dict[tuple[int, int], dict[int, bool]] = defaultdict(dict)
    found = engine.run(measures.daily()).to_pydict()
    for person, end, day, n in zip(found["person"], found["end"], found["day"], found["n"], strict=True):
        worked = days[person, end]
        worked[day] = worked.get(day, False) or n > 0
    return [(person, end, day) for (person, end), worked in days.items() for day in _left(worked, policy)]


def _left(worked: Mapping[int, bool], policy: Policy) -> set[int]:
    return spared_days([(day, True, active) for day, active in worked.items()], policy)


def _window(person: int, end: int, long: Long, place: tuple[int | None, str]) -> Window:
    def sums(measure: str) -> tuple[float, float]:
        return long.get((measure, ""), (0.0, 0.0))

    def share(measure: str, *, of: float = 1.0) -> Share:
        hits, chances = sums(measure)
        return Share(min(hits / of, chances), chances)

    scheduled, span = sums("window")
    active, events = sums("active")
    tried = sums("tried")[0]
    counts = Counts(
        scheduled=scheduled,
        active=min(active, scheduled),
        attempt_days=sums("attempt")[0],
        struggle_days=min(sums("struggle")[0], sums("attempt")[0]),
        consult_days=sums("consult")[0],
        features=_features(long),
        depth=share("depth"),
        timely=share("timely"),
        quality=share("quality", of=4.0),
        tasks=Share(min(sums("completed")[0], tried), tried),
        before_review=share("review"),
        value_events=int(events),
        assumed_calendar=bool(sums("assumed")[0]),
        on_leave=bool(sums("away")[0]),
        access_days=scheduled,
        ever_valued=events > 0,
        watched=bool(sums("watched")[0]),
    )
    team, role = place
    return Window(person, date.fromordinal(end), int(span), team, role, counts, share("noted"))


def _features(long: Long) -> dict[str, FeatureUse]:
    days = {key: int(hits) for (measure, key), (hits, _) in long.items() if measure == "used"}
    due = {key for measure, key in long if measure == "due"}
    return {key: FeatureUse(key in due, days.get(key, 0)) for key in sorted(due | days.keys())}

"""A score in words: its parts with the counts behind them, and what would raise it most cheaply."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from keen.adoption.domain.counts import Counts, FeatureUse, Share
from keen.adoption.domain.policy import Dimension, Policy
from keen.adoption.domain.score import DAYS_TO_COUNT, Case, Part, Score, expected_days, ramp_of, score
from keen.adoption.domain.wording import counted, listed, percent

NOTICEABLE: Final = 1.0
"""A step is counted up until it brings a point."""
BIGGEST_STEP: Final = 5
OFFERED: Final = 2


@dataclass(frozen=True, slots=True)
class Definition:
    """What a dimension is, as it is printed beside its number."""

    name: str
    meaning: str
    formula: str
    unit: str


DEFINITIONS: Final[Mapping[Dimension, Definition]] = {
    Dimension.RHYTHM: Definition(
        "Rhythm",
        "On how many of the days that the role's work should leave a trace there was one.",
        "min(1, A / (tau x E))",
        "scheduled days with at least one value event (A), of scheduled days (E) times the role's share (tau)",
    ),
    Dimension.BREADTH: Definition(
        "Breadth",
        "Of the features there was an occasion for, those used on two days or more.",
        "sum of weights used on >= 2 days / sum of weights due",
        "features with an occasion in the window",
    ),
    Dimension.DEPTH: Definition(
        "Depth",
        "Of what was brought to its end, what was recorded step by step. What was entered only at the end counts nothing.",
        "closed with all steps in order, over >= 2 days / closed",
        "process instances closed in the window",
    ),
    Dimension.TIMELINESS: Definition(
        "Timeliness",
        "Of what happened at a known time, what was entered within the role's hours.",
        "entered within g working hours / entries with a known time",
        "entries in the window",
    ),
    Dimension.QUALITY: Definition(
        "Quality",
        "How fit for use the records are that somebody owns and touched. Dirt of an import is spared for 90 days.",
        "mean of (complete + valid + not duplicate + fresh) / 4",
        "records owned and touched in the window",
    ),
    Dimension.VALUE: Definition(
        "Value",
        "On how many days something was looked up by choice and then acted upon.",
        "min(1, consult days / (kappa x A))",
        "active days with a look-up followed within 60 minutes by a contact, a plan or an assignment",
    ),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One dimension as a page shows it."""

    dimension: Dimension
    name: str
    percent: int | None
    counts: str
    weight: int
    points: float


@dataclass(frozen=True, slots=True)
class Improvement:
    """What would raise the score: what to do, what it brings, and how much it is to do.

    Units: effort in single acts, a day's habit counting as one.
    """

    dimension: Dimension
    words: str
    points: float
    effort: float


def bars(case: Case, found: Score | None = None) -> list[Bar]:
    """The six parts with the counts behind each."""
    found = found or score(case)
    return [
        Bar(
            part.dimension,
            DEFINITIONS[part.dimension].name,
            None if part.mean is None else round(100 * part.mean),
            behind(case, part),
            round(100 * part.weight),
            part.points,
        )
        for part in found.parts
    ]


def behind(case: Case, part: Part) -> str:
    """The counts behind one part, such as "14 of 16 expected days"."""
    if part.belief is None:
        return "no occasion"
    hits, chances = part.seen.hits, part.seen.chances
    counts = case.counts
    told: dict[Dimension, Callable[[], str]] = {
        Dimension.RHYTHM: lambda: f"{counts.active:g} of {counted(chances, 'expected day')}",
        Dimension.BREADTH: lambda: _features(counts.features),
        Dimension.DEPTH: lambda: f"{hits:g} of {chances:g} recorded step by step",
        Dimension.TIMELINESS: lambda: (
            f"{hits:g} of {counted(chances, 'entry', 'entries')} within {case.role.timely_hours:g} working hours"
        ),
        Dimension.QUALITY: lambda: (
            f"{4 * hits:.0f} of {4 * chances:.0f} points over {counted(chances, 'record')}"
        ),
        Dimension.VALUE: lambda: (
            f"{counts.consult_days:g} of {counted(chances, 'expected day')} with a look-up"
        ),
    }
    return told[part.dimension]()


def _features(features: Mapping[str, FeatureUse]) -> str:
    due = [use for use in features.values() if use.due]
    used = sum(use.days >= DAYS_TO_COUNT for use in due)
    return f"{used} of {counted(len(due), 'feature')} there was an occasion for"


def notes(case: Case, found: Score) -> list[str]:
    """What else has a bearing on the number, each a sentence."""
    said = []
    if found.gate < 1:
        said.append(
            f"Below a quarter of the expected days the rest counts in part: here {percent(found.gate)}."
        )
    if case.counts.assumed_calendar:
        said.append("Nobody has said when this person works, so full time is assumed.")
    if (ramp := ramp_of(case.counts, case.policy.ramp)) < 1:
        said.append(f"As things are new, {percent(ramp)} of the role's days are expected.")
    if missing := [DEFINITIONS[part.dimension].name.lower() for part in found.parts if part.belief is None]:
        said.append(f"There was no occasion for {listed(missing)}; the other parts weigh more instead.")
    return said


def improvements(case: Case, most: int = OFFERED) -> list[Improvement]:
    """What would raise the score most for the least effort, the cheapest first.

    Each is computed with the score itself: what the number would be if the same window held that much more.
    """
    now = score(case).value
    found = [one for steps in _STEPS for one in [_cheapest(case, now, steps)] if one]
    return sorted(found, key=lambda one: (-one.points / one.effort, one.dimension))[:most]


@dataclass(frozen=True, slots=True)
class _Step:
    dimension: Dimension
    more: Callable[[Case, int], Counts | None]
    words: Callable[[Case, int], str]
    effort: float = 1.0


def _cheapest(case: Case, now: float, step: _Step) -> Improvement | None:
    """The smallest number of steps that brings a point, or as many as there are."""
    best = None
    for many in range(1, BIGGEST_STEP + 1):
        counts = step.more(case, many)
        if counts is None:
            break
        gain = score(case.with_counts(counts)).value - now
        best = Improvement(step.dimension, step.words(case, many), gain, many * step.effort)
        if gain >= NOTICEABLE:
            break
    return best if best and best.points > 0.05 else None


def _more_days(case: Case, many: int) -> Counts | None:
    counts = case.counts
    reach = min(ceil(expected_days(case)), counts.scheduled)
    return replace(counts, active=counts.active + many) if counts.active + many <= reach else None


def _unused(case: Case) -> Iterator[str]:
    due = {name: use for name, use in case.counts.features.items() if use.due and use.days < DAYS_TO_COUNT}
    yield from sorted(due, key=lambda name: (-case.role.weight_of(name), -due[name].days, name))


def _more_features(case: Case, many: int) -> Counts | None:
    unused = list(_unused(case))[:many]
    if len(unused) < many:
        return None
    used = {name: FeatureUse(due=True, days=DAYS_TO_COUNT) for name in unused}
    return replace(case.counts, features={**case.counts.features, **used})


def _raised(share: Share, by: float) -> Share | None:
    return replace(share, hits=share.hits + by) if share.hits + by <= share.chances + 1e-9 else None


def _more_depth(case: Case, many: int) -> Counts | None:
    raised = _raised(case.counts.depth, many)
    return replace(case.counts, depth=raised) if raised else None


def _more_timely(case: Case, many: int) -> Counts | None:
    raised = _raised(case.counts.timely, many)
    return replace(case.counts, timely=raised) if raised else None


def _more_quality(case: Case, many: int) -> Counts | None:
    raised = _raised(case.counts.quality, many / 4)
    return replace(case.counts, quality=raised) if raised else None


def _more_value(case: Case, many: int) -> Counts | None:
    counts = case.counts
    reach = ceil(case.role.kappa * counts.active)
    return (
        replace(counts, consult_days=counts.consult_days + many)
        if counts.consult_days + many <= reach
        else None
    )


_STEPS: Final = (
    _Step(Dimension.RHYTHM, _more_days, lambda _, n: f"{counted(n, 'more day')} with work recorded here"),
    _Step(
        Dimension.BREADTH,
        _more_features,
        lambda case, n: f"Use {listed(list(_unused(case))[:n])} on two days",
        effort=2.0,
    ),
    _Step(
        Dimension.DEPTH,
        _more_depth,
        lambda _, n: f"Record {counted(n, 'more process', 'more processes')} step by step while it goes on",
        effort=3.0,
    ),
    _Step(
        Dimension.TIMELINESS,
        _more_timely,
        lambda case, n: f"Enter {counted(n, 'more fact')} within {case.role.timely_hours:g} working hours",
    ),
    _Step(
        Dimension.QUALITY,
        _more_quality,
        lambda _, n: f"Mend {counted(n, 'point')} of the records you touched",
    ),
    _Step(
        Dimension.VALUE,
        _more_value,
        lambda _, n: f"Look something up before acting on {counted(n, 'more day')}",
    ),
)


def spoken(value: float, low: float, high: float) -> str:
    """The score as it is written everywhere: "64 (58-70)"."""
    return f"{value:.0f} ({low:.0f}\N{EN DASH}{high:.0f})"


def policy_notes(policy: Policy) -> list[str]:
    """What everyone should know about the numbers, each a sentence."""
    minimum = policy.minimum
    return [
        "Weights and targets are decided by your company. They are a starting point from the literature, no norm of an industry.",
        f"The range holds the truth {percent(minimum.interval)} of the time, as far as the counts tell.",
        f"A change is told from {minimum.change:g} points on, and only if it is {percent(minimum.change_certainty)} sure.",
        "Volume is never rewarded: every part is full at some point.",
    ]

"""Who is how: the first rule that fits, and how likely it fits, over the draws."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from keen.adoption.domain.draws import Draws
from keen.adoption.domain.policy import Dimension, Labels, Policy
from keen.adoption.domain.score import Case, attempt_pace, pace
from keen.adoption.domain.wording import percent

if TYPE_CHECKING:
    import numpy as np


class Segment(StrEnum):
    """What a person's use looks like. Of a named person it says what happens, never why."""

    AWAY = "away"
    NEW = "new"
    TOO_LITTLE = "too_little"
    NEVER_STARTED = "never_started"
    IDLE = "idle"
    LAPSED = "lapsed"
    STRUGGLING = "struggling"
    MOTIONS = "motions"
    ENTHUSIASTIC = "enthusiastic"
    OCCASIONAL = "occasional"
    STEADY = "steady"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A segment in words: its name, when it holds (with names of the policy), and what to do first."""

    name: str
    rule: str
    response: str


MEANINGS: Final[Mapping[Segment, Meaning]] = {
    Segment.AWAY: Meaning("away", "on leave on the last day", "nothing"),
    Segment.NEW: Meaning("new", "fewer than {new_days} days here", "the first steps"),
    Segment.TOO_LITTLE: Meaning("not enough data yet", "fewer than {days} scheduled days", "nothing"),
    Segment.NEVER_STARTED: Meaning(
        "never started",
        "{access_days} scheduled days with access and never a value event; signing in does not count",
        "see that access works, then a first task of 15 minutes with a champion",
    ),
    Segment.IDLE: Meaning(
        "idle",
        "below {idle_active} of the expected days with a value event, and below {idle_attempts} with an attempt",
        "ask why, with one tap",
    ),
    Segment.LAPSED: Meaning(
        "lapsed",
        "idle now, with a rhythm of {lapsed_rhythm} or more in {lapsed_weeks} earlier weeks",
        "ask why, with one tap",
    ),
    Segment.STRUGGLING: Meaning(
        "struggling",
        "attempts on {struggling_attempts} of the expected days or more, and friction above {friction} or fewer than "
        "{completion} of tasks finished",
        "mend or explain the screen that is named; coach",
    ),
    Segment.MOTIONS: Meaning(
        "going through the motions",
        "rhythm of {motions_rhythm} or more, want up to {motions_want}, friction up to {friction}",
        "find the reason to be there; no points, no reminders",
    ),
    Segment.ENTHUSIASTIC: Meaning(
        "enthusiastic",
        "score of {keen_score} or more, want of {keen_want} and quality of {keen_quality} or more, friction up to {friction}",
        "thank, and invite as a champion",
    ),
    Segment.OCCASIONAL: Meaning(
        "occasional", "below {occasional} of the expected days, and none of the above", "as the role demands"
    ),
    Segment.STEADY: Meaning("steady", "everything else", "leave alone"),
    Segment.UNCLEAR: Meaning("unclear", "no segment is {certainty} likely", "ask"),
}


def rule(segment: Segment, policy: Policy) -> str:
    """When a segment holds, with the numbers of the policy."""
    numbers = {
        one.name: getattr(part, one.name)
        for part in (policy.labels, policy.minimum, policy.ramp)
        for one in fields(part)
    }
    told = {name: percent(value) if value <= 1 else f"{value:g}" for name, value in numbers.items()}
    return MEANINGS[segment].rule.format_map(told)


@dataclass(frozen=True, slots=True)
class Placement:
    """The segment that is shown, and how likely each is."""

    shown: Segment
    likely: Mapping[Segment, float]
    slipping: bool = False

    @property
    def likeliest(self) -> Segment:
        """The segment with the most draws, however few."""
        return max(self.likely, key=lambda one: self.likely[one])

    @property
    def certainty(self) -> float:
        """How likely the likeliest is."""
        return self.likely[self.likeliest]


def place(case: Case, draws: Draws) -> Placement:
    """Where a person belongs."""
    if fixed := settled(case):
        return Placement(fixed, {fixed: 1.0})
    likely = _shares(case, draws)
    best = max(likely, key=lambda one: likely[one])
    shown = best if likely[best] >= case.policy.labels.certainty else Segment.UNCLEAR
    return Placement(shown, likely, slipping=is_slipping(case, draws))


def settled(case: Case) -> Segment | None:
    """The segment that needs no score: away, new, too little data, never started; else None."""
    counts, policy = case.counts, case.policy
    if counts.on_leave:
        return Segment.AWAY
    if counts.days_since_start < policy.ramp.new_days:
        return Segment.NEW
    if counts.scheduled < policy.minimum.days:
        return Segment.TOO_LITTLE
    if not counts.ever_valued and counts.access_days >= policy.labels.access_days:
        return Segment.NEVER_STARTED
    return None


def is_idle(case: Case) -> bool:
    """Whether hardly anything happened and hardly anything was tried."""
    labels = case.policy.labels
    return pace(case) < labels.idle_active and attempt_pace(case) < labels.idle_attempts


def has_lapsed(case: Case) -> bool:
    """Whether there was a rhythm once, in at least four earlier weeks."""
    labels = case.policy.labels
    return sum(week >= labels.lapsed_rhythm for week in case.counts.earlier_rhythm) >= labels.lapsed_weeks


def is_slipping(case: Case, draws: Draws) -> bool:
    """Whether the score fell clearly below the person's own median of twelve weeks."""
    labels, earlier = case.policy.labels, case.counts.earlier_scores
    if len(earlier) < labels.lapsed_weeks:
        return False
    usual = median(earlier)
    fell = usual - float(draws.score.mean())
    certainty = float((draws.score < usual).mean())
    return fell >= labels.slipping and certainty > labels.slipping_certainty


def _shares(case: Case, draws: Draws) -> dict[Segment, float]:
    if is_idle(case):
        return {Segment.LAPSED if has_lapsed(case) else Segment.IDLE: 1.0}
    open_yet = draws.score == draws.score
    likely: dict[Segment, float] = {}
    for segment, holds in _rules(case, draws):
        likely[segment] = float((open_yet & holds).mean())
        open_yet = open_yet & ~holds
    return likely


def _rules(case: Case, draws: Draws) -> list[tuple[Segment, "np.ndarray[Any, np.dtype[np.bool_]]"]]:
    """The rules of the table in their order, each as yes or no for every draw."""
    labels = case.policy.labels
    every, nobody = draws.score >= 0, draws.score < 0
    hard = nobody if draws.friction is None else draws.friction > labels.friction
    unfinished = nobody if draws.completion is None else draws.completion < labels.completion
    tries = attempt_pace(case) >= labels.struggling_attempts
    unwilling = nobody if draws.want is None else draws.want <= labels.motions_want
    rhythm = draws.dimensions.get(Dimension.RHYTHM, draws.score * 0)
    quality = draws.dimensions.get(Dimension.QUALITY)
    return [
        (Segment.STRUGGLING, (hard | unfinished) if tries else nobody),
        (Segment.MOTIONS, (rhythm >= labels.motions_rhythm) & unwilling & ~hard),
        (
            Segment.ENTHUSIASTIC,
            _enthusiastic(draws, labels, nobody)
            & ~hard
            & (nobody if quality is None else quality >= labels.keen_quality),
        ),
        (Segment.OCCASIONAL, every if pace(case) < labels.occasional else nobody),
        (Segment.STEADY, every),
    ]


def _enthusiastic(draws: Draws, labels: Labels, nobody: Any) -> Any:
    if draws.want is None:
        return nobody
    return (draws.score >= labels.keen_score) & (draws.want >= labels.keen_want)

"""All that is said of one person in one window, in one piece: what the nightly work keeps and the pages show."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keen.adoption.domain.axes import completion, friction, want
from keen.adoption.domain.draws import Change, Draws, Interval, change, draw, interval
from keen.adoption.domain.explain import Bar, Improvement, bars, improvements, notes
from keen.adoption.domain.score import Case, Score, score, shortfall
from keen.adoption.domain.segments import Placement, place

if TYPE_CHECKING:
    from keen.adoption.domain.draws import Drawn


@dataclass(frozen=True, slots=True)
class Axis:
    """Friction or want with its range, 0 to 1."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of a person. Three axes that are never made into one, and the segment they make together."""

    score: Score
    range: Interval
    withheld: str
    """Why the score is not shown yet; empty if it is."""
    friction: Axis | None
    completion: float | None
    want: Axis | None
    placement: Placement
    draws: Draws

    def since(self, case: Case, before: "Judgement") -> Change:
        """What changed since an earlier window that does not overlap."""
        return change(before.draws, self.draws, case.policy.minimum)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The contract of every score page."""

    bars: list[Bar]
    notes: list[str]
    improvements: list[Improvement]


def judge(case: Case, seed: int) -> Judgement:
    """The judgement of one person; the same counts and the same seed give the same one.

    Cost: about two milliseconds.
    """
    found = score(case)
    drawn = draw(case, seed, found)
    certainty = case.policy.minimum.interval
    ends = interval(drawn.score, certainty)
    hard, wish, done = friction(case), want(case), completion(case)
    return Judgement(
        score=found,
        range=ends,
        withheld=shortfall(case, found, ends.half_width),
        friction=_axis(hard.mean if hard else None, drawn.friction, certainty),
        completion=done.mean if done else None,
        want=_axis(wish, drawn.want, certainty),
        placement=place(case, drawn),
        draws=drawn,
    )


def explain(case: Case) -> Explanation:
    """The parts of a score, what bears on it, and the two cheapest ways to raise it."""
    found = score(case)
    return Explanation(bars(case, found), notes(case, found), improvements(case))


def _axis(value: float | None, drawn: "Drawn | None", certainty: float) -> Axis | None:
    if value is None or drawn is None:
        return None
    ends = interval(drawn, certainty)
    return Axis(value, ends.low, ends.high)

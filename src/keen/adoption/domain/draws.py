"""How sure we are: joint draws of everything that is believed of a person, the same ones each time they are asked for.

numpy is imported where it is used, so that what only shows numbers does not carry it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from keen.adoption.domain.axes import LEAST_SIGNS, completion, friction, wants
from keen.adoption.domain.policy import Dimension, Minimum
from keen.adoption.domain.score import Belief, Case, Score, score

if TYPE_CHECKING:
    import numpy as np

    Drawn = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Interval:
    """Between which two numbers it lies, as sure as the policy wants."""

    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half the distance of the two ends."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True)
class Draws:
    """The same 2,000 possible truths seen from all sides: row i of each belongs to row i of every other."""

    score: "Drawn"
    dimensions: Mapping[Dimension, "Drawn"]
    friction: "Drawn | None"
    completion: "Drawn | None"
    want: "Drawn | None"


def seed_of(person: object, window_end: object, version: int = 0) -> int:
    """The seed of one person's draws in one window: whoever computes them again gets the same ones."""
    text = f"{person}|{window_end}|{version}".encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")


def draw(case: Case, seed: int, found: Score | None = None) -> Draws:
    """Everything believed of a person, drawn jointly.

    Cost: about a millisecond.
    """
    import numpy as np  # noqa: PLC0415  heavy, and needed by the nightly work alone

    found = found or score(case)
    believed: dict[object, Belief] = {part.dimension: part.belief for part in found.parts if part.belief}
    signs = wants(case)
    believed |= {name: one for name, one in signs.items() if isinstance(one, Belief) and name != "value"}
    believed |= {name: one for name, one in (("F", friction(case)), ("C", completion(case))) if one}
    shape = (case.policy.shrinkage.draws, len(believed))
    ends = np.array([(one.alpha, one.beta) for one in believed.values()]).reshape(-1, 2)
    table = np.random.default_rng(seed).beta(ends[:, 0], ends[:, 1], size=shape)
    drawn = {key: table[:, index] for index, key in enumerate(believed)}
    weighted = [part.weight * drawn[part.dimension] for part in found.parts if part.belief]
    return Draws(
        score=100 * found.gate * sum(weighted, start=np.zeros(shape[0])),
        dimensions={part.dimension: drawn[part.dimension] for part in found.parts if part.belief},
        friction=drawn.get("F"),
        completion=drawn.get("C"),
        want=_want({**drawn, "value": drawn.get(Dimension.VALUE)}, signs),
    )


def _want(drawn: Mapping[object, Any], signs: Mapping[str, Belief | float]) -> Any:
    if len(signs) < LEAST_SIGNS:
        return None
    return sum(drawn[name] if isinstance(one, Belief) else one for name, one in signs.items()) / len(signs)


def interval(drawn: "Drawn", certainty: float = 0.8) -> Interval:
    """The middle part of the draws."""
    import numpy as np  # noqa: PLC0415

    low, high = np.quantile(drawn, [(1 - certainty) / 2, (1 + certainty) / 2])
    return Interval(float(low), float(high))


@dataclass(frozen=True, slots=True)
class Change:
    """What changed between two windows that do not overlap."""

    points: float
    certainty: float
    """How likely it is that it went the way it seems to have gone."""
    clear: bool

    @property
    def words(self) -> str:
        """The change as it is told."""
        if not self.clear:
            return "no clear change"
        return f"{'up' if self.points > 0 else 'down'} {abs(self.points):.0f} points"


def change(before: Draws, now: Draws, minimum: Minimum) -> Change:
    """Whether the score changed: only by five points or more, and if that is hardly chance."""
    apart = now.score - before.score
    points = float(apart.mean())
    certainty = float(((apart > 0) if points >= 0 else (apart < 0)).mean())
    return Change(
        points, certainty, clear=abs(points) >= minimum.change and certainty > minimum.change_certainty
    )

"""What an analysis comes to: an effect, how sure it is, and what the design is worth as evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import NormalDist
from typing import Final

from keen.adoption.domain.draws import Interval


class Grade(StrEnum):
    """What a design is worth as evidence."""

    A = "A"
    B = "B"
    C = "C"


GRADES: Final[Mapping[Grade, str]] = {
    Grade.A: "drawn by lot",
    Grade.B: "not drawn by lot: association, not proof",
    Grade.C: "before and after alone: not evidence",
}


@dataclass(frozen=True, slots=True)
class Estimate:
    """The effect of something that was tried, in the units of its measure.

    Shape: ends are intervals found otherwise than from the standard error, by their certainty; freedom are the degrees
    of freedom of t, none meaning the normal distribution.
    """

    effect: float
    se: float
    p_value: float | None
    treated: int
    untreated: int
    grade: Grade
    method: str
    freedom: float | None = None
    ends: Mapping[float, Interval] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def interval(self, certainty: float) -> Interval:
        """Where the effect lies, so sure."""
        if certainty in self.ends:
            return self.ends[certainty]
        reach = _quantile((1 + certainty) / 2, self.freedom) * self.se
        return Interval(self.effect - reach, self.effect + reach)

    def chance_above(self, least: float) -> float:
        """How likely the effect is more than this, if nothing was known before."""
        if not self.se:
            return float(self.effect > least)
        return _cumulated((self.effect - least) / self.se, self.freedom)

    @property
    def chance_below_zero(self) -> float:
        """How likely it was less than nothing."""
        return 1 - self.chance_above(0.0)


def _quantile(share: float, freedom: float | None) -> float:
    if freedom is None:
        return NormalDist().inv_cdf(share)
    from scipy.special import stdtrit  # noqa: PLC0415  heavy, and needed by analyses alone

    return float(stdtrit(freedom, share))


def _cumulated(at: float, freedom: float | None) -> float:
    if freedom is None:
        return NormalDist().cdf(at)
    from scipy.special import stdtr  # noqa: PLC0415

    return float(stdtr(freedom, at))


def two_sided(at: float, freedom: float | None) -> float:
    """The p value of a t or z value."""
    return 2 * (1 - _cumulated(abs(at), freedom))


def holm(values: Sequence[float]) -> list[float]:
    """The p values of several measures, each raised for the others having been looked at, too.

    Source: Holm 1979.
    """
    order = sorted(range(len(values)), key=values.__getitem__)
    adjusted, least = [0.0] * len(values), 0.0
    for rank, index in enumerate(order):
        least = max(least, min(1.0, (len(values) - rank) * values[index]))
        adjusted[index] = least
    return adjusted

"""Adoption, 0 to 100: six dimensions, the gate, and what the counts say of each. No chance in here; draws.py has it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from keen.adoption.domain.counts import Counts, Share
from keen.adoption.domain.policy import Dimension, Policy, Ramp, RolePolicy, Shrinkage

DAYS_TO_COUNT: Final = 2
"""Different days on which a feature is used before it counts as used."""
GATED: Final = (Dimension.RHYTHM, Dimension.DEPTH, Dimension.QUALITY)
"""The dimensions that must each be half full for somebody to be called adopted."""


@dataclass(frozen=True, slots=True)
class Case:
    """One person in one window, with all that judging takes.

    Shape: priors are the medians of the role in the last quarter, 0 to 1, as far as there are any.
    """

    counts: Counts
    role: RolePolicy
    policy: Policy
    priors: Mapping[Dimension, float] = field(default_factory=dict)

    def with_counts(self, counts: Counts) -> "Case":
        """The same person under other counts."""
        return replace(self, counts=counts)


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed of a share after having seen it: a Beta distribution."""

    alpha: float
    beta: float

    @property
    def mean(self) -> float:
        """The share that is expected."""
        return self.alpha / (self.alpha + self.beta)


@dataclass(frozen=True, slots=True)
class Part:
    """One dimension of one person.

    Units: weight is what it weighs among the dimensions that had an occasion; points are its part of the 100.
    """

    dimension: Dimension
    seen: Share
    belief: Belief | None
    weight: float
    points: float

    @property
    def mean(self) -> float | None:
        """The dimension, 0 to 1, pulled towards the role's median; None without an occasion."""
        return self.belief.mean if self.belief else None


@dataclass(frozen=True, slots=True)
class Score:
    """Adoption with its parts. The points of the parts add up to the value."""

    value: float
    gate: float
    parts: tuple[Part, ...]
    occasions: float
    adopted: bool

    def part(self, dimension: Dimension) -> Part:
        """One part by its name."""
        return next(part for part in self.parts if part.dimension is dimension)


def ramp_of(counts: Counts, ramp: Ramp) -> float:
    """What part of the role's rhythm is expected already: less of newcomers, and of who changed the role."""
    slope = (1 - ramp.start) / (ramp.until - ramp.new_days)
    since = max(0, counts.days_since_start - ramp.new_days)
    expected = min(1.0, ramp.start + slope * since)
    if counts.role_changed_days_ago is not None:
        expected = min(expected, ramp.role_change + slope * counts.role_changed_days_ago)
    return min(1.0, expected)


def expected_days(case: Case) -> float:
    """The days on which work of this role would leave a trace in the window (tau x E, less for newcomers)."""
    return case.role.tau * ramp_of(case.counts, case.policy.ramp) * case.counts.scheduled


def pace(case: Case) -> float:
    """The rhythm as it was seen, of what was expected; may exceed one. 0 where nothing was expected."""
    expected = expected_days(case)
    return case.counts.active / expected if expected else 0.0


def attempt_pace(case: Case) -> float:
    """The days with an attempt, of the days expected; 0 where nothing was expected."""
    expected = expected_days(case)
    return case.counts.attempt_days / expected if expected else 0.0


def gate_of(case: Case) -> float:
    """What part of the score counts: all of it from a quarter of the expected rhythm on."""
    return min(1.0, pace(case) / case.policy.labels.gate)


def rhythm(case: Case) -> Share:
    """Days with a value event, of those expected; more than expected is not better."""
    expected = expected_days(case)
    return Share(min(case.counts.active, expected), expected)


def breadth(case: Case) -> Share:
    """Features used on two days, of those there was an occasion for, by their weight.

    Shape: chances are the number of features due, hits the same share of it that the weights give.
    """
    due = {name: use for name, use in case.counts.features.items() if use.due}
    total = sum(case.role.weight_of(name) for name in due)
    if not total:
        return Share()
    used = sum(case.role.weight_of(name) for name, use in due.items() if use.days >= DAYS_TO_COUNT)
    return Share(min(1.0, used / total) * len(due), len(due))


def value_drawn(case: Case) -> Share:
    """Days on which a look-up of one's own led to something, of those on which it would be of use; none where nobody knows."""
    expected = case.role.kappa * case.counts.active if case.counts.watched else 0.0
    return Share(min(case.counts.consult_days, expected), expected)


SEEN: Final[Mapping[Dimension, Callable[[Case], Share]]] = MappingProxyType(
    {
        Dimension.RHYTHM: rhythm,
        Dimension.BREADTH: breadth,
        Dimension.DEPTH: lambda case: case.counts.depth,
        Dimension.TIMELINESS: lambda case: case.counts.timely,
        Dimension.QUALITY: lambda case: case.counts.quality,
        Dimension.VALUE: value_drawn,
    }
)


def belief(seen: Share, prior: float, shrinkage: Shrinkage) -> Belief:
    """What is believed after so many hits of so many chances, when the role does so well.

    Source: Beta(m p + s, m (1 - p) + n - s), with n capped.
    """
    scale = min(1.0, shrinkage.most / seen.chances) if seen.chances else 0.0
    hits, misses = seen.hits * scale, (seen.chances - seen.hits) * scale
    # A prior of exactly 0 or 1 would be a certainty that no occasion could shake.
    prior = min(0.99, max(0.01, prior))
    return Belief(shrinkage.mass * prior + hits, shrinkage.mass * (1 - prior) + misses)


def score(case: Case) -> Score:
    """Adoption of one person in one window.

    Source: 100 x gate x the weighted mean of the dimensions that had an occasion.
    """
    seen = {dimension: count(case) for dimension, count in SEEN.items()}
    total = sum(case.role.weights[dimension] for dimension, share in seen.items() if share.chances)
    gate = gate_of(case)
    parts = tuple(_part(case, dimension, share, total, gate) for dimension, share in seen.items())
    value = sum(part.points for part in parts)
    return Score(
        value=value,
        gate=gate,
        parts=parts,
        occasions=sum(share.chances for share in seen.values()),
        adopted=_is_adopted(case, value, parts),
    )


def _part(case: Case, dimension: Dimension, seen: Share, total: float, gate: float) -> Part:
    if not seen.chances or not total:
        return Part(dimension, seen, None, 0.0, 0.0)
    found = belief(seen, case.priors.get(dimension, case.policy.shrinkage.prior), case.policy.shrinkage)
    weight = case.role.weights[dimension] / total
    return Part(dimension, seen, found, weight, 100 * gate * weight * found.mean)


def _is_adopted(case: Case, value: float, parts: tuple[Part, ...]) -> bool:
    """High everywhere it matters: nothing makes up for what is missing."""
    labels = case.policy.labels
    means = [part.mean for part in parts if part.dimension in GATED and part.mean is not None]
    return value >= labels.adopted and all(mean >= labels.adopted_least for mean in means)


def shortfall(case: Case, found: Score, half_width: float) -> str:
    """Why the score is not to be shown yet, in words; empty if it may be."""
    least, counts = case.policy.minimum, case.counts
    if counts.days_since_start < case.policy.ramp.new_days:
        return f"The first {case.policy.ramp.new_days} days have no score."
    if counts.scheduled < least.days:
        return f"Not enough data yet: {counts.scheduled:g} of at least {least.days:g} scheduled days."
    if found.occasions < least.occasions:
        return f"Not enough data yet: {found.occasions:.0f} of at least {least.occasions:g} occasions."
    if half_width > least.half_width:
        return f"Not enough data yet: the score could be off by {half_width:.0f} points."
    return ""

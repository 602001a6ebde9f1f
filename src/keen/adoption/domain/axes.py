"""Friction, completion, want and shadow: how hard it is, how voluntary, and how much goes on elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erf, sqrt
from statistics import median
from typing import Final

from keen.adoption.domain.counts import NONE, Counts, Share
from keen.adoption.domain.policy import Dimension
from keen.adoption.domain.score import Belief, Case, belief, value_drawn

LEAST_SIGNS: Final = 2
"""Of the signs of want, so many have to be there before one is stated."""
LEAST_PEOPLE: Final = 5
"""A team smaller than this has no shadow."""
LEAST_TEAMS: Final = 4
"""With fewer teams there is nothing to compare a team with."""
MAD_TO_SD: Final = 1.4826
FAR: Final = 3.0
"""No figure of a team counts as further from the others than so many deviations."""


def friction(case: Case) -> Belief | None:
    """Days with a struggle of the days with an attempt; None where nothing was attempted.

    Thinking time is no struggle.
    """
    seen = Share(case.counts.struggle_days, case.counts.attempt_days) if case.counts.watched else NONE
    shrinkage = case.policy.shrinkage
    return belief(seen, shrinkage.friction_prior, shrinkage) if seen.chances else None


def completion(case: Case) -> Belief | None:
    """Tasks finished of those begun; None where none was begun."""
    shrinkage = case.policy.shrinkage
    seen = case.counts.tasks
    return belief(seen, 1 - shrinkage.friction_prior, shrinkage) if seen.chances else None


def wants(case: Case) -> Mapping[str, Belief | float]:
    """The signs that somebody wants to work here, by name, each 0 to 1: believed where counted, fixed where told.

    Shape: any of value, own_time, notes, self_started, usefulness; what could not be seen is left out.
    """
    counts, shrinkage = case.counts, case.policy.shrinkage
    prior = case.priors.get(Dimension.VALUE, shrinkage.prior)
    found: dict[str, Belief | float] = {}
    if (drawn := value_drawn(case)).chances:
        found["value"] = belief(drawn, prior, shrinkage)
    if (late := counts.before_review).chances:
        found["own_time"] = belief(Share(late.chances - late.hits, late.chances), shrinkage.prior, shrinkage)
    if counts.notes_rate.chances:
        found["notes"] = belief(counts.notes_rate, shrinkage.prior, shrinkage)
    found |= _told(counts)
    return found


def _told(counts: Counts) -> dict[str, float]:
    found = {}
    if counts.self_started is not None:
        found["self_started"] = float(counts.self_started)
    if counts.usefulness is not None:
        found["usefulness"] = (counts.usefulness - 1) / 6
    return found


def want(case: Case) -> float | None:
    """How voluntary the use is, 0 to 1: the mean of the signs there are; None with fewer than two."""
    signs = [one.mean if isinstance(one, Belief) else one for one in wants(case).values()]
    return sum(signs) / len(signs) if len(signs) >= LEAST_SIGNS else None


SHADOW_SIGNS: Final = {
    "exports": "lists exported for every 100 value events",
    "repeated": "the same export three times or more in 28 days",
    "loops": "exports that came back as an import",
    "born_late": "deals entered in the last quarter of their usual cycle",
    "dark": "meetings and e-mails with customers that left no trace here",
    "sheets": "spreadsheets of contacts attached",
}


@dataclass(frozen=True, slots=True)
class TeamSigns:
    """What a team does besides: rates by the names of `SHADOW_SIGNS`, as far as they can be known."""

    people: int
    rates: Mapping[str, float]


def shadow(team: TeamSigns, others: Sequence[TeamSigns]) -> float | None:
    """How much goes on elsewhere in a team compared with the others, 0 to 1, a half being usual.

    None for a team of fewer than five, with fewer than four teams to compare, or without a figure. Of a person there is none.
    """
    if team.people < LEAST_PEOPLE:
        return None
    deviations = []
    for name in SHADOW_SIGNS:
        peers = [one.rates[name] for one in others if name in one.rates and one.people >= LEAST_PEOPLE]
        if name in team.rates and len(peers) >= LEAST_TEAMS:
            deviations.append(robust_z(team.rates[name], peers))
    if not deviations:
        return None
    return 0.5 * (1 + erf(sum(deviations) / len(deviations) / sqrt(2)))


def robust_z(value: float, peers: Sequence[float]) -> float:
    """How far a value is from the middle of its peers, in deviations that no outlier stretches; at most three."""
    middle = median(peers)
    spread = MAD_TO_SD * median(abs(one - middle) for one in peers)
    if not spread:
        return 0.0 if value == middle else FAR if value > middle else -FAR
    return max(-FAR, min(FAR, (value - middle) / spread))

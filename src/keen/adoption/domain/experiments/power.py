"""How likely a wedge would show an effect that is there, by playing it many times before it starts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from keen.adoption.domain.experiments.planning import USUAL_SD
from keen.adoption.domain.experiments.wedge import Team, analyse

if TYPE_CHECKING:
    import numpy as np

PLAYED: Final = 200
REDRAWN: Final = 999
LEVEL: Final = 0.05


@dataclass(frozen=True, slots=True)
class Plan:
    """A wedge that is planned: the period in which each team begins, and how many people are in each.

    Units: sd is the deviation of people's scores; correlation the one of a person's scores in two periods.
    """

    starts: tuple[int, ...]
    people: int
    sd: float = USUAL_SD
    correlation: float = 0.7
    team_sd: float = 8.0
    trend: float = 2.0


@dataclass(frozen=True, slots=True)
class Power:
    """What the play came to.

    Units: all are shares of the plays but the mean; held is how often the 80 % range holds the truth.
    """

    found: float
    mean: float
    held: float
    played: int

    @property
    def error(self) -> float:
        """How far off the share found may be, as it was played only so often."""
        return float((self.found * (1 - self.found) / self.played) ** 0.5)


def power(plan: Plan, effect: float, seed: int, played: int = PLAYED) -> Power:
    """How often an effect of this size would be found at 5 %.

    Cost: a few milliseconds a play.
    """
    import numpy as np  # noqa: PLC0415  heavy, and needed before a launch alone

    chance = np.random.default_rng(seed)
    estimates = [
        analyse(_play(plan, effect, chance), seed + index, rounds=REDRAWN).estimate for index in range(played)
    ]
    ends = [one.interval(0.80) for one in estimates]
    return Power(
        found=sum(one.p_value is not None and one.p_value <= LEVEL for one in estimates) / played,
        mean=sum(one.effect for one in estimates) / played,
        held=sum(one.low <= effect <= one.high for one in ends) / played,
        played=played,
    )


def _play(plan: Plan, effect: float, chance: "np.random.Generator") -> Sequence[Team]:
    import numpy as np  # noqa: PLC0415

    periods = np.arange(max(plan.starts) + 1)
    starts = np.array(plan.starts)[:, None]
    size = (len(plan.starts), 1, plan.people)
    person = chance.normal(0, plan.sd * plan.correlation**0.5, size)
    week = chance.normal(0, plan.sd * (1 - plan.correlation) ** 0.5, (size[0], len(periods), plan.people))
    level = chance.normal(50, plan.team_sd, (size[0], 1)) + plan.trend * periods
    values = level + effect * (periods >= starts) + (person + week).mean(axis=2)
    return [Team(tuple(row), start) for row, start in zip(values.tolist(), plan.starts, strict=True)]

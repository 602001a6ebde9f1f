"""Before the start: who is drawn, which design fits, and what it could show at best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import comb, sqrt
from random import Random
from statistics import NormalDist
from typing import Final

from keen.adoption.domain.experiments.wedge import count_orders

USUAL_SD: Final = 18.0
"""Standard deviation of people's scores, until the company's own is known."""
SIZES: Final = (20, 40, 60, 100, 200, 500)
CORRELATIONS: Final = (0.0, 0.7, 0.85)
MANY_PEOPLE: Final = 40
LEAST_WEDGE: Final = 6
MOST_WEDGE: Final = 30
LEAST_WAVES: Final = 3


class Design(StrEnum):
    """How something is tried."""

    BLOCKS = "blocks"
    WEDGE = "wedge"
    DIFFERENCES = "differences"
    SERIES = "series"
    POOLED = "pooled"


WORDS: Final[Mapping[Design, str]] = {
    Design.BLOCKS: "half of the people by lot, within role and team",
    Design.WEDGE: "all teams, in waves whose order is drawn by lot",
    Design.DIFFERENCES: "those who get it against those who do not, not drawn by lot",
    Design.SERIES: "one team before and after",
    Design.POOLED: "a few teams, each pulled towards the others",
}


@dataclass(frozen=True, slots=True)
class Situation:
    """What can be had: people and teams, whether a lot is possible, whether what one learns reaches the others."""

    people: int
    teams: int
    spills_over: bool = False
    lot_possible: bool = True


def suggest(situation: Situation) -> Design:
    """The design that fits."""
    if situation.teams <= 1 and (situation.spills_over or situation.people < MANY_PEOPLE):
        return Design.SERIES
    if not situation.lot_possible:
        return Design.DIFFERENCES
    if situation.people >= MANY_PEOPLE and not situation.spills_over:
        return Design.BLOCKS
    return Design.WEDGE if situation.teams >= LEAST_WEDGE else Design.POOLED


def detectable(
    people: int, correlation: float, sd: float = USUAL_SD, power: float = 0.8, level: float = 0.05
) -> float:
    """The smallest effect that half against half would show, in points.

    Shape: correlation is the one of the values before and after.
    """
    normal = NormalDist()
    reach = normal.inv_cdf(1 - level / 2) + normal.inv_cdf(power)
    return reach * sd * sqrt(1 - correlation**2) * 2 / sqrt(people)


def detectable_table(sd: float = USUAL_SD) -> list[tuple[int, tuple[float, ...]]]:
    """The smallest detectable effects to print before a launch: a row of people by correlation."""
    return [(size, tuple(detectable(size, one, sd) for one in CORRELATIONS)) for size in SIZES]


def best_parallel_p(teams: int) -> float:
    """The smallest two-sided p that teams half against half can ever reach."""
    return 2 / comb(teams, teams // 2)


def best_wedge_p(starts: Sequence[int]) -> float:
    """The smallest p that drawing the order again can ever reach."""
    return 1 / count_orders(starts)


def draw_blocks(people: Mapping[str, str], seed: int) -> set[str]:
    """Who gets it: half of each block by lot. In a block of odd size a coin decides whether it is the bigger half.

    Shape: people by the block they are in, such as role and team.
    """
    chance = Random(seed)  # noqa: S311  has to be repeatable, as the register shows it
    chosen: set[str] = set()
    for block in sorted(set(people.values())):
        members = sorted(one for one, of in people.items() if of == block)
        half = (len(members) + chance.randint(0, 1)) // 2
        chosen |= set(chance.sample(members, half))
    return chosen


def draw_waves(teams: Sequence[str], waves: int, seed: int) -> dict[str, int]:
    """The wave in which each team begins, from 1, by lot; waves differ by one team at most.

    Raises: ValueError with fewer than three waves, or fewer teams than waves.
    """
    if waves < LEAST_WAVES or len(teams) < waves:
        raise ValueError(f"There have to be at least {LEAST_WAVES} waves, and a team for each.")
    order = sorted(teams)
    Random(seed).shuffle(order)  # noqa: S311  repeatable on purpose
    return {team: 1 + index * waves // len(order) for index, team in enumerate(order)}

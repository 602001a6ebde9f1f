"""Individuals drawn by lot: the outcome adjusted by what it was before (ANCOVA, which for one value is CUPED)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, prod
from typing import TYPE_CHECKING

from keen.adoption.domain.experiments.fitting import fit, lot_effects
from keen.adoption.domain.experiments.result import Estimate, Grade

if TYPE_CHECKING:
    import numpy as np

    from keen.adoption.domain.experiments.fitting import Array

ROUNDS = 9_999
LEAST_EACH = 3


@dataclass(frozen=True, slots=True)
class Unit:
    """One person or team: drawn or not, the measure before and after, and the block the lot was drawn in."""

    treated: bool
    before: float
    after: float
    block: str = ""


def analyse(units: Sequence[Unit], seed: int, grade: Grade = Grade.A, rounds: int = ROUNDS) -> Estimate:
    """The effect on who was drawn, at the same value before and within the same block.

    Standard error HC3; the p value by drawing the lots again within the blocks.
    Raises: ValueError when too few were drawn or left out.
    """
    import numpy as np  # noqa: PLC0415  heavy, and needed by analyses alone

    treated = np.array([unit.treated for unit in units], dtype=float)
    count = int(treated.sum())
    if min(count, len(units) - count) < LEAST_EACH:
        raise ValueError(f"At least {LEAST_EACH} with and {LEAST_EACH} without are needed.")
    after = np.array([unit.after for unit in units], dtype=float)
    known = _known(units)
    found = fit(np.column_stack([treated, known]), after)
    effect = float(found.coefficients[0])
    return Estimate(
        effect=effect,
        se=found.se_hc3(0),
        p_value=_lots(units, known, after, np.random.default_rng(seed), rounds),
        treated=count,
        untreated=len(units) - count,
        grade=grade,
        method="values after, adjusted by the values before; HC3; lots drawn again within the blocks",
        freedom=float(found.freedom),
    )


def _known(units: Sequence[Unit]) -> "Array":
    """What is known before the lot: a column of each block, and the value before."""
    import numpy as np  # noqa: PLC0415

    blocks = sorted({unit.block for unit in units})
    columns = [[float(unit.block == block) for unit in units] for block in blocks]
    before = np.array([unit.before for unit in units], dtype=float)
    varies = [before - before.mean()] if np.ptp(before) > 0 else []
    return np.column_stack([*columns, *varies]).astype(float)


def _lots(
    units: Sequence[Unit], known: "Array", after: "Array", chance: "np.random.Generator", rounds: int
) -> float:
    """How often another lot would have shown as much: all lots if they are few, else many of them."""
    import numpy as np  # noqa: PLC0415

    observed = np.array([[unit.treated for unit in units]], dtype=float)
    places = [
        np.array([index for index, unit in enumerate(units) if unit.block == block])
        for block in sorted({unit.block for unit in units})
    ]
    drawn = [int(observed[0, place].sum()) for place in places]
    ways = prod(comb(len(place), number) for place, number in zip(places, drawn, strict=True))
    exact = ways <= rounds and len(places) == 1
    lots = _all_lots(len(units), drawn[0]) if exact else _some_lots(observed[0], places, chance, rounds)
    seen = abs(lot_effects(observed, known, after)[0])
    as_much = int((np.abs(lot_effects(lots, known, after)) >= seen - 1e-9).sum())
    return as_much / len(lots) if exact else (as_much + 1) / (len(lots) + 1)


def _all_lots(size: int, drawn: int) -> "Array":
    import numpy as np  # noqa: PLC0415

    chosen = np.array(list(combinations(range(size), drawn)))
    lots = np.zeros((len(chosen), size))
    np.put_along_axis(lots, chosen, 1.0, axis=1)
    return lots


def _some_lots(
    observed: "Array",
    places: "Sequence[np.ndarray[tuple[int], np.dtype[np.int64]]]",
    chance: "np.random.Generator",
    rounds: int,
) -> "Array":
    import numpy as np  # noqa: PLC0415

    lots = np.zeros((rounds, len(observed)))
    for place in places:
        lots[:, place] = chance.permuted(np.tile(observed[place], (rounds, 1)), axis=1)
    return lots


@dataclass(frozen=True, slots=True)
class Cuped:
    """Values after, rid of what the values before foretold."""

    values: list[float]
    theta: float
    saved: float
    """The share of the variance that is gone: so much fewer people are needed."""


def cuped(before: Sequence[float], after: Sequence[float]) -> Cuped:
    """Y - theta (X - mean X), with theta = cov(X, Y) / var(X).

    Source: Deng, Xu, Kohavi and Walker 2013.
    """
    import numpy as np  # noqa: PLC0415

    known, outcome = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    spread = float(known.var(ddof=1)) if len(known) > 1 else 0.0
    theta = float(np.cov(known, outcome)[0, 1]) / spread if spread else 0.0
    values = outcome - theta * (known - known.mean())
    whole = float(outcome.var(ddof=1)) if len(known) > 1 else 0.0
    return Cuped(
        [float(one) for one in values], theta, 1 - float(values.var(ddof=1)) / whole if whole else 0.0
    )

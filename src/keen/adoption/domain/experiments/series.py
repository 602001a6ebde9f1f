"""One team alone: its series before and after, with a line on each side (interrupted time series)."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from keen.adoption.domain.experiments.fitting import fit, lot_effects
from keen.adoption.domain.experiments.result import Estimate, Grade

if TYPE_CHECKING:
    from keen.adoption.domain.experiments.fitting import Array

LEAST_EACH = 8
LEAST_PAIRS = 3
ROUNDS = 4_999
LEAST_TRIED = 4
"""Points left on either side of a start that the test tries instead of the real one."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The step at the start, and how the slope changed."""

    estimate: Estimate
    slope: float
    slope_se: float


def analyse(values: Sequence[float], start: int, *, drawn_by_lot: bool = False) -> Interrupted:
    """The step in the series at `start`, with a trend before and one after.

    Standard errors after Newey and West; the p value by trying every other start that leaves points on both sides.
    Raises: ValueError with fewer than eight points on either side.
    """
    import numpy as np  # noqa: PLC0415  heavy, and needed by analyses alone

    if min(start, len(values) - start) < LEAST_EACH:
        raise ValueError(f"At least {LEAST_EACH} points before and after are needed.")
    outcome = np.asarray(values, dtype=float)
    found = fit(_design(len(values), start), outcome)
    lags = int(4 * (len(values) / 100) ** (2 / 9))
    step = float(found.coefficients[2])
    return Interrupted(
        Estimate(
            effect=step,
            se=found.se_hac(2, lags),
            p_value=_other_starts(outcome, start),
            treated=len(values) - start,
            untreated=start,
            grade=Grade.A if drawn_by_lot else Grade.B,
            method="a line before and a line after; every other start tried instead",
            freedom=float(found.freedom),
        ),
        slope=float(found.coefficients[3]),
        slope_se=found.se_hac(3, lags),
    )


def before_after(pairs: Sequence[tuple[float, float]]) -> Estimate:
    """The mean change of who got it, with nobody to compare with. Not evidence, and graded so.

    Raises: ValueError with fewer than three pairs.
    """
    if len(pairs) < LEAST_PAIRS:
        raise ValueError(f"At least {LEAST_PAIRS} with a value before and one after are needed.")
    changes = [after - before for before, after in pairs]
    return Estimate(
        effect=fmean(changes),
        se=stdev(changes) / len(changes) ** 0.5,
        p_value=None,
        treated=len(changes),
        untreated=0,
        grade=Grade.C,
        method="before and after of those who got it",
        freedom=len(changes) - 1,
    )


def switch_back(values: Sequence[float], on: Sequence[bool], seed: int, rounds: int = ROUNDS) -> Estimate:
    """One team, turned on and off by lot period by period: the mean while on less the mean while off, trend taken out.

    The p value from drawing the periods again. Only for what leaves nothing behind when it is turned off.
    Raises: ValueError with fewer than four periods of either kind.
    """
    import numpy as np  # noqa: PLC0415  heavy, and needed by analyses alone

    if len(values) != len(on) or min(sum(on), len(on) - sum(on)) < LEAST_TRIED:
        raise ValueError(f"At least {LEAST_TRIED} periods on and {LEAST_TRIED} off are needed.")
    outcome, turned = np.asarray(values, dtype=float), np.asarray(on, dtype=float)
    trend = np.column_stack([np.ones(len(on)), np.arange(len(on), dtype=float)])
    found = fit(np.column_stack([turned, trend]), outcome)
    lots = np.random.default_rng(seed).permuted(np.tile(turned, (rounds, 1)), axis=1)
    drawn = lot_effects(lots, trend, outcome)
    effect = float(found.coefficients[0])
    return Estimate(
        effect=effect,
        se=found.se_hc3(0),
        p_value=(int((np.abs(drawn) >= abs(effect) - 1e-9).sum()) + 1) / (rounds + 1),
        treated=sum(on),
        untreated=len(on) - sum(on),
        grade=Grade.A,
        method="periods on against periods off, drawn by lot",
        freedom=float(found.freedom),
    )


def _design(length: int, start: int) -> "Array":
    import numpy as np  # noqa: PLC0415

    time = np.arange(length, dtype=float)
    after = (time >= start).astype(float)
    return np.column_stack([np.ones(length), time, after, after * (time - start)])


def _other_starts(outcome: "Array", start: int) -> float:
    """How many of the possible starts show a step as big, of all of them."""
    tried = range(LEAST_TRIED, len(outcome) - LEAST_TRIED + 1)
    steps = {at: abs(float(fit(_design(len(outcome), at), outcome).coefficients[2])) for at in tried}
    return sum(one >= steps[start] - 1e-9 for one in steps.values()) / len(steps)

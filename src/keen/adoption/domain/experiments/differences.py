"""Not drawn by lot, but with others who did not get it: difference in differences. Association, not proof."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from keen.adoption.domain.experiments.ancova import LEAST_EACH
from keen.adoption.domain.experiments.fitting import fit
from keen.adoption.domain.experiments.result import Estimate, Grade

ROUNDS = 9_999
WANTED_BEFORE = 8
"""Periods before the start that a comparison of trends takes."""


@dataclass(frozen=True, slots=True)
class Series:
    """One unit over time: whether it got it, and the measure in each period."""

    treated: bool
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """The effect, what the same arithmetic finds where nothing happened, and the way there, period by period."""

    estimate: Estimate
    placebo: Estimate | None
    by_period: tuple[float, ...]
    naive: float
    """The change of the treated alone. Not an effect: shown to say what it would have been taken for."""


def analyse(units: Sequence[Series], start: int, seed: int, rounds: int = ROUNDS) -> Differences:
    """How much more the treated changed than the others, from before `start` to after.

    Each unit is one number, the mean after less the mean before, so that weeks that resemble each other do not
    pretend to be many. The standard error is the classical one of two groups; the p value from exchanging the units.
    Raises: ValueError when too few are on either side, or there is no period before.
    Source: Bertrand, Duflo and Mullainathan 2004.
    """
    if start < 1 or any(start >= len(unit.values) for unit in units):
        raise ValueError("There have to be periods before and after the start.")
    estimate = compare([_change(unit, start) for unit in units], seed, rounds)
    short = () if start >= WANTED_BEFORE else (f"Only {start} periods before: trends cannot be compared.",)
    placebo = None
    if start >= WANTED_BEFORE:
        before = [Series(unit.treated, unit.values[:start]) for unit in units]
        placebo = compare([_change(unit, start // 2) for unit in before], seed, rounds)
    return Differences(
        replace(estimate, notes=(*short, *_trend_note(placebo))),
        placebo,
        tuple(_apart(units, period) for period in range(min(len(unit.values) for unit in units))),
        fmean(change for treated, change in (_change(unit, start) for unit in units) if treated),
    )


def compare(changes: Sequence[tuple[bool, float]], seed: int, rounds: int = ROUNDS) -> Estimate:
    """How much more those who got it changed than those who did not."""
    import numpy as np  # noqa: PLC0415  heavy, and needed by analyses alone

    treated = np.array([got for got, _ in changes], dtype=float)
    change = np.array([by for _, by in changes], dtype=float)
    count = int(treated.sum())
    if min(count, len(changes) - count) < LEAST_EACH:
        raise ValueError(f"At least {LEAST_EACH} with and {LEAST_EACH} without are needed.")
    found = fit(np.column_stack([treated, np.ones(len(changes))]), change)
    effect = float(found.coefficients[0])
    lots = np.random.default_rng(seed).permuted(np.tile(treated, (rounds, 1)), axis=1)
    drawn = lots @ change / count - (1 - lots) @ change / (len(changes) - count)
    as_much = int((np.abs(drawn) >= abs(effect) - 1e-9).sum())
    return Estimate(
        effect=effect,
        se=found.se(0),
        p_value=(as_much + 1) / (rounds + 1),
        treated=count,
        untreated=len(changes) - count,
        grade=Grade.B,
        method="change of those who got it less the change of those who did not",
        freedom=float(found.freedom),
    )


def _change(unit: Series, start: int) -> tuple[bool, float]:
    return unit.treated, fmean(unit.values[start:]) - fmean(unit.values[:start])


def _apart(units: Sequence[Series], period: int) -> float:
    return fmean(unit.values[period] for unit in units if unit.treated) - fmean(
        unit.values[period] for unit in units if not unit.treated
    )


def _trend_note(placebo: Estimate | None) -> tuple[str, ...]:
    if placebo is None or placebo.p_value is None or placebo.p_value > 0.10:
        return ()
    return ("The two groups went apart before the start already: what is found may be their trend.",)

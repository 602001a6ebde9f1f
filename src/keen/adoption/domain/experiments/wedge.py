"""Everybody gets it in the end, the order drawn by lot: the stepped wedge."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import factorial, inf
from typing import TYPE_CHECKING, Any

from keen.adoption.domain.draws import Interval
from keen.adoption.domain.experiments.result import Estimate, Grade

if TYPE_CHECKING:
    import numpy as np

    from keen.adoption.domain.experiments.fitting import Array

    Starts = np.ndarray[Any, np.dtype[np.int64]]

ROUNDS = 4_999
LEAST_TEAMS = 4
CERTAINTIES = (0.80, 0.95)
TINY = 1e-9
FAR = 1e4


@dataclass(frozen=True, slots=True)
class Team:
    """One team: the measure in each period, and the period in which it began (0 is the baseline of all)."""

    values: tuple[float, ...]
    start: int


@dataclass(frozen=True, slots=True)
class Wedge:
    """The effect in all, and by how long a team has had it, as effects fade."""

    estimate: Estimate
    by_age: Mapping[int, float]
    orders: int
    """In how many orders the lot could have come out."""


def analyse(teams: Sequence[Team], seed: int, grade: Grade = Grade.A, rounds: int = ROUNDS) -> Wedge:
    """The effect: in each period, teams that have it against teams still waiting, on their change since the baseline.

    Periods weigh n1 n0 / (n1 + n0). The p value and the intervals come from drawing the order again.
    Raises: ValueError when no period has both kinds of team.
    Source: Thompson, Davey, Fielding, Hargreaves and Hayes 2018.
    """
    import numpy as np  # noqa: PLC0415  heavy, and needed by analyses alone

    values = _changes(teams)
    starts = np.array([team.start for team in teams])
    orders, exact = _orders(starts, np.random.default_rng(seed), rounds)
    seen = _contrasts(starts[None, :], values)[0]
    if np.isnan(seen):
        raise ValueError("There has to be a period in which some teams have it and others still wait.")
    had = (np.arange(values.shape[1])[None, :] >= starts[:, None]).astype(float)
    drawn, shifts = _contrasts(orders, values), _contrasts(orders, had)
    ends = {certainty: _inverted(seen, drawn, shifts, 1 - certainty, exact) for certainty in CERTAINTIES}
    began = int((starts < values.shape[1]).sum())
    estimate = Estimate(
        effect=float(seen),
        se=(ends[0.80].high - ends[0.80].low) / (2 * 1.2815515655446004),
        p_value=_p_value(0.0, seen, drawn, shifts, exact),
        treated=began,
        untreated=len(teams) - began,
        grade=grade,
        method="teams that had it against teams still waiting, within each period; the order drawn again",
        ends=ends,
    )
    return Wedge(estimate, _by_age(starts, values), count_orders(starts.tolist()))


def _changes(teams: Sequence[Team]) -> "Array":
    import numpy as np  # noqa: PLC0415

    if len(teams) < LEAST_TEAMS:
        raise ValueError(f"A wedge needs at least {LEAST_TEAMS} teams.")
    values = np.array([team.values for team in teams], dtype=float)
    first = min(team.start for team in teams)
    if first < 1:
        raise ValueError("Every team needs a period before it begins.")
    changes: Array = values - values[:, :first].mean(axis=1, keepdims=True)
    return changes


def _contrasts(orders: "Starts", values: "Array") -> "Array":
    """The weighted contrast for each order of starts."""
    import numpy as np  # noqa: PLC0415

    has = np.arange(values.shape[1])[None, None, :] >= orders[:, :, None]
    with_it, without = has.sum(axis=1), (~has).sum(axis=1)
    weights = with_it * without / (with_it + without)
    apart = (has * values).sum(axis=1) / with_it.clip(1) - (~has * values).sum(axis=1) / without.clip(1)
    total = weights.sum(axis=1)
    contrasts: Array = np.where(total > 0, (weights * apart).sum(axis=1) / total.clip(TINY), np.nan)
    return contrasts


def count_orders(starts: Sequence[int]) -> int:
    """In how many ways the teams could have been put on these starts."""
    ways = factorial(len(starts))
    for start in set(starts):
        ways //= factorial(starts.count(start))
    return ways


def _orders(starts: "Starts", chance: "np.random.Generator", rounds: int) -> "tuple[Starts, bool]":
    """All orders if they are few, else many of them."""
    import numpy as np  # noqa: PLC0415

    if count_orders(starts.tolist()) <= rounds:
        return np.array(list(_arrangements(sorted(starts.tolist())))), True
    return chance.permuted(np.tile(starts, (rounds, 1)), axis=1), False


def _arrangements(starts: list[int]) -> Iterator[tuple[int, ...]]:
    if not starts:
        yield ()
    for start in sorted(set(starts)):
        rest = list(starts)
        rest.remove(start)
        for others in _arrangements(rest):
            yield (start, *others)


def _p_value(effect: float, seen: float, drawn: "Array", shifts: "Array", exact: bool) -> float:
    """How often another order would have shown as much, if the effect were this."""
    import numpy as np  # noqa: PLC0415

    as_much = int((np.abs(drawn - effect * shifts) >= abs(seen - effect) - TINY).sum())
    return as_much / len(drawn) if exact else (as_much + 1) / (len(drawn) + 1)


def _inverted(seen: float, drawn: "Array", shifts: "Array", level: float, exact: bool) -> Interval:
    """All effects that the lots do not speak against; without end where so few orders cannot."""
    spread = max(float(drawn.std()), 1e-6)
    ends = []
    for side in (-1, 1):
        inside, outside = 0.0, spread
        while _p_value(seen + side * outside, seen, drawn, shifts, exact) > level:
            inside, outside = outside, outside * 2
            if outside > FAR * spread:
                break
        if outside > FAR * spread:
            ends.append(side * inf)
            continue
        for _ in range(30):
            middle = (inside + outside) / 2
            if _p_value(seen + side * middle, seen, drawn, shifts, exact) > level:
                inside = middle
            else:
                outside = middle
        ends.append(float(seen + side * outside))
    return Interval(*ends)


def _by_age(starts: "Starts", values: "Array") -> dict[int, float]:
    """The contrast by how many periods a team has had it."""
    found: dict[int, list[tuple[float, float]]] = {}
    for period in range(values.shape[1]):
        waiting = values[starts > period, period]
        for start in sorted(set(starts.tolist())):
            have = values[starts == start, period]
            if start <= period and len(waiting):
                weight = len(have) * len(waiting) / (len(have) + len(waiting))
                found.setdefault(period - start, []).append((weight, float(have.mean() - waiting.mean())))
    return {
        age: sum(weight * apart for weight, apart in every) / sum(weight for weight, _ in every)
        for age, every in sorted(found.items())
    }

"""Time until something happens, with those in the reckoning to whom it has not happened yet."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any


@dataclass(frozen=True, slots=True)
class Time:
    """How long somebody was watched, and whether it happened at the end. Leavers and leave are not events.

    Units: scheduled days.
    """

    days: float
    happened: bool


@dataclass(frozen=True, slots=True)
class Point:
    """The share to whom it has not happened by a day, with its 95 % range."""

    days: float
    still: float
    low: float
    high: float


def curve(times: Sequence[Time]) -> list[Point]:
    """The curve of Kaplan and Meier, one point for each day on which something happened.

    Raises: ValueError when nobody was watched.
    """
    if not times:
        raise ValueError("Nobody was watched.")
    from scipy import stats  # noqa: PLC0415  heavy, and needed by analyses alone

    if not any(one.happened for one in times):
        return []
    found = stats.ecdf(_sample(times)).sf
    with warnings.catch_warnings():
        # Where it has happened to all, or to nobody yet, there is no range: such ends are not a number.
        warnings.filterwarnings("ignore", "The confidence interval is undefined", RuntimeWarning)
        ends = found.confidence_interval(method="log-log")
    days = {one.days for one in times if one.happened}
    return [
        Point(float(day), float(still), *(float(still if isnan(end) else end) for end in both))
        for day, still, *both in zip(
            found.quantiles, found.probabilities, ends.low.probabilities, ends.high.probabilities, strict=True
        )
        if day in days
    ]


def still_at(points: Sequence[Point], days: float) -> float:
    """The share to whom it has not happened by this day."""
    return next((point.still for point in reversed(points) if point.days <= days), 1.0)


def median_days(points: Sequence[Point]) -> float | None:
    """The day by which it has happened to half of them; None while it has not."""
    return next((point.days for point in points if point.still <= 0.5), None)


def log_rank(first: Sequence[Time], second: Sequence[Time]) -> tuple[float, float]:
    """How far two groups are apart in when it happens: chi square with one degree of freedom, and its p value."""
    from scipy import stats  # noqa: PLC0415

    found = stats.logrank(_sample(first), _sample(second))
    return float(found.statistic) ** 2, float(found.pvalue)


def _sample(times: Sequence[Time]) -> Any:
    from scipy import stats  # noqa: PLC0415

    return stats.CensoredData(
        uncensored=[one.days for one in times if one.happened],
        right=[one.days for one in times if not one.happened],
    )

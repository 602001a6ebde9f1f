"""What of a finished process had to be recorded, and how long such a process usually takes."""

from collections.abc import Sequence
from statistics import median
from typing import Final

LEAST_CLOSED: Final = 10
"""Fewer finished ones make no usual cycle."""


def required_steps(stages: Sequence[str], went: Sequence[str], *, won: bool) -> list[str]:
    """The stages that had to be recorded: all of them for what was won, those up to the furthest for what was lost."""
    if won:
        return list(stages)
    reached = max((stages.index(one) for one in went if one in stages), default=-1)
    return list(stages[: reached + 1])


def usual_days(cycles: Sequence[float]) -> float:
    """How many days it usually takes from beginning to end; 0, of which nothing is a late part, for too few."""
    return median(cycles) if len(cycles) >= LEAST_CLOSED else 0.0

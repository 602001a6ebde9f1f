"""How long a deal stands where it stands, what comes next for it, and which deal needs somebody first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import IntEnum
from typing import Final

MOST_NEAR_DAYS: Final = 6


class Need(IntEnum):
    """Why a deal needs somebody, the most urgent first."""

    OVERDUE = 0
    TODAY = 1
    STALE = 2
    NONE = 3
    PLANNED = 4


def median_days(stays: Sequence[tuple[datetime, datetime]]) -> int | None:
    """The median of the whole days of finished stays; None without any.

    Units: days, half a day up.
    """
    if not stays:
        return None
    days = sorted(max((left - entered).total_seconds(), 0) / 86400 for entered, left in stays)
    middle = len(days) // 2
    found = days[middle] if len(days) % 2 else (days[middle - 1] + days[middle]) / 2
    return int(found + 0.5)


def stale_on(since: datetime, usual_days: int, next_step_on: date | None, zone: tzinfo) -> date:
    """The day from which a deal stands longer at its stage than is usual.

    Shape: a step that is planned for a later day is no reproach; from the day after it is missed, it is.
    """
    usual = since.astimezone(zone).date() + timedelta(days=usual_days + 1)
    return usual if next_step_on is None else max(usual, next_step_on + timedelta(days=1))


def need(next_step_on: date | None, stale_from: date | None, today: date) -> Need:
    """Why the deal needs somebody on that day."""
    if next_step_on is not None and next_step_on < today:
        return Need.OVERDUE
    if next_step_on == today:
        return Need.TODAY
    if stale_from is not None and stale_from <= today:
        return Need.STALE
    return Need.NONE if next_step_on is None else Need.PLANNED


@dataclass(frozen=True)
class StepMark:
    """The next step as a shape, a word and a colour."""

    state: str
    text: str


def step_mark(next_step_on: date | None, today: date) -> StepMark:
    """The mark of the next step: overdue, due today, planned, or none."""
    if next_step_on is None:
        return StepMark("none", "No next step")
    late = (today - next_step_on).days
    if late > 0:
        return StepMark("overdue", f"Overdue {late} d")
    if late == 0:
        return StepMark("today", "Today")
    if late == -1:
        return StepMark("planned", "Tomorrow")
    if -late <= MOST_NEAR_DAYS:
        return StepMark("planned", f"{next_step_on:%a}")
    return StepMark("planned", f"{next_step_on.day} {next_step_on:%b}")


def days_at(since: datetime, now: datetime) -> int:
    """Whole days at the stage; none for what came in the future."""
    return max((now - since).days, 0)


def late_by(since: datetime, usual_days: int, now: datetime) -> int:
    """By how many days the usual time of the stage is over; 0 while it is not."""
    return max(days_at(since, now) - usual_days, 0)

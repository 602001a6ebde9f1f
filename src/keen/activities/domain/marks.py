"""The mark of a next step: shape, colour and word. Red is kept for promises that were broken."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from keen.activities.domain.days import WEEKDAYS

FULL_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FULL_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class State(StrEnum):
    """What the mark says."""

    OVERDUE = "overdue"
    TODAY = "today"
    PLANNED = "planned"
    NONE = "none"


@dataclass(frozen=True)
class Times:
    """When an activity is meant to be: the day it is planned for, the promise, the start."""

    plan_on: date | None = None
    due_at: datetime | None = None
    starts_at: datetime | None = None


@dataclass(frozen=True)
class Mark:
    """A state with its words."""

    state: State
    text: str


def act_on(times: Times, zone: ZoneInfo) -> date | None:
    """The day on which it first wants to be seen: the earliest of plan, promise and start."""
    local = [moment.astimezone(zone).date() for moment in (times.due_at, times.starts_at) if moment]
    return min([*local, *([times.plan_on] if times.plan_on else [])], default=None)


def mark(times: Times, now: datetime, zone: ZoneInfo) -> Mark:
    """The mark of an open activity.

    Shape: overdue only when a promised moment is past; what was merely planned earlier is for today.
    """
    today = now.astimezone(zone).date()
    if times.due_at and times.due_at < now:
        return Mark(State.OVERDUE, f"Overdue {_late(times.due_at, now, zone)}")
    if times.starts_at:
        return _timed(times.starts_at, today, zone, "")
    if times.due_at and times.due_at.astimezone(zone).date() == today:
        return _timed(times.due_at, today, zone, "By")
    if times.plan_on:
        planned = Mark(State.PLANNED, day_words(times.plan_on, today))
        return Mark(State.TODAY, "Today") if times.plan_on <= today else planned
    if times.due_at:
        return _timed(times.due_at, today, zone, "By")
    return Mark(State.NONE, "No day yet")


def _timed(moment: datetime, today: date, zone: ZoneInfo, by: str) -> Mark:
    local = moment.astimezone(zone)
    whole_day = bool(by) and local.time() >= time(23, 59)
    near = local.date() <= today
    day = day_words(local.date(), today) if not near else "" if by and not whole_day else "Today"
    parts = [
        part
        for part in (by, day.lower() if by and near else day, "" if whole_day else f"{local:%H:%M}")
        if part
    ]
    return Mark(State.TODAY if near else State.PLANNED, " ".join(parts))


def _late(due_at: datetime, now: datetime, zone: ZoneInfo) -> str:
    days = (now.astimezone(zone).date() - due_at.astimezone(zone).date()).days
    if days:
        return f"{days} d"
    minutes = int((now - due_at).total_seconds() // 60)
    return f"{minutes // 60} h" if minutes >= 60 else f"{max(minutes, 1)} min"


def day_heading(day: date, today: date) -> str:
    """A day as a heading: Today, Tomorrow, Thursday 26 November, with the year when it is another one."""
    if abs((day - today).days) <= 1:
        return day_words(day, today)
    year = "" if day.year == today.year else f" {day.year}"
    return f"{FULL_WEEKDAYS[day.weekday()]} {day.day} {FULL_MONTHS[day.month - 1]}{year}"


def day_words(day: date, today: date) -> str:
    """A day as people say it: Today, Tomorrow, Thu 26 Nov, with the year when it is another one."""
    near = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}.get((day - today).days)
    year = "" if day.year == today.year else f" {day.year}"
    return near or f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}{year}"

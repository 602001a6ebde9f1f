"""The days that a next step is offered for, with weekends left out."""

from dataclasses import dataclass
from datetime import date, timedelta

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SATURDAY = 5
# What may be chosen: the world of calendars ends before the one of dates does.
FIRST_YEAR, LAST_YEAR = 1800, 2200


@dataclass(frozen=True)
class Chip:
    """A day that one click chooses."""

    key: str
    label: str
    on: date


def workday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() >= SATURDAY else 0)


def workdays_after(day: date, count: int) -> date:
    """The working day so many working days later."""
    found = day
    for _ in range(count):
        found = workday(found + timedelta(days=1))
    return found


def chips(today: date) -> list[Chip]:
    """Tomorrow, the weekday two working days on, and next week; a day is offered once.

    Shape: in order of time. On a Friday "tomorrow" would be a Saturday, so Monday takes its place under its own name.
    """
    nearest = workdays_after(today, 1)
    second = workdays_after(today, 2)
    named = [
        Chip(
            "tomorrow",
            "Tomorrow" if nearest == today + timedelta(days=1) else WEEKDAYS[nearest.weekday()],
            nearest,
        ),
        Chip("soon", WEEKDAYS[second.weekday()], second),
        Chip("week", "Next week", _a_week_on(today, second)),
    ]
    return sorted(named, key=lambda chip: chip.on)


def _a_week_on(today: date, second: date) -> date:
    """The same weekday a week later, which is always after the other two."""
    later = workday(today + timedelta(days=7))
    return later if later > second else workdays_after(second, 1)


def chosen(key: str, today: date) -> date | None:
    """The day of a chip's key or of an ISO date between 1800 and 2200, None for anything else."""
    for chip in chips(today):
        if chip.key == key:
            return chip.on
    try:
        found = date.fromisoformat(key)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None

"""The days that a next step is offered for: those on which the person works."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from keen.core.domain.worktime import Worktime

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAYS_OF_WEEK = 7
DAY = timedelta(days=1)
LONGEST_WEEK = timedelta(days=13)
FULL_TIME = Worktime()
# A reminder of a day without a time comes this long before the beginning of work.
START_OF_WORK = time(8, 30)
REMINDED_BEFORE = (0, 10, 60, 1440)
# What may be chosen: the world of calendars ends before the one of dates does.
FIRST_YEAR, LAST_YEAR = 1800, 2200


@dataclass(frozen=True)
class Chip:
    """A day that one click chooses."""

    key: str
    label: str
    on: date


def chips(today: date, worktime: Worktime = FULL_TIME) -> list[Chip]:
    """Tomorrow, the weekday two working days on, and next week, as far as they are worked on; a day is offered once.

    Shape: in order of time. On a Friday "tomorrow" would be a Saturday, so Monday takes its place under its own name.
    """
    nearest = worktime.add_days(today + DAY, 0)
    second = worktime.add_days(nearest + DAY, 0)
    week = _a_week_on(today, second, worktime)
    return [
        Chip("tomorrow", "Tomorrow" if nearest == today + DAY else _named(nearest, today), nearest),
        Chip("soon", _named(second, today), second),
        Chip("week", "Next week" if week <= today + LONGEST_WEEK else _named(week, today), week),
    ]


def _named(day: date, today: date) -> str:
    """The weekday, with the date where a week is not enough to tell."""
    name = WEEKDAYS[day.weekday()]
    return name if (day - today).days < DAYS_OF_WEEK else f"{name} {day.day} {day:%b}"


def _a_week_on(today: date, second: date, worktime: Worktime) -> date:
    """The same weekday a week later or the next one that is worked on, always after the other two."""
    later = worktime.next_working(today + timedelta(days=DAYS_OF_WEEK))
    return later if later > second else worktime.next_working(second + DAY)


def chosen(key: str, today: date, worktime: Worktime = FULL_TIME) -> date | None:
    """The day of a chip's key or of an ISO date between 1800 and 2200, None for anything else."""
    for chip in chips(today, worktime):
        if chip.key == key:
            return chip.on
    try:
        found = date.fromisoformat(key)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def follows_the_day(reminder: datetime, on: date) -> bool:
    """Whether the reminder, where the person is, was worked out from the day and is no time that somebody chose."""
    morning = datetime.combine(on, START_OF_WORK)
    return reminder.replace(tzinfo=None) in {
        morning - timedelta(minutes=before) for before in REMINDED_BEFORE
    }

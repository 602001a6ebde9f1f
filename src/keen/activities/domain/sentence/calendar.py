"""What the days that people name mean on a calendar: the likeliest first, then what else it could be."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from keen.activities.domain.sentence.words import Period

Moments = tuple[tuple[date, time | None], ...]
WEEK = 7
FRIDAY = 4
SATURDAY = 5
DECEMBER = 12
QUARTER = 3
MOST_AHEAD = 36_500


class Day(Protocol):
    """A day as it was said."""

    def chosen(self, now: datetime, *, past: bool) -> Moments:
        """The days it can mean, the likeliest first; what was `past` lies behind, all else ahead."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """A date with its year."""

    on: date

    def chosen(self, now: datetime, *, past: bool) -> Moments:  # noqa: ARG002  one shape for all days
        """The date."""
        return ((self.on, None),)


@dataclass(frozen=True, slots=True)
class DayOfYear:
    """A day and a month: the next one, or the last one."""

    month: int
    day: int

    def chosen(self, now: datetime, *, past: bool) -> Moments:
        """The nearest in that direction, then the other."""
        today = now.date()
        years = (today.year - 1, today.year, today.year + 1, today.year + 2, today.year + 3, today.year + 4)
        return _nearest([on for year in years if (on := _date(year, self.month, self.day))], today, past=past)


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """A day of the month alone: "the 30th"."""

    day: int

    def chosen(self, now: datetime, *, past: bool) -> Moments:
        """The nearest in that direction, then the other."""
        today = now.date()
        months = [_month(today, offset) for offset in range(-2, 4)]
        return _nearest(
            [on for year, month in months if (on := _date(year, month, self.day))], today, past=past
        )


@dataclass(frozen=True, slots=True)
class DayOf:
    """A weekday with a number behind it, which is a day of the month only where that falls on the weekday."""

    day: int
    weekday: str

    def fits(self, today: date) -> bool:
        """Whether the coming such day of the month, or the last one, is such a weekday."""
        months = [_month(today, offset) for offset in (-1, 0, 1)]
        found = [on for year, month in months if (on := _date(year, month, self.day))]
        return any(self.weekday[:3] in _WEEKDAYS[on.weekday()] for on in found)

    def chosen(self, now: datetime, *, past: bool) -> Moments:
        """The one that falls on the weekday, of those in the direction; a plan is never put into the past for its sake."""
        found, today = DayOfMonth(self.day).chosen(now, past=past), now.date()

        def strangeness(on: date) -> tuple[bool, bool]:
            return on > today if past else on < today, self.weekday[:3] not in _WEEKDAYS[on.weekday()]

        return tuple(sorted(found, key=lambda one: strangeness(one[0])))


_WEEKDAYS = (
    ("lun",),
    ("mar",),
    ("mer", "mie"),
    ("jeu", "jue"),
    ("ven", "vie"),
    ("sam", "sab"),
    ("dim", "dom"),
)


@dataclass(frozen=True, slots=True)
class Weekday:
    """A weekday: the coming one, that of next week, or the last one.

    Shape: `which` is "", "coming", "next" or "last"; `short` is the length of an abbreviation of two letters.
    """

    weekday: int
    which: str = ""
    short: int = 0

    def chosen(self, now: datetime, *, past: bool) -> Moments:
        """That day; "next" is that of the next calendar week, and may be the coming one."""
        today = now.date()
        ahead = (self.weekday - today.weekday()) % WEEK
        coming = today + timedelta(days=ahead or WEEK)
        last = today - timedelta(days=(today.weekday() - self.weekday) % WEEK or WEEK)
        of_next_week = today + timedelta(days=WEEK - today.weekday() + self.weekday)
        same = [today] if not ahead else []
        if self.which == "last" or (past and self.which != "next"):
            return _plain([last, *same, coming])
        if self.which == "next":
            return _plain([of_next_week, coming])
        return _plain([coming, *same, coming + timedelta(days=WEEK)])


@dataclass(frozen=True, slots=True)
class Later:
    """So many units from now; behind when the count is negative."""

    count: float
    unit: str

    def chosen(self, now: datetime, *, past: bool) -> Moments:  # noqa: ARG002  one shape for all days
        """The day; the time too for hours and minutes."""
        if self.unit in {"hour", "minute"}:
            minutes = self.count * (60 if self.unit == "hour" else 1)
            at = now + timedelta(minutes=minutes)
            return ((at.date(), at.time().replace(second=0, microsecond=0)),)
        return ((self._day(now.date()), None),)

    def _day(self, today: date) -> date:
        if self.unit in {"day", "week"}:
            return today + timedelta(days=int(self.count * (WEEK if self.unit == "week" else 1)))
        months = int(self.count * (12 if self.unit == "year" else 1))
        year, month = _month(today, max(min(months, 1200), -1200))
        return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class WeekOf:
    """A numbered week (ISO 8601): its Monday."""

    week: int

    def chosen(self, now: datetime, *, past: bool) -> Moments:
        """The Monday of the nearest such week."""
        year = now.date().isocalendar().year
        mondays = [on for one in (year - 1, year, year + 1) if (on := _monday(one, self.week))]
        this_week = now.date() - timedelta(days=now.date().weekday())
        return _nearest(mondays, this_week, past=past)


@dataclass(frozen=True, slots=True)
class PartOfMonth:
    """The beginning, the middle or the end of a month."""

    month: int
    day: int
    year: int | None

    def chosen(self, now: datetime, *, past: bool) -> Moments:
        """The day, within the month."""
        today = now.date()
        years = [self.year] if self.year else [today.year - 1, today.year, today.year + 1]
        days = [
            date(year, self.month, min(self.day, calendar.monthrange(year, self.month)[1])) for year in years
        ]
        return _nearest(days, today, past=past)


@dataclass(frozen=True, slots=True)
class PeriodOf:
    """A place in a week, a month, a quarter or a year."""

    period: str

    def chosen(self, now: datetime, *, past: bool) -> Moments:  # noqa: ARG002  one shape for all days
        """The first working day of a period to come, the last day of one that runs."""
        today = now.date()
        monday = today - timedelta(days=today.weekday())
        next_monday = monday + timedelta(days=WEEK)
        friday = monday + timedelta(days=FRIDAY)
        ends = {
            Period.WEEK_END: friday if friday >= today else friday + timedelta(days=WEEK),
            Period.NEXT_WEEK: next_monday,
            Period.NEXT_WEEK_END: next_monday + timedelta(days=FRIDAY),
            Period.WEEKEND: monday + timedelta(days=SATURDAY if today.weekday() <= SATURDAY else SATURDAY + WEEK),
            Period.MONTH_END: _end_of(*_month(today, 0)),
            Period.NEXT_MONTH: date(*_month(today, 1), 1),
            Period.NEXT_MONTH_END: _end_of(*_month(today, 1)),
            Period.QUARTER_END: _end_of(*_month(today, _to_quarter_end(today))),
            Period.NEXT_QUARTER: date(*_month(today, _to_quarter_end(today) + 1), 1),
            Period.LAST_WEEK: today - timedelta(days=WEEK),
            Period.LAST_MONTH: date(*_month(today, -1), 1),
            Period.YEAR_END: date(today.year, DECEMBER, 31),
            Period.NEXT_YEAR: date(today.year + 1, 1, 1),
        }  # fmt: skip
        return ((ends[Period(self.period)], None),)


def _to_quarter_end(today: date) -> int:
    return (QUARTER - today.month % QUARTER) % QUARTER


def _nearest(days: list[date], today: date, *, past: bool) -> Moments:
    """The nearest of the days that lies in that direction (today lies in both), then the nearest on the other side."""
    ahead = [on for on in days if on >= today]
    behind = [on for on in days if on <= today]
    first, second = (behind[-1:], ahead[:1]) if past else (ahead[:1], behind[-1:])
    return _plain([*first, *second])


def _plain(days: list[date]) -> Moments:
    return tuple((on, None) for on in dict.fromkeys(days))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _monday(year: int, week: int) -> date | None:
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError:
        return None


def _month(today: date, offset: int) -> tuple[int, int]:
    whole = today.year * 12 + today.month - 1 + offset
    return whole // 12, whole % 12 + 1


def _end_of(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])

"""When somebody works: weekly hours, public holidays, company days off and days away. Pure arithmetic over days.

Nothing here is ever guessed from what somebody did: without a known pattern full time is assumed, and said so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Self

from keen.core.domain.holidays import public_holidays

WEEK = 7
DAY = timedelta(days=1)
FULL_TIME = (480, 480, 480, 480, 480, 0, 0)
MOST_MINUTES = 24 * 60
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Whoever never works within this time has no next working day.
HORIZON = 1100
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Pattern:
    """The minutes of work by weekday, Monday first, from a day on."""

    valid_from: date
    minutes: tuple[int, ...]


@dataclass(frozen=True)
class Away:
    """Days away, both included; `from_noon` and `until_noon` leave a half of the first and the last one."""

    first: date
    last: date
    from_noon: bool = False
    until_noon: bool = False

    def share(self, day: date) -> Fraction:
        """How much of the day is away: 0, a half, or all of it."""
        if not self.first <= day <= self.last:
            return Fraction(0)
        starts, ends = day == self.first and self.from_noon, day == self.last and self.until_noon
        if starts and ends:
            return Fraction(0)
        return HALF if starts or ends else Fraction(1)


@dataclass(frozen=True)
class DayOff:
    """A day on which the company rests, or half of it."""

    on: date
    name: str
    half: bool = False


@dataclass(frozen=True)
class Worktime:
    """All that decides when one person works."""

    patterns: tuple[Pattern, ...] = ()
    country: str = ""
    region: str = ""
    off: tuple[DayOff, ...] = ()
    absences: tuple[Away, ...] = ()

    def week(self, day: date) -> tuple[int, ...]:
        """The minutes by weekday that hold on the day: full time where nothing is known."""
        known = [pattern for pattern in self.patterns if pattern.valid_from <= day]
        return max(known, key=lambda pattern: pattern.valid_from).minutes if known else FULL_TIME

    def assumed(self, day: date) -> bool:
        """Whether full time is only assumed on the day."""
        return not any(pattern.valid_from <= day for pattern in self.patterns)

    def holiday(self, day: date) -> str:
        """The name of the public holiday or company day off, "" for none."""
        named = public_holidays(self.country, self.region, day.year).get(day, "") if self.country else ""
        return named or next((free.name for free in self.off if free.on == day), "")

    def free(self, day: date) -> Fraction:
        """How much of the day nobody works here: 0, a half, or all of it."""
        if self.country and day in public_holidays(self.country, self.region, day.year):
            return Fraction(1)
        return max(
            (HALF if free.half else Fraction(1) for free in self.off if free.on == day), default=Fraction(0)
        )

    def away(self, day: date) -> Fraction:
        """How much of the day the person is away: 0, a half, or all of it."""
        return min(sum((absence.share(day) for absence in self.absences), Fraction(0)), Fraction(1))

    def share(self, day: date) -> Fraction:
        """How much of a scheduled day is left to work: from 0 to 1; 0 where the week has no hours."""
        if not self.week(day)[day.weekday()]:
            return Fraction(0)
        return Fraction(1) - max(self.free(day), self.away(day))

    def minutes(self, day: date) -> int:
        """The minutes that are worked on the day."""
        return int(self.week(day)[day.weekday()] * self.share(day))

    def works(self, day: date) -> bool:
        """Whether the person works on the day, be it half of it."""
        return self.share(day) > 0

    def why_not(self, day: date) -> str:
        """Why the person does not work on the day, in a few words; "" when they do."""
        if self.works(day):
            return ""
        if self.away(day) == 1:
            return "away"
        return self.holiday(day) or "not a working day"

    def next_working(self, day: date) -> date:
        """The day itself when it is worked on, else the next one that is; the day itself when there is none for years."""
        return next((on for on in _days(day, HORIZON) if self.works(on)), day)

    def add_days(self, day: date, count: int) -> date:
        """The working day so many working days later; with 0 the next working day, the day itself included."""
        found = self.next_working(day)
        steps = count if found == day else count - 1
        for _ in range(max(steps, 0)):
            found = self.next_working(_after(found))
        return found

    def add_minutes(self, day: date, minutes: int) -> date:
        """The working day on which so many minutes of work, begun in the morning of the day, are done."""
        left, found = minutes, self.next_working(day)
        for on in _days(found, HORIZON):
            if self.works(on):
                found, left = on, left - self.minutes(on)
                if left <= 0:
                    break
        return found

    def scheduled_days(self, first: date, last: date) -> int:
        """The days from the first to the last one, both included, on which there is any work."""
        return sum(1 for day in _between(first, last) if self.works(day))

    def expected_days(self, first: date, last: date) -> Fraction:
        """The scheduled days with halves counted as halves: what a measure may expect of this person.

        Source: "E" of the adoption measures.
        """
        return sum((self.share(day) for day in _between(first, last)), Fraction(0))

    def back_on(self, day: date) -> date | None:
        """When somebody who is away all of the day works again; None for who is not away."""
        return self.next_working(day) if self.away(day) == 1 else None

    def to_json(self) -> dict[str, Any]:
        """The worktime as plain data, for the row of the person."""
        return {
            "patterns": [
                [pattern.valid_from.isoformat(), list(pattern.minutes)] for pattern in self.patterns
            ],
            "country": self.country,
            "region": self.region,
            "off": [[free.on.isoformat(), free.name, free.half] for free in self.off],
            "absences": [
                [away.first.isoformat(), away.last.isoformat(), away.from_noon, away.until_noon]
                for away in self.absences
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], *, country: str = "") -> Self:
        """The worktime that `to_json` wrote; with the country for who has none."""
        day = date.fromisoformat
        return cls(
            patterns=tuple(Pattern(day(on), tuple(minutes)) for on, minutes in data.get("patterns", ())),
            country=data.get("country") or country,
            region=data.get("region", ""),
            off=tuple(DayOff(day(on), name, half) for on, name, half in data.get("off", ())),
            absences=tuple(
                Away(day(first), day(last), noon, until)
                for first, last, noon, until in data.get("absences", ())
            ),
        )


def part_time_percent(minutes: Sequence[int]) -> int:
    """The week's hours as a share of full time, in whole percent."""
    return round(100 * sum(minutes) / sum(FULL_TIME))


def _after(day: date) -> date:
    return day + DAY if day < date.max else day


def _days(first: date, most: int) -> Iterator[date]:
    for count in range(min(most, (date.max - first).days + 1)):
        yield first + timedelta(days=count)


def _between(first: date, last: date) -> Iterator[date]:
    return _days(first, max((last - first).days + 1, 0))

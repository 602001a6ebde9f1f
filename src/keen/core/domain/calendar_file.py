"""A calendar file (.ics, RFC 5545) as another program writes it: whole days alone, within the years that matter."""

from calendar import isleap, monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from keen.lib import text
from keen.lib.errors import RuleError

MOST_BYTES: Final = 1_000_000
MOST_EVENTS: Final = 2_000
MOST_DAYS: Final = 1_000
"""What repeats is written out so many times at most, all of it together."""
LONGEST: Final = 366
MOST_NAME: Final = 80
KNOWN: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "BYMONTHDAY", "WKST"})
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_STEPS: Final = 500_000
"""So many days are held against the rules of a file: a second or two of work."""
TIMED, REPEATING, LONG, ODD = "timed", "repeating", "long", "odd"
REASONS: Final = {
    TIMED: "have a time of day: only whole days count here",
    REPEATING: "repeat in a way that is not read",
    LONG: "last longer than a year",
    ODD: "have no day, or one that does not exist",
}


@dataclass(frozen=True, order=True)
class Days:
    """Days in a row, both included, and what the file calls them."""

    first: date
    last: date
    name: str = ""

    def __iter__(self) -> Iterator[date]:
        """Each of the days."""
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


@dataclass
class Read:
    """What stands in the file for the days that were asked for, and how many events stay out, by reason."""

    found: list[Days] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)
    steps: int = 0

    def leave(self, reason: str) -> None:
        """Count an event that stays out."""
        self.left[reason] = self.left.get(reason, 0) + 1


def read(data: bytes, first: date, last: date) -> Read:
    """The whole days of the file that lie between the two, in order, each once.

    Raises: RuleError for what is no calendar file, or too large a one.
    """
    told = Read()
    for one in _events(data):
        _take(told, one, first, last)
    told.found = sorted(set(told.found))
    if len(told.found) > MOST_DAYS:
        message = f"This file names {len(told.found):,} entries in these years; {MOST_DAYS:,} fit. Export a shorter time."
        raise RuleError("too_many", message, "file")
    return told


def _events(data: bytes) -> list[Any]:
    from icalendar import Calendar  # noqa: PLC0415  for this page alone, and slow to load

    if len(data) > MOST_BYTES:
        raise RuleError("too_large", "This file is larger than a megabyte. Export a shorter time.", "file")
    if data.upper().count(b"BEGIN:") > MOST_EVENTS:
        raise RuleError(
            "too_many", f"This file holds more than {MOST_EVENTS:,} events. Export fewer.", "file"
        )
    try:
        calendars = Calendar.from_ical(data, multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        calendars = []
    events = [event for one in calendars for event in one.walk("VEVENT")]
    if not events:
        message = "This is no calendar file, or it holds no event. Choose a file that ends in .ics."
        raise RuleError("no_calendar", message, "file")
    return events


def _take(told: Read, event: Any, first: date, last: date) -> None:
    """Add the days of the event, or count why it stays out. A cancelled one is left without a word."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return
    try:
        days = _days(event)
    except (ValueError, TypeError, AttributeError, OverflowError):
        told.leave(ODD)
        return
    if isinstance(days, str):
        told.leave(days)
        return
    length = days.last - days.first
    starts = [days.first]
    if event.get("RRULE") is not None:
        try:
            starts = _repeated(told, event, days.first, (first - length, last))
        except (ValueError, TypeError, AttributeError, OverflowError, IndexError):
            told.leave(REPEATING)
            return
    made = (Days(start, start + length, days.name) for start in starts)
    told.found += [one for one in made if one.first <= last and one.last >= first]


def _days(event: Any) -> Days | str:
    """The days of the event's first time, or the reason why it stays out."""
    start = event.decoded("DTSTART", None)
    if start is None:
        return ODD
    if isinstance(start, datetime):
        return TIMED
    end = event.decoded("DTEND", None)
    if end is None:
        length = event.decoded("DURATION", None) or timedelta(days=1)
        end = start + length
    if isinstance(end, datetime) or not 1970 <= start.year <= 2150:
        return ODD
    last = max(start, end - timedelta(days=1))
    if (last - start).days >= LONGEST:
        return LONG
    return Days(start, last, text.clean(str(event.get("SUMMARY", "")), MOST_NAME))


@dataclass(frozen=True)
class _Rule:
    """A rule of days, as far as it is read: which days fit is asked day by day, so that no rule takes for ever."""

    start: date
    every: int
    freq: str
    months: frozenset[int]
    monthdays: frozenset[int]
    weekdays: frozenset[tuple[int, int]]

    def fits(self, on: date) -> bool:
        """Whether it comes on the day."""
        if self._periods(on) % self.every or (self.months and on.month not in self.months):
            return False
        if not self.monthdays and not self.weekdays:
            return self._as_at_first(on)
        length = monthrange(on.year, on.month)[1]
        if self.monthdays and not self.monthdays & {on.day, on.day - length - 1}:
            return False
        return not self.weekdays or bool(self.weekdays & self._ordinals(on, length))

    def _periods(self, on: date) -> int:
        """How many days, weeks, months or years after the first time."""
        match self.freq:
            case "DAILY":
                return (on - self.start).days
            case "WEEKLY":
                monday = self.start - timedelta(days=self.start.weekday())
                return (on - monday).days // 7
            case "MONTHLY":
                return 12 * (on.year - self.start.year) + on.month - self.start.month
            case _:
                return on.year - self.start.year

    def _as_at_first(self, on: date) -> bool:
        match self.freq:
            case "DAILY":
                return True
            case "WEEKLY":
                return on.weekday() == self.start.weekday()
            case "MONTHLY":
                return on.day == self.start.day
            case _:
                return on.day == self.start.day and (bool(self.months) or on.month == self.start.month)

    def _ordinals(self, on: date, length: int) -> set[tuple[int, int]]:
        """The day as (which one, weekday): any, the nth and the nth from the end, of its month or else its year."""
        found = {(0, on.weekday())}
        if self.freq == "MONTHLY" or (self.freq == "YEARLY" and self.months):
            found |= {(1 + (on.day - 1) // 7, on.weekday()), (-1 - (length - on.day) // 7, on.weekday())}
        elif self.freq == "YEARLY":
            at, days = on.timetuple().tm_yday, 365 + isleap(on.year)
            found |= {(1 + (at - 1) // 7, on.weekday()), (-1 - (days - at) // 7, on.weekday())}
        return found


def _repeated(told: Read, event: Any, start: date, between: tuple[date, date]) -> list[date]:
    """The first days of what repeats, between the two, but for those that the file takes out.

    Raises: ValueError for a rule that is not read, or would take too long.
    """
    if isinstance(event["RRULE"], list):
        raise ValueError("Several rules are not read.")  # noqa: TRY004
    first, last = between
    rule, most, ended = _rule(event["RRULE"], start)
    out = {one.dt for each in _listed(event.get("EXDATE")) for one in each.dts}
    day = start if most else max(start, first)
    until = min(last, ended) if ended else last
    told.steps += max(0, (until - day).days)
    if told.steps > MOST_STEPS:
        raise ValueError("Too much work.")
    found, seen = [], 0
    while day <= until and not (most and seen >= most):
        if rule.fits(day):
            seen += 1
            if day >= first and day not in out:
                found.append(day)
        day += timedelta(days=1)
    return found


def _rule(given: Mapping[str, Any], start: date) -> tuple[_Rule, int, date | None]:
    """The rule, how often it comes (0 for ever), and its last day.

    Raises: ValueError for one that is not of days, or says more than is read.
    """
    freq = str(_one(given, "FREQ")).upper()
    if set(given) - KNOWN or freq not in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}:
        raise ValueError("Not a rule of days.")
    every = int(_one(given, "INTERVAL") or 1)
    if every < 1 or (freq == "WEEKLY" and every > 1 and str(_one(given, "WKST") or "MO").upper() != "MO"):
        raise ValueError("Not a rule that is read.")
    weekdays = frozenset(_weekday(str(one).upper()) for one in given.get("BYDAY", ()))
    if freq in {"DAILY", "WEEKLY"} and any(nth for nth, _ in weekdays):
        raise ValueError("Not a rule that is read.")
    months, monthdays = (
        frozenset(int(one) for one in given.get(name, ())) for name in ("BYMONTH", "BYMONTHDAY")
    )
    ended = _one(given, "UNTIL")
    rule = _Rule(start, every, freq, months, monthdays, weekdays)
    return rule, int(_one(given, "COUNT") or 0), ended.date() if isinstance(ended, datetime) else ended


def _weekday(said: str) -> tuple[int, int]:
    return int(said[:-2] or 0), WEEKDAYS.index(said[-2:])


def _one(rule: Mapping[str, Any], name: str) -> Any:
    found = rule.get(name)
    return found[0] if isinstance(found, list) and found else found


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [] if found is None else [found]

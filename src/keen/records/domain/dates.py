"""Dates as export files write them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from babel import Locale

from keen.lib import text

# Ways programs write "no date": Outlook, MySQL, the year 4501 of Exchange, the zero of Excel and of .NET.
_EMPTY: Final = re.compile(
    r"^(?:0+[/.\-]0+[/.\-]0+(?:[ T]0+:.*)?|[/.\-\s]+|1[/.\-]1[/.\-]4501.*|4501-01-01.*|0001-01-01.*|n/?a|none|null|-)$",
    re.IGNORECASE,
)
_ISO: Final = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$")
_COMPACT: Final = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_PARTS: Final = re.compile(r"^(\d{1,2})[./\-\s](\d{1,2})[./\-\s](\d{4}|\d{2})\.?(?:[,\sT]+\d.*)?$")
_WORDS: Final = re.compile(
    r"^(?:[^\W\d]+,?\s+)?(\d{1,2})(?:\.|st|nd|rd|th|er|º|°)?[\s\-]+(?:de\s+)?([^\W\d]+)\.?,?[\s\-]+(?:de\s+)?(\d{4}|\d{2})\b"
)
_WORDS_US: Final = re.compile(r"^(?:[^\W\d]+,\s+)?([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")
_SERIAL: Final = re.compile(r"^\d{4,5}(?:\.\d+)?$")
_EXCEL_EPOCH: Final = date(1899, 12, 30)
DEFAULT_PIVOT: Final = 30


@dataclass(frozen=True, slots=True)
class DateOrder:
    """How a column writes its dates.

    Shape: `order` is "dmy" or "mdy", "" when nothing tells; `contradictory` when rows tell different things.
    """

    order: str = ""
    contradictory: bool = False


def order_of(values: Iterable[str]) -> DateOrder:
    """The order of day and month in a column, told by the values that can be read one way only."""
    day_first = month_first = False
    for value in values:
        if found := _PARTS.match(value.strip()):
            first, second = int(found.group(1)), int(found.group(2))
            day_first = day_first or 12 < first <= 31
            month_first = month_first or 12 < second <= 31
    if day_first and month_first:
        return DateOrder("dmy", contradictory=True)
    return DateOrder("dmy" if day_first else "mdy" if month_first else "")


def is_empty(value: str) -> bool:
    """Whether the value is a way to write "no date", such as 0/0/00."""
    return not value.strip() or bool(_EMPTY.match(value.strip()))


def parse(value: str, order: str = "dmy", *, serials: bool = True, pivot: int = DEFAULT_PIVOT) -> date | None:
    """The day a text means, None when it means none.

    Shape: ISO, compact, with month names of four languages, numbers parted by . / or -, and Excel's serial numbers.
    Units: two-digit years below `pivot` are of this century, the others of the last.
    """
    cleaned = value.strip()
    if found := _ISO.match(cleaned) or _COMPACT.match(cleaned):
        return _day(int(found.group(1)), int(found.group(2)), int(found.group(3)))
    if found := _PARTS.match(cleaned):
        first, second, year = int(found.group(1)), int(found.group(2)), _year(found.group(3), pivot)
        day_first, month_first = _day(year, second, first), _day(year, first, second)
        # 3/14/24 has one reading only, whatever the rest of the column does.
        return (month_first or day_first) if order == "mdy" else (day_first or month_first)
    if serials and _SERIAL.match(cleaned):
        return _serial(float(cleaned))
    return _with_month_name(cleaned, pivot)


def parse_moment(value: str, order: str = "dmy") -> datetime | None:
    """The date and time a text means, midnight when it has no time; without time zone unless it says one."""
    cleaned = value.strip()
    try:
        return datetime.fromisoformat(cleaned)
    except ValueError:
        day = parse(cleaned, order)
    if day is None:
        return None
    clock = re.search(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap]m)?", cleaned, re.IGNORECASE)
    if clock is None:
        return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the file does not say the zone
    hour = (
        int(clock.group(1)) % 12 + 12 * (clock.group(4).lower() == "pm")
        if clock.group(4)
        else int(clock.group(1))
    )
    try:
        return datetime(  # noqa: DTZ001 - the file does not say the zone
            day.year, day.month, day.day, hour, int(clock.group(2)), int(clock.group(3) or 0)
        )
    except ValueError:
        return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(digits: str, pivot: int) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return 2000 + year if year < pivot else 1900 + year


def _serial(number: float) -> date | None:
    # Numbers up to 2,199 are more likely years; above 73,050 lies the year 2100.
    return _EXCEL_EPOCH + timedelta(days=int(number)) if 2_200 <= number <= 73_050 else None


def _with_month_name(cleaned: str, pivot: int) -> date | None:
    if found := _WORDS.match(cleaned):
        month = _months().get(text.fold(found.group(2)))
        return _day(_year(found.group(3), pivot), month, int(found.group(1))) if month else None
    if found := _WORDS_US.match(cleaned):
        month = _months().get(text.fold(found.group(1)))
        return _day(int(found.group(3)), month, int(found.group(2))) if month else None
    return None


@cache
def _months() -> dict[str, int]:
    found: dict[str, int] = {}
    for language in ("en", "de", "fr", "es"):
        locale = Locale.parse(language)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    found.setdefault(text.fold(str(name)), int(number))
    return found | {"sept": 9, "mrz": 3, "jan": 1}

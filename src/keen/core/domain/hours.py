"""Hours and days as people type and read them."""

import re
from datetime import date

from keen.core.domain.worktime import MOST_MINUTES
from keen.lib.errors import RuleError

FIRST_YEAR, LAST_YEAR = 1950, 2150
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)")
_NUMBER = re.compile(r"\d{1,2}([.,]\d{1,2})?")


def hours_of(typed: str) -> int:
    """The minutes of hours as typed: 8, 7.5, 7,5 or 7:30; nothing is none.

    Raises: RuleError.
    """
    given = typed.strip()
    if not given:
        return 0
    if clock := _CLOCK.fullmatch(given):
        minutes = int(clock[1]) * 60 + int(clock[2])
    elif _NUMBER.fullmatch(given):
        minutes = round(float(given.replace(",", ".")) * 60)
    else:
        raise RuleError("hours", "Write hours such as 8, 7.5 or 7:30.", "hours")
    if minutes > MOST_MINUTES:
        raise RuleError("hours", "A day has 24 hours.", "hours")
    return minutes


def hours_text(minutes: int) -> str:
    """The minutes as hours: 8, 7:30, nothing for none."""
    hours, rest = divmod(minutes, 60)
    if not minutes:
        return ""
    return f"{hours}:{rest:02}" if rest else str(hours)


def days_of(typed: str, name: str) -> date:
    """The day as typed.

    Raises: RuleError for what is none, or lies far off.
    """
    try:
        found = date.fromisoformat(typed.strip())
    except ValueError:
        raise RuleError("not_a_date", "Choose a day, for example 2026-11-24.", name) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise RuleError("not_a_date", f"The year must lie between {FIRST_YEAR} and {LAST_YEAR}.", name)
    return found

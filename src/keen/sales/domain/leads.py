"""How a lead stands, why one is no fit, by when it is to hear from somebody, and whose turn it is."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

MOST_HOURS: Final = 999
MOST_DAYS_AHEAD: Final = 400


class Status(StrEnum):
    """How a lead stands."""

    NEW = "new"
    WORKING = "working"
    QUALIFIED = "qualified"
    UNQUALIFIED = "unqualified"
    CONVERTED = "converted"


STATUSES: Final[tuple[tuple[str, str], ...]] = (
    (Status.NEW.value, "New"),
    (Status.WORKING.value, "Working"),
    (Status.QUALIFIED.value, "Qualified"),
    (Status.UNQUALIFIED.value, "Not a fit"),
    (Status.CONVERTED.value, "Converted"),
)
LABELS: Final = dict(STATUSES)
# What somebody may say of a lead; that it is converted follows from converting it.
SAID: Final = (Status.NEW, Status.WORKING, Status.QUALIFIED, Status.UNQUALIFIED)
OPEN: Final = (Status.NEW, Status.WORKING, Status.QUALIFIED)
REASONS: Final = (
    ("no_need", "No need for it"),
    ("no_budget", "No money for it"),
    ("no_power", "Cannot decide"),
    ("timing", "Wrong time"),
    ("competitor", "Bought elsewhere"),
    ("unreachable", "Never reached"),
    ("spam", "Not meant seriously"),
    ("other", "Something else"),
)
WHY_ASKED: Final = "which sources and campaigns are worth their money"


def deadline(at: datetime, hours: int, works: Callable[[date], bool], zone: tzinfo) -> datetime:
    """By when a promise of so many hours is to be kept: only the hours of days on which work is done count.

    Units: hours of the clock, from midnight to midnight in the zone.
    """
    local, left = at.astimezone(zone), timedelta(hours=min(max(hours, 0), MOST_HOURS))
    for _ in range(MOST_DAYS_AHEAD):
        # Compared in UTC: a day on which clocks change has another length.
        midnight = datetime.combine(local.date() + timedelta(days=1), time(), zone)
        rest = midnight.astimezone(at.tzinfo) - local.astimezone(at.tzinfo)
        if works(local.date()):
            if left <= rest:
                return local.astimezone(at.tzinfo) + left
            left -= rest
        local = midnight
    return local.astimezone(at.tzinfo)


def next_in_turn(members: Sequence[int], last: int | None) -> int | None:
    """Whose turn it is: the one after the last by their numbers, round and round; None where there is nobody."""
    ordered = sorted(set(members))
    if not ordered:
        return None
    return next((one for one in ordered if last is not None and one > last), ordered[0])


def waited(since: datetime, until: datetime) -> str:
    """How long it took, in one unit: "4 min", "3 h", "2 days"."""
    minutes = max(int((until - since).total_seconds() // 60), 0)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} days"

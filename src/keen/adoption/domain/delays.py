"""How long after the fact it was written down, in hours of working days."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

MOST_DAYS: Final = 60
DAY: Final = timedelta(days=1)


def hours_between(fact: datetime, entry: datetime, works: Callable[[date], bool], zone: tzinfo) -> float:
    """The hours from the fact to the entry that lie on days on which the person works; 0 for what was written before.

    Units: hours of the clock, from midnight to midnight in the zone; what takes longer than two months counts as two months.
    """
    hours, at, end = 0.0, fact.astimezone(zone), entry.astimezone(zone)
    for _ in range(MOST_DAYS):
        if at >= end:
            break
        midnight = datetime.combine(at.date() + DAY, time(), zone)
        until = min(midnight, end)
        if works(at.date()):
            hours += (until.timestamp() - at.timestamp()) / 3600
        at = until
    return hours


def next_review(at: datetime, weekday: int, minute: int, zone: tzinfo) -> datetime:
    """The first weekly review after the moment.

    Units: `weekday` 0 is Monday, `minute` is of the day.
    """
    local = at.astimezone(zone)
    day = local.date() + timedelta(days=(weekday - local.weekday()) % 7)
    start = datetime.combine(day, time(minute // 60, minute % 60), zone)
    return start if start > local else datetime.combine(day + timedelta(days=7), start.time(), zone)

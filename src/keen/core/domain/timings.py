"""When a schedule is due: pure functions of the moment before and the company's time zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Timing(Protocol):
    """Says when the next slot is."""

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first slot later than the moment, in UTC."""
        ...

    def words(self) -> str:
        """The timing as a reader says it."""
        ...


@dataclass(frozen=True, slots=True)
class Every:
    """At even distances, on a grid that all workers share: every 15 minutes is :00, :15, :30 and :45 UTC."""

    distance: timedelta

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:  # noqa: ARG002  the grid knows no zone
        """The next point of the grid."""
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        return epoch + ((moment - epoch) // self.distance + 1) * self.distance

    def words(self) -> str:
        """For example "every 15 minutes"."""
        seconds = int(self.distance.total_seconds())
        for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
            if seconds % size == 0:
                count = seconds // size
                return f"every {unit}" if count == 1 else f"every {count} {unit}s"
        return "every second" if seconds == 1 else f"every {seconds} seconds"


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class At:
    """At a time of day on the company's clock, every day or on one weekday (0 is Monday).

    A time that the clock skips in spring comes one hour later; one that it shows twice in autumn runs the first time.
    """

    hour: int
    minute: int = 0
    weekday: int | None = None

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The next such time."""
        day = moment.astimezone(zone).date() - timedelta(days=1)
        while True:
            if self.weekday in (None, day.weekday()):
                slot = datetime.combine(day, time(self.hour, self.minute), tzinfo=zone).astimezone(UTC)
                if slot > moment:
                    return slot
            day += timedelta(days=1)

    def words(self) -> str:
        """For example "Mondays at 03:30"."""
        clock = f"{self.hour:02}:{self.minute:02}"
        return f"every day at {clock}" if self.weekday is None else f"{DAYS[self.weekday]}s at {clock}"

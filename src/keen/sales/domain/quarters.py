"""Quarters of the year: their days, how much of one is over, and how won amounts stand against a target."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

NEAR: Final = 5
"""So many points behind the pace are still on track."""


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months of a year."""

    year: int
    number: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        after = date(self.year + 1, 1, 1) if self.number == 4 else date(self.year, 3 * self.number + 1, 1)
        return after - timedelta(days=1)

    def pace(self, today: date) -> int:
        """How much of it is over on the evening of that day.

        Units: percent.
        """
        days = (self.last - self.first).days + 1
        return min(max(round(100 * ((today - self.first).days + 1) / days), 0), 100)

    def __str__(self) -> str:
        return f"Q{self.number} {self.year}"


def quarter_of(day: date) -> Quarter:
    """The quarter in which the day lies."""
    return Quarter(day.year, (day.month + 2) // 3)


@dataclass(frozen=True)
class Standing:
    """What was won against what was to be won.

    Units: the company's currency. `weighted` is what open deals of the quarter come to by their probability.
    """

    target: Decimal | None
    won: Decimal
    weighted: Decimal
    pace: int

    @property
    def percent(self) -> int | None:
        """How much of the target is won; None without a target."""
        return int(self.won * 100 / self.target) if self.target else None

    @property
    def expected(self) -> Decimal:
        """What is won and what may come."""
        return self.won + self.weighted

    @property
    def ahead(self) -> int:
        """By how many points it is ahead of the pace; negative behind it."""
        return 0 if self.percent is None else self.percent - self.pace

    @property
    def is_on_track(self) -> bool:
        """Whether it is not far behind the pace."""
        return self.ahead >= -NEAR

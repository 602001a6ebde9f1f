"""What counts on Today and how much: the whole table, open to everybody who is ranked by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

LOWERED: Final = Decimal("0.75")
LEAST: Final = Decimal("0.2")


@dataclass(frozen=True, slots=True)
class Weight:
    """What one cause is worth: its points, what each further day adds, and the most that days add.

    Shape: `kept` are those that "Not useful" does not lower: a promise stays a promise.
    """

    points: int
    a_day: int
    most: int
    label: str
    kept: bool = False

    def after(self, days: float) -> int:
        """The points after so many days."""
        return self.points + min(round(self.a_day * max(days, 0)), self.most)


WEIGHTS: Final[Mapping[str, Weight]] = {
    "late_promise": Weight(10_000, 10, 300, "a promise to a customer is late", kept=True),
    "starts_soon": Weight(740, 0, 60, "a meeting starts within the hour", kept=True),
    "promised_today": Weight(600, 0, 96, "a promise to a customer is due today", kept=True),
    "late": Weight(500, 10, 600, "a due time has passed"),
    "quote_accepted": Weight(420, 10, 200, "a customer accepted a quote"),
    "due_today": Weight(400, 0, 96, "it is due today"),
    "new_lead": Weight(350, 10, 300, "a lead waits for the first word"),
    "reminded": Weight(300, 0, 0, "you asked to be reminded"),
    "starts_today": Weight(250, 0, 96, "a meeting is today"),
    "slipped": Weight(240, 5, 300, "a close date has passed"),
    "quote_ends": Weight(240, 20, 60, "a quote ends within three days"),
    "owed": Weight(220, 5, 300, "an invoice is not paid in time"),
    "quote_opened": Weight(210, 0, 0, "a customer looked at a quote again"),
    "planned": Weight(200, 10, 600, "you planned it"),
    "no_step": Weight(180, 4, 300, "a deal has no next step"),
    "closing": Weight(160, 20, 140, "a close date is within a week"),
    "promised": Weight(150, 0, 0, "it is promised to a customer", kept=True),
    "stale_deal": Weight(140, 4, 300, "a deal stands longer than is usual"),
    "priority": Weight(120, 0, 0, "you gave it a high priority"),
    "stale": Weight(60, 1, 60, "there was no contact for a month"),
    "worth": Weight(0, 0, 240, "what the deal is worth, by how likely it is"),
}


def lowered(name: str, points: int, times: int) -> int:
    """The points of a cause after somebody said so many times that it was not useful: a quarter less each time, never nothing."""
    if not times or WEIGHTS[name].kept:
        return points
    return round(points * max(LOWERED**times, LEAST))


def worth(value: Decimal, chance: int) -> int:
    """The points of a deal's value by its probability: twenty for each doubling from a thousand on, 240 at most.

    Units: `value` in the company's currency, `chance` in percent.
    """
    thousands = int(max(value, Decimal(0)) * min(max(chance, 0), 100) / 100_000)
    return min(20 * thousands.bit_length(), WEIGHTS["worth"].most)

"""Money of deals: rates with dates, values in the company's currency, weighted values. Never a float."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

CENT: Final = Decimal("0.01")
PERCENT: Final = Decimal(100)
# Within what the columns hold, in cents, with room for sums.
LARGEST: Final = Decimal(10) ** 15


@dataclass(frozen=True)
class Rate:
    """From that day on, one unit of a currency is worth so much of the company's."""

    on: date
    rate: Decimal


@dataclass(frozen=True)
class Rates:
    """What each currency is worth, by the day.

    Shape: for each currency its rates, the oldest first; the company's own needs none.
    """

    company: str
    known: Mapping[str, Sequence[Rate]]

    def of(self, currency: str, on: date) -> Decimal | None:
        """The rate in force on the day; the oldest one before there was any, None for an unknown currency."""
        if currency == self.company:
            return Decimal(1)
        rates = self.known.get(currency, ())
        if not rates:
            return None
        place = bisect_right(rates, on, key=lambda rate: rate.on)
        return rates[max(place - 1, 0)].rate


def value(amount: Decimal, currency: str, on: date, rates: Rates) -> Decimal | None:
    """The amount in the company's currency by the rate of the day; None where no rate is known, or nobody has as much.

    Units: cents, half to the even neighbour.
    """
    rate = rates.of(currency, on)
    if rate is None or abs(amount * rate) >= LARGEST:
        return None
    return (amount * rate).quantize(CENT, ROUND_HALF_EVEN)


def weighted(worth: Decimal, probability: int) -> Decimal:
    """The value times its probability.

    Units: `probability` in percent; cents, half to the even neighbour.
    """
    return (worth * probability / PERCENT).quantize(CENT, ROUND_HALF_EVEN)

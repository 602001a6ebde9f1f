"""Tax classes: what products are taxed at, and what they start with in a country."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final


@dataclass(frozen=True)
class TaxClass:
    """A kind of tax rate.

    Units: percent.
    """

    key: str
    name: str
    percent: Decimal


STANDARD, REDUCED, NONE = "standard", "reduced", "none"
# The standard and the reduced rate that an installation starts with. Administrators set what holds for them.
STARTS: Final = {
    "AT": ("20", "10"), "BE": ("21", "6"), "CH": ("8.1", "2.6"), "CZ": ("21", "12"), "DE": ("19", "7"),
    "DK": ("25", "0"), "ES": ("21", "10"), "FR": ("20", "5.5"), "GB": ("20", "5"), "IE": ("23", "13.5"),
    "IT": ("22", "10"), "LU": ("17", "8"), "NL": ("21", "9"), "NO": ("25", "15"), "PL": ("23", "8"),
    "PT": ("23", "13"), "SE": ("25", "12"),
}  # fmt: skip


def defaults(region: str) -> tuple[TaxClass, ...]:
    """The classes of a new installation; without tax where the country is not known."""
    standard, reduced = STARTS.get(region, ("0", "0"))
    return (
        TaxClass(STANDARD, "Standard", Decimal(standard)),
        TaxClass(REDUCED, "Reduced", Decimal(reduced)),
        TaxClass(NONE, "Without tax", Decimal(0)),
    )

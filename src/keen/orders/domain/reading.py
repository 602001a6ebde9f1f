"""Cells of a file as values: amounts with comma or point, days in any order, currencies by sign."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any, Final

from keen.lib import emails, numbers, text
from keen.orders.domain.choices import status_of
from keen.orders.domain.columns import AMOUNTS, DAYS
from keen.orders.domain.facts import LARGEST, PLACES
from keen.records.domain import dates

LIMITS: Final = {
    "number": 60, "status": 60, "customer_number": 60, "customer_name": 200, "reference": 120, "carrier": 60, "tracking": 80,
    "tracking_url": 300, "order_number": 60, "invoice_number": 60, "method": 40, "system": 40, "line.position": 20,
    "line.article": 80, "line.text": 300,
}  # fmt: skip
SIGNS: Final = {
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
    "¥": "JPY",
    "chf": "CHF",
    "fr": "CHF",
    "us$": "USD",
    "zł": "PLN",
    "kč": "CZK",
}
_LETTERS: Final = re.compile(r"^[A-Za-z]{3}$")
_DIGITS: Final = re.compile(r"(?:(?<![A-Za-z])[.,])?[0-9](?:[0-9.,'\u2019\s\u00a0]*[0-9])?")
_SPACES: Final = re.compile(r"[\s\u00a0'\u2019]")
# What may stand before the fraction: digits alone, or in groups of three (in India all but the last of two).
_WHOLE: Final = re.compile(r"[0-9]*|[0-9]{1,3}(?:[.,][0-9]{2,3})*[.,][0-9]{3}")
_PAGE: Final = re.compile(r"https?://[^/\s]", re.IGNORECASE)


class UnreadError(ValueError):
    """A cell that means nothing here; says why and what to mend."""

    def __init__(self, why: str, repair: str) -> None:
        super().__init__(why)
        self.why, self.repair = why, repair


@dataclass(frozen=True, slots=True)
class Ways:
    """How a file is written: the sign before the cents ("" when its cells do not tell), the order of day and month."""

    mark: str = ""
    order: str = "dmy"
    zone: tzinfo = UTC
    currency: str = "EUR"
    labels: Mapping[str, str] = field(default_factory=dict)


def mark_of(samples: Iterable[str]) -> str:
    """The sign that parts cents in these amounts: "," or "."; "" when they could be read either way.

    Shape: "1.234,56" and "12,50" tell of a comma, "1,234.56" and "12.5" of a point; "1.234" tells nothing.
    """
    told = {mark for sample in samples if (mark := _mark(sample))}
    return told.pop() if len(told) == 1 else ""


def _mark(sample: str) -> str:
    found = _DIGITS.search(sample)
    signs = [sign for sign in found[0] if sign in ".,"] if found else []
    if not found or not signs:
        return ""
    if len(set(signs)) == 2:
        return signs[-1] if signs.count(signs[-1]) == 1 else ""
    if len(signs) > 1:
        return {".": ",", ",": "."}[signs[0]]
    before, _, after = found[0].rpartition(signs[0])
    # Thousands have three digits behind them, one to three before, no nought in front, and one sign for all of them.
    may_be_thousands = len(_SPACES.sub("", after)) == 3 and re.fullmatch(r"[1-9][0-9]{0,2}", before)
    return "" if may_be_thousands else signs[0]


def amount(written: str, mark: str = "") -> Decimal | None:
    """The amount that is written, None for none.

    Shape: minus before or behind, or parentheses; currency signs are left out.
    Raises: UnreadError.
    """
    given = written.strip().replace("\u2212", "-")
    if not given or given in {"-", "\u2013", "n/a"}:
        return None
    found = _DIGITS.search(given)
    if found is None:
        raise UnreadError(f"“{given[:40]}” is no amount", "Write a number, such as 1234.50")
    around = given[: found.start()] + given[found.end() :]
    if re.search(r"[0-9]", around):
        raise UnreadError(f"“{given[:40]}” holds more than one number", "Write one number in the cell")
    core = _SPACES.sub("", found[0])
    sign = mark or _mark(found[0])
    if not sign and re.search(r"[.,]", core):
        raise UnreadError(
            f"“{given[:40]}” may be thousands or a fraction", "Write it with cents, such as 1234.00"
        )
    whole, _, fraction = core.partition(sign) if sign else (core, "", "")
    if not _WHOLE.fullmatch(whole) or not re.fullmatch(r"[0-9]*", fraction):
        raise UnreadError(f"“{given[:40]}” is written unlike the others", "Write a number, such as 1234.50")
    core = f"{re.sub(r'[.,]', '', whole) or '0'}.{fraction or '0'}"
    return _kept(-Decimal(core) if "-" in around or "(" in around else Decimal(core), given)


def exact(given: Any) -> Decimal | None:
    """The amount that a program sends: digits with a point before the fraction.

    Raises: UnreadError.
    """
    if given is None or given == "":
        return None
    said = str(given).strip()
    found = None if isinstance(given, bool) else numbers.exact(said)
    if found is None:
        raise UnreadError(f"“{said[:40]}” is no amount", "Send digits with a point, such as 1234.50")
    return _kept(found, said)


def _kept(value: Decimal, said: str) -> Decimal:
    if abs(value) > LARGEST:
        raise UnreadError(f"“{said[:40]}” is too large an amount", "Check the number")
    return value.quantize(PLACES)


def currency(written: str, otherwise: str = "") -> str:
    """The currency in ISO 4217.

    Raises: UnreadError.
    """
    given = written.strip()
    if not given:
        return otherwise
    found = SIGNS.get(given.casefold()) or (given.upper() if _LETTERS.match(given) else "")
    if not found:
        raise UnreadError(f"“{given[:20]}” is no currency", "Write three letters, such as EUR")
    return found


def day(written: str, order: str = "dmy") -> date | None:
    """The day that is written, None for none.

    Raises: UnreadError.
    """
    if dates.is_empty(written):
        return None
    found = dates.parse_moment(written, order)
    if found is None or not 1970 <= found.year <= 2200:
        raise UnreadError(f"“{written.strip()[:40]}” is no date", "Write the date as 2026-11-24")
    return found.date()


def moment(written: str, ways: Ways) -> datetime | None:
    """The moment that is written, in the zone of the house where it names none.

    Raises: UnreadError.
    """
    if dates.is_empty(written):
        return None
    found = dates.parse_moment(written, ways.order)
    if found is None or not 1970 <= found.year <= 2200:
        raise UnreadError(f"“{written.strip()[:40]}” is no time", "Write it as 2026-11-24 07:40")
    return found if found.tzinfo else found.replace(tzinfo=ways.zone)


def cells(given: Mapping[str, str], kind: str, ways: Ways) -> dict[str, Any]:
    """The cells of one row as values, by what their columns become.

    Raises: UnreadError with the name of the column.
    """
    found: dict[str, Any] = {}
    for target, written in given.items():
        try:
            found[target] = _value(target, written, ways)
        except UnreadError as error:
            raise UnreadError(f"{ways.labels.get(target, target)}: {error.why}", error.repair) from None
        if target == "status":
            found["status_said"] = found["status"]
            found["status"] = status_of(kind, written)
    return found


def _value(target: str, written: str, ways: Ways) -> Any:
    if target in AMOUNTS:
        return amount(written, ways.mark)
    if target in DAYS:
        return day(written, ways.order)
    if target == "changed_at":
        return moment(written, ways)
    if target == "currency":
        return currency(written)
    if target == "email":
        return address(written)
    return plain(target, written)


def plain(target: str, written: str) -> str:
    """The text that is written; an address of a page is one of the web, or none."""
    found = text.clean(written, LIMITS.get(target, 200))
    return "" if target == "tracking_url" and not _PAGE.match(found) else found


def address(written: str) -> str:
    """The e-mail that is written; what is none is left out, as the paper is true without it."""
    return emails.parse(written).key if written.strip() else ""


def ways_of(columns: Mapping[str, Sequence[str]], *, exact_point: bool, zone: tzinfo, house: str) -> Ways:
    """How a file is written, told by the first cells of its columns.

    Shape: `exact_point` for workbooks, whose numbers are no text.
    """
    amounts = [cell for target, found in columns.items() if target in AMOUNTS for cell in found]
    days = [cell for target, found in columns.items() if target in DAYS for cell in found]
    mark = (
        "."
        if exact_point and all(numbers.exact(one) is not None for one in amounts if one.strip())
        else mark_of(amounts)
    )
    return Ways(mark, dates.order_of(days).order or "dmy", zone, house)

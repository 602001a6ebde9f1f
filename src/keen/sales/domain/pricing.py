"""What lines cost: exact decimals, rounded where this file says and nowhere else.

The rule: a line is its quantity times its price less its discount, rounded once, half up, to the digits of the currency.
A discount on the whole is spread over the tax rates so that its parts add up to it. Tax is worked out once for each rate,
on the sum of what is taxed at it, and rounded the same way. What is shown always adds up to what is asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from babel.numbers import get_currency_precision

from keen.lib import numbers
from keen.lib.errors import RuleError
from keen.lib.ids import id_of
from keen.lib.text import clean

HUNDRED: Final = Decimal(100)
POINT: Final = "."
PERCENT, AMOUNT = "percent", "amount"
WAYS: Final = ((PERCENT, "Percent"), (AMOUNT, "Amount"))
LARGEST: Final = Decimal(10) ** 9
# Sums of so many lines at the largest amount still fit into the column that keeps them.
MOST_LINES: Final = 200
QUANTITY_PLACES, PRICE_PLACES, PERCENT_PLACES = 3, 4, 3


@dataclass(frozen=True)
class Discount:
    """What is taken off: so many percent, or an amount.

    Shape: `way` is "percent" or "amount".
    """

    way: str = PERCENT
    value: Decimal = Decimal(0)


@dataclass(frozen=True)
class Line:
    """One line of a quote or a deal.

    Units: `tax` in percent; `price` for one unit, in the currency of the whole.
    """

    text: str
    quantity: Decimal
    price: Decimal
    discount: Discount = Discount()
    tax: Decimal = Decimal(0)
    product: int | None = None
    article: str = ""
    unit: str = ""


@dataclass(frozen=True)
class TaxPart:
    """What is taxed at one rate, and the tax on it."""

    percent: Decimal
    base: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Totals:
    """What lines come to. `lines` before the discount on the whole, `net` after it, `gross` with tax."""

    lines: Decimal
    discount: Decimal
    net: Decimal
    taxes: tuple[TaxPart, ...]
    tax: Decimal
    gross: Decimal


def unit_of(currency: str) -> Decimal:
    """The smallest amount of the currency: 0.01 for euros, 1 for yen, 0.001 for dinars of Bahrain."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount to the digits of the currency, half up."""
    return amount.quantize(unit_of(currency), ROUND_HALF_UP)


def amount_of(line: Line, currency: str) -> Decimal:
    """What the line costs without tax.

    Raises: RuleError where the discount is more than the line.
    """
    full = line.quantity * line.price
    return rounded(full - _off(line.discount, full), currency)


def total(lines: Iterable[Line], currency: str, discount: Discount | None = None) -> Totals:
    """What the lines come to together.

    Raises: RuleError where a discount is more than what it is taken off.
    """
    bases: dict[Decimal, Decimal] = {}
    for line in lines:
        rate = line.tax.normalize()
        bases[rate] = bases.get(rate, Decimal(0)) + amount_of(line, currency)
    summed = sum(bases.values(), rounded(Decimal(0), currency))
    off = rounded(_off(discount or Discount(), summed), currency)
    shares = spread(off, [bases[rate] for rate in sorted(bases)], currency)
    parts = []
    for rate, share in zip(sorted(bases), shares, strict=True):
        base = bases[rate] - share
        parts.append(TaxPart(rate, base, rounded(base * rate / HUNDRED, currency)))
    tax = sum((part.tax for part in parts), rounded(Decimal(0), currency))
    return Totals(summed, off, summed - off, tuple(parts), tax, summed - off + tax)


def spread(amount: Decimal, over: Sequence[Decimal], currency: str) -> list[Decimal]:
    """The amount in parts as large as what they are taken off, to the digits of the currency; they add up to it exactly.

    Shape: no part is more than what it is taken off, as long as the amount is not more than all.
    """
    whole = sum(over, Decimal(0))
    if not whole:
        return [rounded(Decimal(0), currency) for _ in over]
    parts, given, gone = [], rounded(Decimal(0), currency), Decimal(0)
    for base in over:
        gone += base
        # Each part is the way from one rounded running sum to the next: the last of them is the amount itself.
        reached = rounded(amount * gone / whole, currency)
        parts.append(reached - given)
        given = reached
    return parts


def _off(discount: Discount, full: Decimal) -> Decimal:
    if discount.way == AMOUNT:
        if discount.value > full:
            message = (
                f"A discount of {discount.value:f} is more than the {full.normalize():f} it is taken off."
            )
            raise RuleError("too_much_discount", message, "discount")
        return discount.value
    return full * discount.value / HUNDRED


def read_line(given: Mapping[str, Any], currency: str, mark: str = POINT) -> Line:
    """The line of what was typed, or of what is kept and sent, which has a point before the fraction.

    Raises: RuleError that names the part to mend.
    """
    words = clean(str(given.get("text") or ""), 300)
    if not words:
        raise RuleError("missing", "Say what the line is for, or choose a product.", "text")
    line = Line(
        text=words,
        quantity=number(given.get("quantity"), "quantity", QUANTITY_PLACES, mark=mark),
        price=number(given.get("price"), "price", PRICE_PLACES, mark=mark),
        discount=read_discount(given, mark),
        # Chosen from a list, not typed.
        tax=number(given.get("tax") or "0", "tax", PERCENT_PLACES, most=HUNDRED),
        product=id_of(given.get("product") or ""),
        article=clean(str(given.get("article") or ""), 60),
        unit=clean(str(given.get("unit") or ""), 20),
    )
    if not line.quantity:
        raise RuleError("not_a_number", "A quantity is greater than 0.", "quantity")
    if amount_of(line, currency) > LARGEST:
        raise RuleError(
            "too_large", "This line is more than a thousand million. Mend quantity or price.", "price"
        )
    return line


def read_discount(given: Mapping[str, Any], mark: str = POINT) -> Discount:
    """The discount of what was typed: 10 with the way "percent", or an amount.

    Raises: RuleError for what is below nothing or above everything.
    """
    way = AMOUNT if given.get("discount_way") == AMOUNT else PERCENT
    most = HUNDRED if way == PERCENT else LARGEST
    return Discount(way, number(given.get("discount") or "0", "discount", PRICE_PLACES, most=most, mark=mark))


NOUNS: Final = {
    "quantity": "Quantity", "price": "Price", "tax": "Tax", "discount": "Discount", "percent": "Percent",
}  # fmt: skip


def number(given: Any, name: str, places: int, *, most: Decimal = LARGEST, mark: str = POINT) -> Decimal:
    """A number that is not below 0, as it was typed: 1,234.50 or 1234,5 or 12.

    Shape: `mark` is the sign before the fraction, where a number could be read either way.

    Raises: RuleError.
    """
    noun = NOUNS.get(name, name.capitalize())
    found = numbers.read(str(given if given is not None else ""), mark)
    if found is None:
        raise RuleError("not_a_number", f"{noun}: write a number, such as 12.50.", name)
    if not 0 <= found <= most:
        raise RuleError("not_a_number", f"{noun}: from 0 to {most:,f}.", name)
    if found != found.quantize(Decimal(1).scaleb(-places)):
        raise RuleError("not_a_number", f"{noun}: at most {places} decimals.", name)
    return found


def kept(line: Line, position: int, currency: str) -> dict[str, Any]:
    """The line as a row keeps it: plain data, numbers as texts, with what it costs."""
    return {
        "position": position,
        "product": line.product,
        "article": line.article,
        "text": line.text,
        "unit": line.unit,
        "quantity": said(line.quantity),
        "price": said(line.price, currency),
        "discount_way": line.discount.way,
        "discount": said(line.discount.value),
        "tax": said(line.tax),
        "amount": said(amount_of(line, currency), currency),
        "currency": currency,
    }


def said(value: Decimal, currency: str = "") -> str:
    """The number as a text that reads back to itself; with a currency, at least with its digits."""
    plain = value.normalize() + 0
    least = rounded(plain, currency) if currency else plain
    return f"{least if currency and least == plain else plain:f}"


def as_typed(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The line that a row keeps as it stands in inputs, to be read again whatever the mark is."""
    return {**entry, **{name: numbers.again(entry[name]) for name in ("quantity", "price", "discount")}}


def of_kept(entry: Mapping[str, Any]) -> Line:
    """The line that a row keeps."""
    return Line(
        text=str(entry["text"]),
        quantity=Decimal(entry["quantity"]),
        price=Decimal(entry["price"]),
        discount=Discount(str(entry["discount_way"]), Decimal(entry["discount"])),
        tax=Decimal(entry["tax"]),
        product=entry["product"],
        article=str(entry["article"]),
        unit=str(entry["unit"]),
    )


def total_of_kept(
    entries: Iterable[Mapping[str, Any]], currency: str, discount: Discount | None = None
) -> Totals:
    """What the lines of a row come to."""
    return total([of_kept(entry) for entry in entries], currency, discount)


def worth_of(entries: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What the lines of a deal come to without tax, as an amount of money is kept."""
    currency = str(entries[0]["currency"])
    return {"amount": said(total_of_kept(entries, currency).net, currency), "currency": currency}


def plain_money(value: Mapping[str, Any]) -> tuple[Decimal, str]:
    """An amount of money to compare: 12.50 EUR is 12.5 EUR."""
    return Decimal(value.get("amount") or 0), str(value.get("currency", ""))

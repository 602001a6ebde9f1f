"""Numbers and money as people write them: 12k, 12.000 €, 1,5 Mio., CHF 300."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from keen.activities.domain.sentence.found import Guess, Money, Sort

_NUMBER: Final = (
    r"(?P<n>\d{1,3}(?:[.,' ]\d{3})+(?![\d])(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,2})?)(?![\d])(?:[,.]-{1,2})?"
)
_SCALES: Final = {
    "k": 1_000, "t": 1_000, "tsd": 1_000, "tausend": 1_000, "thousand": 1_000, "grand": 1_000, "mille": 1_000, "mil": 1_000,
    "m": 1_000_000, "mn": 1_000_000, "mm": 1_000_000, "mio": 1_000_000, "million": 1_000_000, "millions": 1_000_000,
    "millionen": 1_000_000, "millon": 1_000_000, "millones": 1_000_000,
    "bn": 1_000_000_000, "mrd": 1_000_000_000, "milliarde": 1_000_000_000, "milliarden": 1_000_000_000,
}  # fmt: skip
_CURRENCIES: Final = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD",
    "dollars": "USD", "dolar": "USD", "dolares": "USD", "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP",
    "pfund": "GBP", "libras": "GBP", "chf": "CHF", "sfr": "CHF", "franken": "CHF", "francs": "CHF", "francos": "CHF",
    "¥": "JPY", "jpy": "JPY", "yen": "JPY", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "pln": "PLN", "czk": "CZK",
    "cad": "CAD", "aud": "AUD", "cny": "CNY", "inr": "INR", "mxn": "MXN",
}  # fmt: skip
# "mil" and "mille" alone count anything; with these it is hardly ever anything but money.
_ALONE: Final = frozenset(
    ["k", "mn", "mio", "million", "millions", "millionen", "millon", "millones", "mrd", "bn", "m"]
)
_COUNTED: Final = re.compile(
    r"[ -]?(?:units?|stucke?|stk|pcs|pieces?|piezas|unidades|km|views|users?|leute|people|personas|personnes|seats|litres?"
    r"|liters?|litros|kg|tonnen|tons|copies|visitors|besucher|kunden|clients|clientes|customers|einheiten|meter|mal)\b"
)


def _either(words: dict[str, object]) -> str:
    longest = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word) + (r"\b" if word[-1].isalpha() else "") for word in longest)


_SCALE: Final = rf"(?P<s>{_either(dict(_SCALES))})\.?"
_SCALE_BEFORE_SIGN: Final = rf"(?P<s>{_either(dict(_SCALES))}|[mkt](?=€|\$|£|eur))\.?"
_CURRENCY: Final = rf"(?P<c>{_either(dict(_CURRENCIES))})"
_START: Final = r"(?<![\w.,/:-])"
_PATTERNS: Final = (
    re.compile(rf"{_START}{_CURRENCY} ?{_NUMBER}(?: ?{_SCALE})?"),
    re.compile(rf"{_START}{_NUMBER}(?: ?{_SCALE_BEFORE_SIGN})?(?: |-)?(?:de |d')?{_CURRENCY}"),
    re.compile(rf"{_START}{_NUMBER} ?{_SCALE}"),
)


def amounts(text: str, currency: str) -> Iterator[Guess]:
    """The amounts of money in a plain text; those without a currency are in the given one, and not sure."""
    for at, pattern in enumerate(_PATTERNS):
        for match in pattern.finditer(text):
            parts = match.groupdict()
            alone = at == len(_PATTERNS) - 1
            if alone and (parts["s"] not in _ALONE or _COUNTED.match(text, match.end())):
                continue
            amount = _round(number(parts["n"]) * _SCALES.get(parts["s"] or "", 1))
            unit = _CURRENCIES.get(parts.get("c") or "", currency)
            yield Guess(Sort.MONEY, match.start(), match.end(), Money(amount, unit), sure=not alone)


def _round(amount: Decimal) -> Decimal:
    whole = amount.to_integral_value()
    return whole if whole == amount else amount


def number(written: str) -> Decimal:
    """The number, whichever of point and comma parts the thousands.

    Shape: one sign with three digits behind it parts thousands; the last of two kinds is the decimal one.
    """
    bare = written.replace(" ", "").replace("'", "")
    signs = [sign for sign in bare if sign in ".,"]
    if len(set(signs)) > 1 or (signs and not re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", bare)):
        whole, _, rest = bare.rpartition(signs[-1])
        return Decimal(f"{re.sub('[.,]', '', whole)}.{rest}")
    return Decimal(re.sub("[.,]", "", bare))

"""Amounts of money as people read them."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from babel.numbers import format_currency, get_currency_symbol

LOCALE: Final = "en_GB"
NARROW: Final = "\N{NO-BREAK SPACE}"


@lru_cache(maxsize=8192)
def in_words(amount: Decimal, currency: str) -> str:
    """The amount with its currency, without cents where there are none."""
    whole = amount == amount.to_integral_value()
    symbol = get_currency_symbol(currency, LOCALE)
    # Letters stand apart from the digits, signs do not.
    pattern = f"¤{NARROW if symbol[-1:].isalpha() else ''}#,##0{'' if whole else '.00'}"
    return str(format_currency(amount, currency, pattern, locale=LOCALE, currency_digits=False))


def told(value: Mapping[str, Any] | None) -> str:
    """An amount as records hold it, {"amount": "12.50", "currency": "EUR"}, in words; "" for none."""
    return in_words(Decimal(str(value["amount"])), str(value["currency"])) if value else ""

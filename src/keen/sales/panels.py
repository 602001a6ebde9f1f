"""What deals show on record pages: where one stands and what its stage needs; the deals of a person or a company."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.numbers import format_currency
from django.conf import settings

from keen.core.jinja import LOCALE


def shown_money(value: Any, currency: str = "") -> str:
    """An amount as boards and panels say it: without cents where there are none."""
    if value is None or value == "":
        return ""
    if isinstance(value, Mapping):
        return _worded(Decimal(str(value["amount"])), str(value["currency"]))
    return _worded(Decimal(value), currency or settings.KEEN.currency)


def whole_money(value: Decimal) -> str:
    """A total in the company's currency, without cents."""
    return shown_money(value.quantize(Decimal(1)))


@lru_cache(maxsize=8192)
def _worded(amount: Decimal, currency: str) -> str:
    whole = amount == amount.to_integral_value()
    pattern = "¤#,##0;-¤#,##0" if whole else None
    return str(format_currency(amount, currency, pattern, locale=LOCALE, currency_digits=not whole))

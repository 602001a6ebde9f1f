"""Numbers as people write them: with a point or a comma before the fraction."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError

_DIGITS: Final = re.compile(r"[+-]?[0-9.,'\u2019\s]*[0-9]")
_EXACT: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?")
_BLANKS: Final = re.compile(r"['\u2019\s]")


@lru_cache(maxsize=300)
def mark_of(region: str) -> str:
    """The sign that parts the fraction in a country (ISO 3166-1 alpha-2): "," or "."; a point where none is known."""
    try:
        symbols = Locale.parse(f"und_{region}").number_symbols
        mark = str(symbols.get("latn", symbols).get("decimal", "."))
    except (UnknownLocaleError, ValueError):
        return "."
    return mark if mark in {".", ","} else "."


def exact(written: str) -> Decimal | None:
    """The number as programs write it, digits with a point before the fraction; None for anything else."""
    said = written.strip()
    return Decimal(said) if _EXACT.fullmatch(said) else None


def read(written: str, mark: str = "") -> Decimal | None:
    """The number a text means: of point and comma the last one parts the fraction; None when it means none.

    Shape: "12.500" and "12,500" can be read either way: `mark` says which sign parts the fraction; without it, both
    are thousands.
    """
    said = written.strip().replace("\N{MINUS SIGN}", "-")
    if not _DIGITS.fullmatch(said):
        return exact(said)
    core = _BLANKS.sub("", said)
    signs = [sign for sign in core if sign in ".,"]
    if signs and (len(set(signs)) == 2 or _parts_a_fraction(core, signs, mark)):
        whole, _, fraction = core.rpartition(signs[-1])
        core = f"{_without_thousands(whole, signs[:-1])}.{fraction}"
    else:
        core = _without_thousands(core, signs)
    return exact(core)


def again(value: Decimal | str) -> str:
    """The exact number as it stands in an input, to be typed over: read again it is itself, whatever the mark is."""
    found = exact(str(value))
    plain = str(value) if found is None else f"{found:f}"
    return f"{plain}0" if found is not None and len(plain.partition(".")[2]) == 3 else plain


def _parts_a_fraction(core: str, signs: list[str], mark: str) -> bool:
    whole, _, behind = core.partition(signs[0])
    bare = whole.lstrip("+-0")
    return len(signs) == 1 and (len(behind) != 3 or not bare or len(bare) > 3 or mark == signs[0])


def _without_thousands(whole: str, signs: list[str]) -> str:
    """The digits alone; what is not parted as thousands are comes back as no number."""
    if not signs:
        return whole if whole.strip("+-") else f"{whole}0"
    sign = re.escape(signs[0])
    # Indian numbers part lakhs by two digits.
    grouped = re.fullmatch(rf"[+-]?\d{{1,3}}(?:{sign}\d{{2,3}})*{sign}\d{{3}}", whole)
    return whole.replace(signs[0], "") if grouped else "no number"

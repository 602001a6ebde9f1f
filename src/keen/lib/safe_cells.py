"""Cells of a spreadsheet file that no program takes for a formula.

A text that begins like a formula gets an apostrophe in front; reading such a file back takes it away again.
"""

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

Cell = str | int | float | Decimal | bool | date | datetime | time | None

PREFIX: Final = "'"
# What a spreadsheet acts on: the signs that begin a formula, their full-width forms, TAB and CR.
_STARTERS: Final = frozenset("=+-@\t\r\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212")
# Whatever a spreadsheet may skip in front of the sign: blanks of every kind, controls, invisible format characters.
_INVISIBLE_LEAD: Final = re.compile(
    r"[\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]*"
)

# A plus with nothing but digits, blanks and brackets behind it is a phone number: no name, no call, no operator.
# Without a blank a spreadsheet would take it for a number and lose the plus.
_PHONE: Final = re.compile(r"\+[0-9]+ [0-9 ()]{4,}")


def neutralise(value: Cell) -> Cell:
    """The value to write; a text that could start a formula is prefixed with an apostrophe, all else is unchanged.

    Shape: numbers, dates and booleans keep their type; `restore(neutralise(text)) == text` for every text.
    Source: security test 40: blanks, TAB, CR, NBSP, BOM and full-width signs in front do not help an attacker.
    """
    if not isinstance(value, str):
        return value
    return PREFIX + value if _needs_prefix(value) else value


def restore(value: Cell) -> Cell:
    """The value that `neutralise` was given: the apostrophe is taken away where it was put, and only there."""
    if not isinstance(value, str) or not value.startswith(PREFIX):
        return value
    if _needs_prefix(value[1:]) or _PHONE.fullmatch(value[1:]):  # files of before had one there, too
        return value[1:]
    return value


def _needs_prefix(value: str) -> bool:
    # Texts that already look prefixed get a second apostrophe, or reading back would take away their own.
    bare = value.lstrip(PREFIX)
    if not bare or _PHONE.fullmatch(value):
        return False
    lead = _INVISIBLE_LEAD.match(bare)
    end = lead.end() if lead else 0
    if any(sign in _STARTERS for sign in bare[:end]):
        return True
    return end < len(bare) and bare[end] in _STARTERS

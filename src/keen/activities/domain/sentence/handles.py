"""E-mail addresses and phone numbers in a line."""

import re
from collections.abc import Iterator
from typing import Final

from keen.activities.domain.sentence.found import Guess, Sort
from keen.lib import emails, phones

_ADDRESS: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_NUMBER: Final = re.compile(r"(?<![\w.,:/@-])(?:\+|\(|(?=\d))[\d (][\d ()/.-]{5,22}\d(?![\w%]|[.,]\d)")
_DIALLED: Final = re.compile(r"[+(0]")
_DAY: Final = re.compile(r"\d{1,2}([./-]) ?\d{1,2}\1 ?\d{2,4}.*|\d{4}-\d{1,2}-\d{1,2}.*")
_FEWEST: Final = 7
_FEWEST_BARE: Final = 9


def addresses(written: str) -> Iterator[Guess]:
    """The e-mail addresses."""
    for match in _ADDRESS.finditer(written):
        address = match[0].rstrip(".-")
        known = emails.parse(address)
        if known.valid:
            yield Guess(Sort.EMAIL, match.start(), match.start() + len(address), known.address)


def numbers(written: str, country: str) -> Iterator[Guess]:
    """The phone numbers, as they are dialled from the country. What does not begin as one must be a valid one."""
    for match in _NUMBER.finditer(written):
        digits = sum(letter.isdecimal() for letter in match[0])
        begins = bool(_DIALLED.match(match[0]))
        if _DAY.fullmatch(match[0]) or digits < (_FEWEST if begins else _FEWEST_BARE):
            continue
        number = phones.parse(match[0], country)
        if number.e164 and (number.valid or begins):
            yield Guess(Sort.PHONE, match.start(), match.end(), number.e164, sure=number.valid)

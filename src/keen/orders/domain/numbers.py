"""Numbers of papers as people write, say and look for them."""

import re

_SIGNS = re.compile(r"[^0-9a-z]+")
_NOUGHTS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_RUNS = re.compile(r"[0-9]+|[a-z]+")
SHORTEST = 3
LONGEST = 60


def key(number: str) -> str:
    """The number as it is compared: without blanks, signs, capitals and leading noughts.

    Shape: "SO-002231", "so 2231" and "SO2231" give so2231.
    """
    return _NOUGHTS.sub("", _SIGNS.sub("", number.casefold()))[:LONGEST]


def spoken(number: str) -> list[str]:
    """The ways in which the number is looked for: as written, joined, and its longest digits alone."""
    joined = key(number)
    digits = max((run for run in _RUNS.findall(joined) if run.isdigit()), key=len, default="")
    found = [number, joined, *([digits] if len(digits) >= SHORTEST else [])]
    return list(dict.fromkeys(one for one in found if one))


def is_like(asked: str) -> bool:
    """Whether what somebody typed can be a number: digits, and hardly more than a prefix before them."""
    joined = key(asked)
    return len(joined) >= SHORTEST and sum(letter.isdigit() for letter in joined) * 2 >= len(joined)

"""Text as it is compared, with every letter at the place it had."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

WORD: Final = re.compile(r"[^\W_]+")
_OTHER_SIGNS: Final = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2013": "-"}
)


def plain(written: str) -> str:
    """The text in small letters without accents.

    Shape: as long as the text, so that a place in the one is a place in the other.
    """
    return "".join(map(_plain, written)).translate(_OTHER_SIGNS)


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    folded = unicodedata.normalize("NFD", letter)[0].lower()
    return folded if len(folded) == 1 else letter

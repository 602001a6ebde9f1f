"""Text made safe to keep, and text made equal to compare."""

import re
import unicodedata
from typing import Final

# Letters that Unicode does not decompose, written as people type them without the key.
_PLAIN_LETTERS: Final = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i",
    "ħ": "h", "ŋ": "n", "ŧ": "t", "ĸ": "k", "ƒ": "f", "ß": "ss", "\u02bb": "", "\u02bc": " ",
}  # fmt: skip
# Accents of Latin, Greek and Cyrillic, Hebrew points, Arabic vowel signs. Indic vowel signs are letters and stay.
_MARKS: Final = (
    (0x0300, 0x036F), (0x0591, 0x05BD), (0x05BF, 0x05BF), (0x05C1, 0x05C2), (0x05C4, 0x05C5), (0x05C7, 0x05C7),
    (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF),
    (0xFE20, 0xFE2F),
)  # fmt: skip
# Overrides and isolates can show a name backwards; the rest is invisible and only breaks comparison.
_HARMFUL: Final = frozenset(
    [
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0x200B,
        0x2060,
        0xFEFF,
        0x00AD,
        0x180E,
        0xFFF9,
        0xFFFA,
        0xFFFB,
    ]
)
_BLANKS: Final = re.compile(r"\s+")
_LINE_ENDS: Final = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")


class _FoldTable(dict[int, str]):
    """Code point to its folded spelling, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if character in _PLAIN_LETTERS:
            spelling = _PLAIN_LETTERS[character]
        elif any(low <= code <= high for low, high in _MARKS):
            spelling = ""
        elif category == "Nd":
            spelling = str(unicodedata.decimal(character))
        elif category[0] in "LMN":
            spelling = character
        elif category in {"Cf", "Cs"}:
            spelling = ""
        else:
            spelling = " "
        self[code] = spelling
        return spelling


class _CleanTable(dict[int, str | None]):
    """Code point to itself, or None where it must go."""

    def __missing__(self, code: int) -> str | None:
        gone = (
            code in _HARMFUL
            or (unicodedata.category(chr(code)) in {"Cc", "Cs"} and code not in {0x09, 0x0A})
            or code & 0xFFFE == 0xFFFE
            or 0xFDD0 <= code <= 0xFDEF
        )
        self[code] = None if gone else chr(code)
        return self[code]


_FOLD: Final = _FoldTable()
_CLEAN: Final = _CleanTable()


def clean(value: str, max_length: int | None = None, *, multiline: bool = False) -> str:
    """The text that may be kept: composed, trimmed, without what is invisible and harmful.

    Shape: NUL, control characters, lone surrogates, bidirectional overrides and byte order marks go; joiners in
    emoji and scripts written from the right stay. One line by default; `multiline` keeps LF line ends.
    """
    if not multiline and value.isascii() and value.isprintable():
        text = value.strip() if "  " not in value else _BLANKS.sub(" ", value.strip())
        return text if max_length is None else text[:max_length].rstrip()
    text = _LINE_ENDS.sub("\n", value) if multiline else _BLANKS.sub(" ", value)
    text = unicodedata.normalize("NFC", text.translate(_CLEAN))
    # Taking an invisible character out may leave two blanks side by side.
    # By lines: a pattern for blanks before a line end walks a long run of blanks once for each of them.
    lines = [line.rstrip() for line in text.split("\n")] if multiline else text.split()
    text = "\n".join(lines).strip() if multiline else " ".join(lines)
    return text if max_length is None else text[:max_length].rstrip()


def fold(value: str) -> str:
    """The text as it is compared: no case, no accents, words parted by single blanks.

    Shape: `fold(fold(x)) == fold(x)`; "Größe & Łódź" gives "grosse lodz"; empty when there is no letter or digit.
    """
    if value.isascii():
        return " ".join(value.lower().translate(_FOLD).split())
    text = unicodedata.normalize("NFKD", value).casefold()
    text = unicodedata.normalize("NFKD", text).translate(_FOLD)
    return " ".join(unicodedata.normalize("NFC", text).split())


def digits(value: str) -> str:
    """The decimal digits alone, those of other scripts written as 0 to 9."""
    if value.isascii():
        return "".join(c for c in value if c.isdigit())
    return "".join(str(unicodedata.decimal(c)) for c in value if unicodedata.category(c) == "Nd")


def initials(name: str) -> str:
    """One or two capitals for a badge: of the first and the last word; "?" when there is no letter."""
    words = ["".join(c for c in word if c.isalnum()) for word in clean(name).split()]
    letters = [word[0].upper()[0] for word in words if word]
    if not letters:
        return "?"
    return letters[0] if len(letters) == 1 else letters[0] + letters[-1]


def trigrams(value: str) -> frozenset[str]:
    """The three-letter pieces of every folded word, padded as PostgreSQL's pg_trgm pads them."""
    pieces: set[str] = set()
    for word in fold(value).split():
        padded = f"  {word} "
        pieces.update(padded[i : i + 3] for i in range(len(padded) - 2))
    return frozenset(pieces)


def trigram_similarity(a: str, b: str) -> float:
    """Share of three-letter pieces two texts have in common, 0 to 1.

    Source: PostgreSQL, pg_trgm, function similarity (Jaccard index of the two sets).
    """
    left, right = trigrams(a), trigrams(b)
    if not left or not right:
        return 0.0
    return len(left & right) / len(left | right)

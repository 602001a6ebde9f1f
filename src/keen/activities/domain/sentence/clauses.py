"""The clauses of a line, and the deed that each tells of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from keen.activities.domain.sentence.plain import WORD
from keen.activities.domain.sentence.words import Deed, Manner, Words

_SIGN: Final = re.compile(r"[,;!?\n]|[.:](?=\s|$)| - ")
# After these a full stop ends nothing.
_STOPS: Final = re.compile(
    r"(?:\b(?:m|mr|mrs|ms|dr|sr|sra|srta|st|hr|fr|nr|no|tel|ca|z|b|inkl|bzw|etc|approx|prof|inc|ltd|co|corp)|\b\d{1,2})$"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of the text up to a sign. `sign` is that sign."""

    start: int
    end: int
    sign: str


@dataclass(frozen=True, slots=True)
class Told:
    """A deed that a clause tells of, and where."""

    deed: Deed
    start: int
    end: int


def clauses(text: str, spans: Sequence[tuple[int, int]]) -> list[Clause]:
    """The clauses of a plain text. A sign within what was found (12.000, Sr. Brandt) parts nothing.

    Shape: together they are the whole text but for the signs.
    """
    found: list[Clause] = []
    start = 0
    for match in _SIGN.finditer(text):
        if any(begin < match.end() and match.start() < end for begin, end in spans):
            continue
        if match[0] == "." and _STOPS.search(text, start, match.start()):
            continue
        found.append(Clause(start, match.start(), match[0].strip() or match[0]))
        start = match.end()
    found.append(Clause(start, len(text), ""))
    return [clause for clause in found if text[clause.start : clause.end].strip()]


@dataclass(frozen=True)
class Taken:
    """The places in a line where something was found: all, those of days, those of names."""

    spans: Sequence[tuple[int, int]]
    days: Sequence[tuple[int, int]]
    names: Sequence[tuple[int, int]]


def deed_of(text: str, clause: Clause, words: Words, taken: Taken) -> Told | None:
    """The deed of a clause: the one that is named first, and of those the most precise; what took place before all else.

    Shape: a label counts before a colon alone, an order at the beginning alone.
    """
    lead = _lead(text, clause, words, taken.spans)
    found: list[tuple[tuple[bool, int, int], Told]] = []
    for rank, (pattern, deed) in enumerate(_patterns(words)):
        for match in pattern.finditer(text, clause.start, min(clause.end + 1, len(text))):
            named = any(start <= match.start() < end for start, end in taken.names)
            if not named and _may(deed, match, clause, lead, taken.days):
                place = -1 if deed.manner is Manner.DONE else match.start()
                told = Told(deed, match.start(), min(match.end(), clause.end))
                found.append(((deed.manner is not Manner.LABEL, place, rank), told))
                break
    return min(found, key=lambda one: one[0])[1] if found else None


def _may(
    deed: Deed, match: re.Match[str], clause: Clause, lead: int, days: Sequence[tuple[int, int]]
) -> bool:
    if deed.manner is Manner.LABEL:
        return clause.sign == ":" and match.start() <= lead
    if deed.manner is Manner.NOUN_WITH_DAY:
        return any(clause.start <= start < clause.end for start, _ in days)
    return deed.manner is not Manner.ORDER or match.start() <= lead


@lru_cache(maxsize=8)
def _patterns(words: Words) -> tuple[tuple[re.Pattern[str], Deed], ...]:
    return tuple(
        (
            re.compile(
                rf"(?<![\w-])(?:{deed.pattern})(?![\w]|-(?=\w))"
                if deed.manner is not Manner.LABEL
                else rf"\b(?:{deed.pattern})"
            ),
            deed,
        )
        for deed in words.deeds
    )


def _lead(text: str, clause: Clause, words: Words, spans: Sequence[tuple[int, int]]) -> int:
    """The place where the first word stands that is neither politeness nor a day: there an order begins."""
    for match in WORD.finditer(text, clause.start, clause.end):
        if any(start <= match.start() < end for start, end in spans):
            continue
        mine = match[0] == "will" and text[: match.start()].endswith(("i ", "we ", "ich "))
        if match[0] not in words.lead and not mine:
            return match.start()
    return clause.end

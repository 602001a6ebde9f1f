"""A search as somebody typed it: taken apart, and turned into the tokens to look for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from keen.lib import phones, text
from keen.records.domain.findable import (
    LONGEST_WORD,
    STARTS_BESIDE_FROM,
    STARTS_TO,
    Leaf,
    Node,
    Part,
    covering,
    digit_pieces,
    every,
    joined_address,
    mistyped,
    pieces,
    some,
    spellings,
    whole,
)

_MOST_TERMS: Final = 8
_LONGEST_QUESTION: Final = 200
_HARDLY_TYPED: Final = 2
_SHORTEST_INSIDE_NUMBER: Final = 4
_ADDRESS: Final = re.compile(r"[@.]")


@dataclass(frozen=True, slots=True)
class Term:
    """One chunk of the question.

    Shape: `spellings` as in findable; `address` is "" unless it looks like (a part of) an e-mail or web address;
    `numbers` are the digits to look for in phone numbers.
    """

    written: str
    spellings: tuple[tuple[str, ...], ...]
    address: str = ""
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for. `numbers` are those of the question read as one phone number, `whole` its words joined."""

    terms: tuple[Term, ...] = ()
    numbers: tuple[str, ...] = ()
    whole: str = ""

    def __bool__(self) -> bool:
        return bool(self.terms or self.numbers)

    @property
    def is_short(self) -> bool:
        """Whether hardly anything was typed yet: a letter or two."""
        return len(self.whole) <= _HARDLY_TYPED

    @property
    def has_numbers(self) -> bool:
        """Whether phones are looked into."""
        return bool(self.numbers) or any(term.numbers for term in self.terms)


def parse(raw: str, region: str = "") -> Question:
    """The question in what was typed; empty when there is no letter and no digit in it. Never raises."""
    cleaned = text.clean(raw[: 4 * _LONGEST_QUESTION], _LONGEST_QUESTION)
    terms = [found for chunk in cleaned.split() if (found := _term(chunk, region)).spellings]
    return Question(tuple(terms[:_MOST_TERMS]), phones.search_keys(cleaned, region), whole(cleaned))


def _term(chunk: str, region: str) -> Term:
    address = joined_address(chunk)[:LONGEST_WORD] if _ADDRESS.search(chunk) else ""
    return Term(chunk, spellings(chunk), address, phones.search_keys(chunk, region))


class Reading(IntEnum):
    """How loosely the terms are read; each takes in those before. LAST_STARTS: the last one may still be typed."""

    WORDS = 0
    LAST_STARTS = 1
    STARTS = 2
    PIECES = 3
    MISTYPED = 4


# Looking up all tokens that start alike costs what all of them cost, so what is no name needs some letters for it.
_ELSEWHERE_FROM: Final = {
    Reading.WORDS: LONGEST_WORD,
    Reading.LAST_STARTS: STARTS_TO + 1,
    Reading.STARTS: 4,
    Reading.PIECES: 4,
    Reading.MISTYPED: 4,
}


def tree(question: Question, parts: frozenset[Part], reading: Reading) -> Node | None:
    """The tokens of what has every term: as a word, a start of a word, a piece of a title's word, or mistyped.

    Shape: `parts` are those that may be looked into; None when none of them can hold the question.
    """
    earlier = Reading.WORDS if reading is Reading.LAST_STARTS else reading
    terms = [_term_node(term, parts, earlier) for term in question.terms[:-1]]
    terms += [_term_node(term, parts, reading) for term in question.terms[-1:]]
    found: list[Node] = []
    if terms and None not in terms:
        found.append(every(node for node in terms if node is not None))
    if len(question.terms) > 1:
        found += _number_nodes(question.numbers, parts)
    return some(found) if found else None


def exact(question: Question, parts: frozenset[Part]) -> Node | None:
    """The tokens of what is called exactly so, or has exactly this address or number."""
    found: list[Node] = []
    if Part.TITLE in parts and question.whole:
        found.append(Leaf(Part.WHOLE + question.whole))
    if Part.EMAIL in parts and len(question.terms) == 1 and question.terms[0].address:
        found.append(Leaf(Part.ADDRESS + question.terms[0].address))
    if Part.PHONE in parts:
        found += [Leaf(Part.PHONE + number) for number in question.numbers]
    return some(found) if found else None


def _term_node(term: Term, parts: frozenset[Part], reading: Reading) -> Node | None:
    found: list[Node] = []
    whole_address = "@" in term.written and Part.EMAIL in parts and reading < Reading.PIECES
    for spelling in () if whole_address else term.spellings:
        nodes = [_word_nodes(word, parts, reading) for word in spelling]
        if all(nodes):
            found.append(every(some(alternatives) for alternatives in nodes))
    if term.address and Part.EMAIL in parts:
        found.append(Leaf(Part.ADDRESS + term.address, starts=True))
    found += _number_nodes(term.numbers, parts)
    return some(found) if found else None


def _word_nodes(word: str, parts: frozenset[Part], reading: Reading) -> list[Node]:
    starts = reading >= Reading.LAST_STARTS
    known = starts and len(word) <= STARTS_TO
    elsewhere = starts and len(word) >= _ELSEWHERE_FROM[reading]
    found: list[Node] = [Leaf(part + word, elsewhere) for part in (Part.EMAIL, Part.OTHER) if part in parts]
    if Part.SUBTITLE in parts:
        beside = known and len(word) >= STARTS_BESIDE_FROM
        found.append(Leaf(Part.BESIDE + word) if beside else Leaf(Part.SUBTITLE + word, starts and not known))
    if Part.TITLE not in parts:
        return found
    found.append(Leaf(Part.START + word) if known else Leaf(Part.TITLE + word, starts))
    inside = pieces(word) if reading >= Reading.PIECES else []
    if inside:
        found.append(every(Leaf(Part.PIECE + piece) for piece in covering(inside)))
    if reading >= Reading.MISTYPED:
        found += [Leaf(Part.MISTYPED + spelling) for spelling in sorted(mistyped(word))]
    return found


def _number_nodes(numbers: Iterable[str], parts: frozenset[Part]) -> list[Node]:
    if Part.PHONE not in parts:
        return []
    return [
        every(Leaf(Part.DIGITS + piece) for piece in covering(digit_pieces(number)))
        if len(number) >= _SHORTEST_INSIDE_NUMBER
        else Leaf(Part.PHONE + number, starts=True)
        for number in numbers
    ]

"""What a record is found by, as short tokens that both databases only have to look up.

A database keeps a set of tokens for each record; a question becomes a tree of tokens to look for. Everything that is
hard about finding (accents, pieces of words, digits of a phone, letters left out) is done here, once, so that SQLite
and PostgreSQL answer alike and neither needs an extension. The first letter of a token says what it is; see `Part`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final

from keen.lib import text

LONGEST_WORD: Final = 40
_MOST_WORDS: Final = 60
STARTS_TO: Final = 5
STARTS_BESIDE_FROM: Final = 3
_PIECE: Final = 3
_PIECE_UNSPACED: Final = 2
_DIGITS: Final = 4
_MISTYPED_FROM: Final = 4
_MISTYPED_TO: Final = 20
# Scripts that are written without blanks: two characters are already a meaningful piece.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]"
)
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
# Noughts that fill a number up: people leave them out when they say it.
_PADDING: Final = re.compile(r"(?<![0-9])0+(?=[0-9]{3})")
_NOT_KEPT: Final = re.compile(r"[^0-9a-z\u0080-\U0010ffff]+")


class Part(StrEnum):
    """The first letter of a token: where the rest of it comes from.

    START and BESIDE are the starts of words of title and subtitle: tokens of their own, because one token is looked up
    at once, and all tokens that start alike are not.
    """

    WHOLE = "b"
    START = "q"
    TITLE = "n"
    SUBTITLE = "s"
    BESIDE = "u"
    EMAIL = "e"
    ADDRESS = "a"
    PHONE = "p"
    DIGITS = "d"
    OTHER = "x"
    PIECE = "g"
    MISTYPED = "f"
    OWNER = "o"
    TEAM = "t"
    KIND = "k"


@dataclass(frozen=True, slots=True)
class Findable:
    """What is known of one record. `words` are texts by the field they stand in."""

    kind: str
    title: str
    subtitle: str = ""
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    owner_id: int | None = None
    team_id: int | None = None


def tokens(record: Findable) -> set[str]:
    """All tokens of the record.

    Shape: no token holds anything but a-z, 0-9, _ and characters beyond ASCII, so each is safe inside a query.
    """
    found = {Part.KIND + record.kind}
    if record.owner_id is not None:
        found.add(f"{Part.OWNER}{record.owner_id}")
    if record.team_id is not None:
        found.add(f"{Part.TEAM}{record.team_id}")
    title = words(record.title)
    if title:
        found.add(Part.WHOLE + whole(record.title))
    for word in title:
        found |= _title_tokens(word)
    for word in words(record.subtitle):
        found |= _subtitle_tokens(word)
    for name, texts in record.words.items():
        found |= _field_tokens(name, texts)
    return found


def _field_tokens(name: str, texts: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for value in texts[:_MOST_WORDS]:
        if name == "emails":
            found |= email_tokens(value)
        elif name == "phones":
            found |= _phone_tokens(text.digits(value)[:LONGEST_WORD])
        else:
            found |= {Part.OTHER + word for word in words(value)}
    return found


@lru_cache(maxsize=2_048)
def _title_tokens(word: str) -> frozenset[str]:
    found = {Part.TITLE + word}
    found.update(Part.START + word[:length] for length in range(1, min(STARTS_TO, len(word)) + 1))
    found.update(Part.PIECE + piece for piece in pieces(word))
    found.update(Part.MISTYPED + spelling for spelling in mistyped(word))
    return frozenset(found)


@lru_cache(maxsize=2_048)
def _subtitle_tokens(word: str) -> frozenset[str]:
    starts = {
        Part.BESIDE + word[:length]
        for length in range(STARTS_BESIDE_FROM, STARTS_TO + 1)
        if length <= len(word)
    }
    return frozenset({Part.SUBTITLE + word, *starts})


def _phone_tokens(number: str) -> set[str]:
    if not number:
        return set()
    return {Part.PHONE + number} | {Part.DIGITS + piece for piece in digit_pieces(number)}


@lru_cache(maxsize=2_048)
def words(value: str) -> tuple[str, ...]:
    """The folded words of a text in the spellings under which people look for them, without repetition.

    Shape: "Jean-Luc Müller" gives jean, luc, jeanluc, muller, mueller.
    """
    found: dict[str, None] = {}
    for chunk in value.split()[:_MOST_WORDS]:
        for spelling in spellings(chunk):
            found.update(dict.fromkeys(spelling))
    return tuple(found)[:_MOST_WORDS]


@lru_cache(maxsize=2_048)
def spellings(chunk: str) -> tuple[tuple[str, ...], ...]:
    """The ways to write one chunk of text without blanks: each a sequence of folded words.

    Shape: "O'Brien" gives (o, brien) and (obrien); "Müller" gives (muller) and (mueller); "SO-00123" gives (so, 123)
    as well; nothing for "&".
    """
    found: dict[tuple[str, ...], None] = {}
    for written in (chunk, chunk.lower().translate(_UMLAUTS), _PADDING.sub("", chunk)):
        folded = [word[:LONGEST_WORD] for word in text.fold(written).split()]
        if folded:
            found[tuple(folded)] = None
            found[("".join(folded)[:LONGEST_WORD],)] = None
    return tuple(found)


def whole(value: str) -> str:
    """The whole text as one token: the folded words joined."""
    return "_".join(text.fold(value).split())[:LONGEST_WORD]


def email_tokens(address: str) -> set[str]:
    """The tokens of an e-mail: what is typed of it whole, and its words.

    Shape: whole addresses stand apart from words, as there are so many of them that start alike.
    """
    return {Part.ADDRESS + whole for whole in addresses(address)} | {
        Part.EMAIL + word for word in email_words(address)
    }


@lru_cache(maxsize=2_048)
def addresses(address: str) -> frozenset[str]:
    """The address and its domains, each as one token.

    Shape: "amira.h@mail.vela.com" gives amira_h_mail_vela_com, mail_vela_com, vela_com.
    """
    joined = joined_address(address)
    domain = joined_address(address.rpartition("@")[2]).split("_")
    found = {joined[:LONGEST_WORD], *("_".join(domain[at:])[:LONGEST_WORD] for at in range(len(domain) - 1))}
    return frozenset(found - {""})


@lru_cache(maxsize=2_048)
def email_words(address: str) -> frozenset[str]:
    """The words of an e-mail.

    Shape: "amira.h@vela.com" gives amira, h, vela, com.
    """
    return frozenset(word[:LONGEST_WORD] for word in joined_address(address).split("_") if word)


def joined_address(value: str) -> str:
    """An address, or the start of one, as one token: signs become _."""
    return _NOT_KEPT.sub("_", value.lower()).strip("_")


def pieces(word: str) -> list[str]:
    """The pieces of three letters in a word; of two where the script knows no blanks."""
    size = _PIECE_UNSPACED if _UNSPACED.search(word) else _PIECE
    return [word[at : at + size] for at in range(len(word) - size + 1)]


def digit_pieces(number: str) -> list[str]:
    """The pieces of four digits in a number."""
    return [number[at : at + _DIGITS] for at in range(len(number) - _DIGITS + 1)]


def covering(parts: Sequence[str]) -> list[str]:
    """As few of the pieces, given in their order, as hold every letter. Looking up these is enough to come close."""
    size = len(parts[0]) if parts else 1
    return list(dict.fromkeys([*parts[::size], *parts[-1:]]))


def mistyped(word: str) -> set[str]:
    """The word, and the word with any one letter left out.

    Shape: two words that are one slip apart (a letter too many, too few, another, or two swapped) share one of these;
    empty for words too short or too long to be told apart by it.
    """
    if not _MISTYPED_FROM <= len(word) <= _MISTYPED_TO:
        return set()
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One token to look for, or all that start with it."""

    token: str
    starts: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """All of these must be there."""

    nodes: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of these must be there."""

    nodes: "tuple[Node, ...]"


Node = Leaf | Every | Some


def every(nodes: Iterable[Node]) -> Node:
    """All of the nodes, without needless nesting."""
    given = tuple(nodes)
    return given[0] if len(given) == 1 else Every(given)


def some(nodes: Iterable[Node]) -> Node:
    """Any of the nodes, without needless nesting."""
    given = tuple(dict.fromkeys(nodes))
    return given[0] if len(given) == 1 else Some(given)


def leaves(node: Node) -> Iterator[Leaf]:
    """The tokens in a tree."""
    if isinstance(node, Leaf):
        yield node
    else:
        for inner in node.nodes:
            yield from leaves(inner)

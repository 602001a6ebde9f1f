"""Finding somebody in texts, and taking them out: by full names, addresses and numbers, never by a single common word."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, quote_plus

GONE = "[erased]"
# Shorter ones would take out what belongs to others.
SHORTEST = 5
SHORTEST_PART = 3
LEAST_DIGITS = 7
# What programs read in a receipt, where a single name may be a word of theirs.
SIGNS = frozenset({"outcome", "href", "undo", "key"})
_ASCII = re.compile(r"[0-9A-Za-z@.+\- ]+")


@dataclass(frozen=True)
class Names:
    """What somebody is known by. Whatever is unknown is empty."""

    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True)
class Needles:
    """The texts by which somebody is found anywhere, and those that tell only where it is about them anyway.

    Shape: `quotes` are what was planned with them, as receipts and notices repeat it; elsewhere they find nobody.
    """

    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What matches the strong ones."""
        return _pattern(self.strong)

    @cached_property
    def close_pattern(self) -> re.Pattern[str]:
        """What matches all of them."""
        return _pattern((*self.strong, *self.quotes, *self.weak))

    def clean(self, text: str, *, close: bool = False) -> str:
        """The text without the person; `close` also without single names, for texts that are about them."""
        pattern = self.close_pattern if close else self.pattern
        return pattern.sub(GONE, text)

    def clean_value(self, value: Any, *, close: bool = False) -> Any:
        """The plain data without the person, in texts however deep; keys are how programs find their data and stay."""
        if isinstance(value, str):
            return self.clean(value, close=close)
        if isinstance(value, list):
            return [self.clean_value(one, close=close) for one in value]
        if isinstance(value, dict):
            return {
                key: self.clean_value(one, close=close and key not in SIGNS) for key, one in value.items()
            }
        return value

    def names(self, value: Any) -> bool:
        """Whether the plain data names the person, in texts or in keys."""
        if isinstance(value, str):
            return self.pattern.search(value) is not None
        if isinstance(value, list):
            return any(self.names(one) for one in value)
        if isinstance(value, dict):
            return any(self.names(key) or self.names(one) for key, one in value.items())
        return False

    def and_quotes(self, texts: Iterable[str]) -> "Needles":
        """The needles with those of the texts that name the person: receipts and notices may quote them."""
        quoted = {text for text in texts if " " in text.strip() and self.close_pattern.search(text)}
        return Needles(self.strong, self.weak, _longest_first(quoted))

    def quoting(self) -> "Needles":
        """The needles for what repeats subjects: receipts and notices."""
        return Needles(_longest_first((*self.strong, *self.quotes)), self.weak)

    def fragments(self) -> tuple[str, ...]:
        """For each strong needle a plain part that a database finds in any spelling and within JSON."""
        found = {max(_ASCII.findall(needle), key=len, default="").strip() for needle in self.strong}
        enough = {part for part in found if len(part) >= SHORTEST_PART}
        short = [
            needle
            for needle in self.strong
            if len(max(_ASCII.findall(needle), key=len, default="").strip()) < SHORTEST_PART
        ]
        for needle in short:
            enough |= {needle, json.dumps(needle)[1:-1]}
        return tuple(sorted(part for part in enough if not any(_lies_within(one, part) for one in enough)))

    def bytes(self) -> tuple[bytes, ...]:
        """The strong needles as they stand in files: in the usual encodings and within JSON."""
        found = set()
        for needle in self.strong:
            for spelling in {needle, needle.lower(), needle.upper()}:
                found |= {
                    spelling.encode(),
                    json.dumps(spelling)[1:-1].encode(),
                    spelling.encode("utf-16-le"),
                }
                found.add(spelling.encode("cp1252", "ignore"))
        return tuple(sorted(one for one in found if len(one) >= SHORTEST))

    def to_json(self) -> dict[str, list[str]]:
        """The needles as plain data."""
        return {"strong": list(self.strong), "weak": list(self.weak), "quotes": list(self.quotes)}


def needles_of(names: Names) -> Needles:
    """The needles for somebody of these names: full names, addresses and numbers, for these tell one person from others.

    Shape: no ids of other programs and no single words, which may be anything, also what this one works with.
    """
    strong: set[str] = set()
    for first in names.first:
        for last in names.last:
            if first and last:
                strong |= {f"{first} {last}", f"{last}, {first}", f"{last} {first}"}
    strong |= {one for one in names.emails if "@" in one}
    for phone in names.phones:
        if len(re.sub(r"\D", "", phone)) >= LEAST_DIGITS:
            strong.add(phone)
    strong = {one for one in strong if len(one) >= SHORTEST}
    quoted = {form for one in strong for form in (quote(one), quote_plus(one), one.replace(" ", "+"))}
    weak = {part for part in (*names.first, *names.last) if len(part) >= SHORTEST_PART}
    return Needles(_longest_first(strong | quoted), _longest_first(weak - strong))


def _lies_within(shorter: str, longer: str) -> bool:
    return shorter != longer and shorter.casefold() in longer.casefold()


def _longest_first(texts: Iterable[str]) -> tuple[str, ...]:
    """So that a longer needle is taken out before a shorter one within it."""
    return tuple(sorted(set(texts), key=lambda text: (-len(text), text)))


def _pattern(needles: Sequence[str]) -> re.Pattern[str]:
    if not needles:
        return re.compile(r"(?!)")
    parts = "|".join(_part(needle) for needle in _longest_first(needles))
    return re.compile(rf"(?<![^\W_])(?:{parts})(?![^\W_])", re.IGNORECASE)


def _part(needle: str) -> str:
    """A number without any sign is no part of a path or an id, which may look the same."""
    part = re.escape(needle).replace(r"\ ", r"\s+")
    return rf"(?<![/_-]){part}(?![/_-])" if needle.isdigit() else part

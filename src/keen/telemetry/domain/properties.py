"""What a property of an event may hold: closed sets, switches, bounded numbers and known names. Never free text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

_NAME: Final = re.compile(r"[a-z?/][a-z0-9_./ +-]{0,47}", re.ASCII)
_CODE: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
MOST_NAMES: Final = 12
UNKNOWN: Final = "other"

Vocabulary = Mapping[str, frozenset[str]]


class Property(Protocol):
    """One kind of value."""

    def refuses(self, value: Any, known: Vocabulary) -> bool:
        """Whether the value may not be written."""
        ...

    def words(self) -> str:
        """What may stand there, for the reference."""
        ...


@dataclass(frozen=True)
class OneOf:
    """One of a closed set of words."""

    values: tuple[str, ...]

    def refuses(self, value: Any, known: Vocabulary) -> bool:  # noqa: ARG002  the set is its own
        """Everything else."""
        return value not in self.values

    def words(self) -> str:
        """The words."""
        return "one of " + ", ".join(f"`{value}`" for value in self.values)


@dataclass(frozen=True)
class Flag:
    """Yes or no."""

    def refuses(self, value: Any, known: Vocabulary) -> bool:  # noqa: ARG002
        """Everything but true and false."""
        return not isinstance(value, bool)

    def words(self) -> str:
        """For the reference."""
        return "yes or no"


@dataclass(frozen=True)
class Number:
    """A whole number from 0 to the most."""

    most: int
    unit: str

    def refuses(self, value: Any, known: Vocabulary) -> bool:  # noqa: ARG002
        """Fractions, negative and larger numbers."""
        return isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= self.most

    def words(self) -> str:
        """For the reference."""
        return f"{self.unit}, 0 to {self.most:,}"


@dataclass(frozen=True)
class Name:
    """A name out of Keen's own vocabulary, such as that of a page; `other` stands for one that is not known."""

    of: str

    def refuses(self, value: Any, known: Vocabulary) -> bool:
        """What is not in the vocabulary."""
        if not isinstance(value, str) or not _NAME.fullmatch(value):
            return True
        return value != UNKNOWN and value not in known.get(self.of, frozenset())

    def words(self) -> str:
        """For the reference."""
        return f"the name of one of Keen's {self.of}"


@dataclass(frozen=True)
class Names:
    """Several such names, sorted, each once."""

    of: str

    def refuses(self, value: Any, known: Vocabulary) -> bool:
        """More than fit, or one that is not known."""
        one = Name(self.of)
        if not isinstance(value, list) or len(value) > MOST_NAMES:
            return True
        return any(one.refuses(name, known) for name in value)

    def words(self) -> str:
        """For the reference."""
        return f"up to {MOST_NAMES} names of Keen's {self.of}"


@dataclass(frozen=True)
class Codes:
    """The codes of rules that refused: constants of Keen's own code, which no browser can send."""

    def refuses(self, value: Any, known: Vocabulary) -> bool:  # noqa: ARG002
        """Everything but a short list of codes."""
        if not isinstance(value, list) or len(value) > MOST_NAMES:
            return True
        return not all(isinstance(code, str) and _CODE.fullmatch(code) for code in value)

    def words(self) -> str:
        """For the reference."""
        return f"up to {MOST_NAMES} codes of rules, such as `missing` or `too_long`"


def known_name(value: Any, names: frozenset[str]) -> str:
    """The name when it is known, else `other`: for what comes from outside."""
    return value if isinstance(value, str) and value in names else UNKNOWN


def count_class(count: int) -> str:
    """How many, coarse enough that no list is known by its length."""
    for most, word in ((0, "0"), (1, "1"), (9, "2-9"), (99, "10-99"), (999, "100-999")):
        if count <= most:
            return word
    return "1000+"


COUNTS: Final = ("0", "1", "2-9", "10-99", "100-999", "1000+")

"""The one filter language: read from an address, limited to what the reader may see, written back as an address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from keen.lib import text
from keen.lib.errors import RuleError

MOST_CONDITIONS = 20
MOST_CHARACTERS = 200
RESERVED = frozenset(
    {
        "sort",
        "after",
        "before",
        "q",
        "view",
        "cols",
        "r",
        "size",
        "mode",
        "grid",
        "board",
        "all",
        "at",
        "csrfmiddlewaretoken",
    }
)

_TEXT = ("is", "contains", "starts", "empty", "filled")
_TIME = ("from", "until", "last", "before_last", "empty", "filled")
OPERATORS: Mapping[str, tuple[str, ...]] = {
    "text": _TEXT,
    "long_text": ("contains", "empty", "filled"),
    "url": _TEXT,
    "choice": ("is", "not", "empty", "filled"),
    "boolean": ("is",),
    "date": _TIME,
    "datetime": _TIME,
    "number": ("min", "max", "empty", "filled"),
    "reference": ("is", "empty", "filled"),
    "user": ("is", "not", "empty", "filled"),
    "team": ("is", "empty", "filled"),
    "emails": ("contains", "empty", "filled"),
    "phones": ("contains", "empty", "filled"),
    "tags": ("is", "empty", "filled"),
    "ids": ("is", "empty", "filled"),
    "addresses": ("empty", "filled"),
    "money": ("min", "max", "empty", "filled"),
    "amount": ("min", "max", "empty", "filled"),
    "choices": ("is", "empty", "filled"),
    "lines": ("empty", "filled"),
}
WORDS = {
    "is": "is",
    "not": "is not",
    "contains": "contains",
    "starts": "starts with",
    "from": "from",
    "until": "until",
    "last": "in the last days:",
    "before_last": "not in the last days:",
    "min": "at least",
    "max": "at most",
    "empty": "is empty",
    "filled": "is filled",
}
VALUELESS = frozenset({"empty", "filled"})


@dataclass(frozen=True)
class Filterable:
    """A field that may be filtered and how it holds its values."""

    name: str
    kind: str
    label: str


@dataclass(frozen=True)
class Condition:
    """One filter: a field, an operator and what it is compared with."""

    field: str
    operator: str
    value: str

    @property
    def key(self) -> str:
        """How the condition stands in an address."""
        return self.field if self.operator == "is" else f"{self.field}.{self.operator}"


def parse(pairs: Iterable[tuple[str, str]], fields: Sequence[Filterable]) -> list[Condition]:
    """The conditions in an address, in its order.

    Shape: `city=Berlin` is equality, `city.contains=ber` another operator; empty values are left out.
    Raises: RuleError for a field or operator that does not exist for the reader, with those that do.
    """
    known = {field.name: field for field in fields}
    found = []
    for key, value in pairs:
        if key in RESERVED or key.startswith("_"):
            continue
        name, _, operator = key.partition(".")
        operator = operator or "is"
        if name not in known:
            raise RuleError("unknown_field", f"There is no field “{name[:40]}” to filter by.", name[:40])
        allowed = OPERATORS.get(known[name].kind, ())
        if operator not in allowed:
            wanted = ", ".join(allowed)
            raise RuleError("unknown_operator", f"“{known[name].label}” is filtered with: {wanted}.", name)
        wanted = text.clean(value, MOST_CHARACTERS)
        if wanted or operator in VALUELESS:
            found.append(Condition(name, operator, wanted))
    if len(found) > MOST_CONDITIONS:
        raise RuleError("too_many_filters", f"At most {MOST_CONDITIONS} filters fit in one list.")
    return found


def address(conditions: Iterable[Condition], **others: str) -> str:
    """The conditions and other parts as the query of an address, empty parts left out."""
    pairs = [(condition.key, condition.value or "1") for condition in conditions]
    return urlencode([*pairs, *((key, value) for key, value in others.items() if value)])

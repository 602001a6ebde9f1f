"""Fields of one's own: what one is, and how its values are kept as plain data."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from keen.lib import numbers, text

PREFIX: Final = "x_"
BESIDE: Final = "_title"
LONGEST_NAME: Final = 40
LONGEST_LABEL: Final = 60
LONGEST_TEXT: Final = 500
BUDGET: Final = 12
_NAME: Final = re.compile(r"x_[a-z0-9_]{1,38}")


class Type(StrEnum):
    """What a field of one's own holds."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    PERSON = "person"
    LINK = "link"
    CHECKBOX = "checkbox"
    URL = "url"
    FORMULA = "formula"


TYPE_LABELS: Final[Mapping[str, str]] = {
    Type.TEXT: "Text",
    Type.NUMBER: "Number",
    Type.MONEY: "Money",
    Type.DATE: "Date",
    Type.CHOICE: "Choice",
    Type.CHOICES: "Several choices",
    Type.PERSON: "Person",
    Type.LINK: "Link to a record",
    Type.CHECKBOX: "Tick box",
    Type.URL: "Web address",
    Type.FORMULA: "Formula",
}
OFFERING: Final = frozenset({Type.CHOICE, Type.CHOICES})


class Asked(StrEnum):
    """The moment at which a form asks for the field."""

    NEVER = ""
    MADE = "made"
    ALWAYS = "always"
    EQUALS = "equals"


@dataclass(frozen=True)
class Choice:
    """One answer that is offered. A retired one is no longer offered; records that have it keep it."""

    key: str
    label: str
    retired: bool = False


@dataclass(frozen=True)
class Definition:
    """A field of one's own. `name` never changes; what people read does.

    Shape: `result` is the type that a formula comes to; `uses` are the names of all fields that it is computed from.
    """

    id: int
    kind: str
    name: str
    label: str
    type: Type
    section: str = "Facts"
    help: str = ""
    required: bool = False
    decision: str = ""
    asked: Asked = Asked.NEVER
    when_field: str = ""
    when_value: str = ""
    default: Any = None
    choices: tuple[Choice, ...] = ()
    to: str = ""
    formula: str = ""
    result: str = ""
    most: int = 0
    least: Decimal | None = None
    largest: Decimal | None = None
    decimals: int = 2
    currency: str = "EUR"
    listed: bool = False
    filtered: bool = True
    archived: bool = False
    uses: tuple[str, ...] = field(default=())

    @property
    def holds(self) -> str:
        """The type of the value: of a formula that of its result."""
        return self.result if self.type is Type.FORMULA else self.type.value

    @property
    def shadow(self) -> str:
        """Beside a link to a record stands its title."""
        return f"{self.name}{BESIDE}" if self.type is Type.LINK else ""


def closed(found: Sequence[Definition]) -> list[Definition]:
    """The fields, each with all that it is computed from, by way of other formulas too, as these are now."""
    reads = {one.name: one.uses for one in found}
    return [replace(one, uses=tuple(sorted(reached(one.name, reads)))) if one.uses else one for one in found]


def reached(name: str, reads: Mapping[str, Iterable[str]]) -> set[str]:
    """All names to which the field's readings lead; its own too when they go round in a circle."""
    found: set[str] = set()
    ahead = [*reads.get(name, ())]
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead.extend(reads.get(one, ()))
    return found


def circle(name: str, reads: Mapping[str, Iterable[str]]) -> list[str]:
    """The shortest way on which the field would read itself, from its name to its name; empty when there is none."""
    ways, known = [[name]], {name}
    for way in ways:
        for one in reads.get(way[-1], ()):
            if one == name:
                return [*way, name]
            if one not in known:
                known.add(one)
                ways.append([*way, one])
    return []


def name_for(label: str, taken: frozenset[str]) -> str:
    """A name for the field that is not taken, nor the title beside it; it stays whatever the label becomes."""
    stem = re.sub(r"[^a-z0-9]+", "_", text.fold(label)).strip("_")[:30] or "field"
    names = (f"{PREFIX}{stem}{f'_{number}' if number > 1 else ''}" for number in range(1, 3 * len(taken) + 2))
    return next(name for name in names if not {name, f"{name}{BESIDE}", name.removesuffix(BESIDE)} & taken)


def is_name(name: str) -> bool:
    """Whether this can be the name of a field of one's own: letters, digits and underscores behind x_."""
    return _NAME.fullmatch(name) is not None


def empty(holds: str) -> Any:
    """What a record has that was never given a value."""
    if holds == Type.CHOICES:
        return []
    if holds == Type.CHECKBOX:
        return False
    return "" if holds in {Type.TEXT, Type.URL, Type.CHOICE} else None


def written(holds: str, value: Any) -> Any:
    """The value as the row keeps it; None for what is not kept at all, because it says nothing."""
    if value is None or value is False or value in ("", [], {}):
        return None
    if holds == Type.MONEY:
        return {"amount": str(_decimal(value["amount"])), "currency": str(value["currency"])}
    if holds == Type.NUMBER:
        return str(_decimal(value))
    if holds == Type.DATE:
        return value.isoformat() if isinstance(value, date) else str(value)
    return value


def kept(holds: str, value: Any) -> Any:
    """The value that the row keeps, or what a database says that it keeps, as the pages and actions know it."""
    if value is None or value == "":
        return empty(holds)
    return _KEPT.get(holds, str)(value)


def _decimal(value: Any) -> Decimal:
    """The number without needless zeros, never in the notation with an exponent."""
    found = value if isinstance(value, Decimal) else numbers.exact(str(value))
    if found is None:
        raise InvalidOperation(f"{value!r} is no number")
    whole = found.to_integral_value()
    return whole.quantize(Decimal(1)) if found == whole else found.normalize()


def _number(value: Any) -> Decimal | None:
    try:
        return _decimal(value)
    except InvalidOperation:
        return None


def _money(value: Any) -> dict[str, Any] | None:
    held = json.loads(value) if isinstance(value, str) else value
    return {"amount": str(held["amount"]), "currency": str(held["currency"])}


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _list(value: Any) -> list[str]:
    return list(json.loads(value) if isinstance(value, str) else value)


def _truth(value: Any) -> bool:
    return str(value).casefold() in {"true", "1"}


_KEPT: Final[Mapping[str, Callable[[Any], Any]]] = {
    Type.NUMBER: _number,
    Type.MONEY: _money,
    Type.DATE: _date,
    Type.CHOICES: _list,
    Type.CHECKBOX: _truth,
    Type.PERSON: int,
    Type.LINK: int,
}

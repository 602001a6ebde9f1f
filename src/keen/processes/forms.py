"""The form of an automation: what stands in it, whole or not, and what it comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import parse_qsl

from django.http import QueryDict

from keen.lib.errors import RuleError
from keen.lib.ids import id_of
from keen.processes.domain.rules import MOST_DAYS, MOST_STEPS, OWNER, Definition, Do, Step, Trigger, When
from keen.records.domain import filters
from keen.records.domain.filters import VALUELESS, Condition

MOST_IFS = 8


@dataclass(frozen=True)
class Draft:
    """What stands in the form. Conditions are (field, operator, value)."""

    name: str
    trigger: Trigger
    ifs: tuple[tuple[str, str, str], ...] = ()
    steps: tuple[Step, ...] = ()

    @classmethod
    def of(cls, definition: Definition) -> Self:
        """The form of an automation that is there."""
        pairs = parse_qsl(definition.conditions, keep_blank_values=True)
        ifs = []
        for key, value in pairs:
            name, _, operator = key.partition(".")
            operator = operator or "is"
            ifs.append((name, operator, "" if operator in VALUELESS else value))
        return cls(definition.name, definition.trigger, tuple(ifs), definition.steps)

    @classmethod
    def read(cls, post: QueryDict, trigger: Trigger) -> Self:
        """What somebody sent. `trigger` is what it is about and what sets it off, which the form does not change."""
        fields, operators, values = (post.getlist(f"if-{part}") for part in ("field", "operator", "value"))
        ifs = tuple(
            (name, _at(operators, place) or "is", _at(values, place)) for place, name in enumerate(fields)
        )
        steps = tuple(
            _step(post, place, do)
            for place, do in enumerate(post.getlist("step-do")[: MOST_STEPS + 1])
            if do in set(Do)
        )
        return cls(post.get("name", ""), _trigger(post, trigger), ifs[: MOST_IFS + 1], steps)

    def definition(self) -> Definition:
        """What the form comes to."""
        found = [
            Condition(name, operator, value.strip())
            for name, operator, value in self.ifs
            if value.strip() or operator in VALUELESS
        ]
        return Definition(self.name, self.trigger, filters.address(found), self.steps)

    def unanswered(self) -> str:
        """The first condition without a value, as the name of its input; "" when each has one."""
        for name, operator, value in self.ifs:
            if not value.strip() and operator not in VALUELESS:
                return f"if-{name}"
        return ""

    def after(self, deed: str, post: Mapping[str, Any]) -> Self:
        """The form after a button of it was pressed that saves nothing: something added, or taken out."""
        what, _, which = deed.partition(":")
        place = id_of(which) if which.isdigit() else None
        if what == "add-if" and post.get("add-field") and len(self.ifs) < MOST_IFS:
            return replace(self, ifs=(*self.ifs, (str(post["add-field"]), "", "")))
        if what == "add-step" and which in set(Do) and len(self.steps) < MOST_STEPS:
            return replace(self, steps=(*self.steps, Step(Do(which), to=first_to(Do(which)), days=1)))
        if what == "drop-if":
            return replace(self, ifs=_without(self.ifs, which))
        if what == "drop-step" and (place is not None or which == "0"):
            return replace(self, steps=_without(self.steps, which))
        return self


def first_to(do: Do) -> str:
    """Who is meant first in a new step."""
    return "" if do is Do.ASSIGN else OWNER


def _without(parts: tuple[Any, ...], which: str) -> tuple[Any, ...]:
    return tuple(one for place, one in enumerate(parts) if str(place) != which)


def _at(values: Sequence[str], place: int) -> str:
    return values[place] if place < len(values) else ""


def _trigger(post: QueryDict, trigger: Trigger) -> Trigger:
    days = _number(post.get("days", ""), abs(trigger.days))
    if post.get("side") == "before":
        days = -days
    return replace(
        trigger,
        before=post.get("before", ""),
        after=post.get("after", ""),
        days=days if trigger.when is When.DATE else 0,
        again=_number(post.get("again", ""), trigger.again),
    )


def _number(said: str, otherwise: int) -> int:
    said = said.strip()
    if not said:
        return otherwise
    return int(said) if said.isdecimal() and len(said) < 6 else MOST_DAYS + 1


def _step(post: QueryDict, place: int, do: str) -> Step:
    def said(part: str) -> str:
        return str(post.get(f"step-{place}-{part}", ""))

    people = tuple(pk for one in post.getlist(f"step-{place}-people") if (pk := id_of(one)))
    return Step(
        Do(do),
        said("to") or first_to(Do(do)),
        people,
        _number(said("days"), 0),
        said("line"),
        said("body"),
        said("field"),
        said("value"),
        id_of(said("endpoint")) or 0,
    )


def trigger_of(kind: str, when: str, field: str = "") -> Trigger:
    """The trigger that an address names.

    Raises: RuleError for what sets nothing off.
    """
    if when not in set(When):
        raise RuleError("when", "Choose what sets it off.", "when")
    return Trigger(kind, When(when), field)

"""What an automation is: when, if, then. As plain data, with what must hold of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final, Self

from keen.lib import text
from keen.lib.errors import RuleError

MOST_STEPS: Final = 5
MOST_DAYS: Final = 365
LONGEST_LINE: Final = 200
LONGEST_BODY: Final = 4_000


class When(StrEnum):
    """What sets an automation off."""

    CREATED = "created"
    CHANGED = "changed"
    MOVED = "moved"
    WON = "won"
    LOST = "lost"
    COMPLETED = "completed"
    OVERDUE = "overdue"
    DATE = "date"
    DAILY = "daily"


BY_CLOCK: Final = frozenset({When.OVERDUE, When.DATE, When.DAILY})
OF_KIND: Final[Mapping[str, tuple[When, ...]]] = {
    "opportunity": (When.MOVED, When.WON, When.LOST),
    "activity": (When.COMPLETED, When.OVERDUE),
}
OF_EVERY: Final = (When.CREATED, When.CHANGED, When.DATE, When.DAILY)


class Do(StrEnum):
    """What an automation does."""

    TASK = "task"
    ASSIGN = "assign"
    EMAIL = "email"
    FIELD = "field"
    WEBHOOK = "webhook"


# Who is meant: besides these, the id of a person.
OWNER: Final = "owner"
CONTACT: Final = "contact"
TURN: Final = "turn"


@dataclass(frozen=True)
class Trigger:
    """When. `before` and `after` are values of `field` as the audit trail keeps them, "" for any.

    Units: `days` from the date in the field, negative before it; `again` days until a daily one acts on the same record anew.
    """

    kind: str
    when: When
    field: str = ""
    before: str = ""
    after: str = ""
    days: int = 0
    again: int = 7

    def to_json(self) -> dict[str, Any]:
        """The trigger as plain data."""
        return asdict(self) | {"when": self.when.value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The trigger that `to_json` wrote."""
        return cls(**{**data, "when": When(data["when"])})


@dataclass(frozen=True)
class Step:
    """One thing to do. What it needs depends on what it is.

    Shape: `to` is "owner", "contact", "turn" or the id of a person; `people` take turns; `line` is the subject.
    """

    do: Do
    to: str = OWNER
    people: tuple[int, ...] = ()
    days: int = 0
    line: str = ""
    body: str = ""
    field: str = ""
    value: str = ""
    endpoint: int = 0

    def to_json(self) -> dict[str, Any]:
        """The step as plain data."""
        return asdict(self) | {"do": self.do.value, "people": list(self.people)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The step that `to_json` wrote."""
        return cls(**{**data, "do": Do(data["do"]), "people": tuple(data.get("people", ()))})


@dataclass(frozen=True)
class Definition:
    """A whole automation as somebody wrote it. `conditions` is the query of a list with these filters."""

    name: str
    trigger: Trigger
    conditions: str = ""
    steps: tuple[Step, ...] = field(default_factory=tuple)


def offered(kind: str) -> tuple[When, ...]:
    """What can set off an automation about this kind of record."""
    return (*OF_KIND.get(kind, ()), *OF_EVERY)


def check_trigger(trigger: Trigger) -> None:
    """Nothing, when the trigger is whole.

    Raises: RuleError that names the input.
    """
    if trigger.when not in offered(trigger.kind):
        raise RuleError("when", "Choose what sets it off.", "when")
    if trigger.when in {When.CHANGED, When.DATE} and not trigger.field:
        raise RuleError("field_missing", "Choose the field that it watches.", "field")
    if trigger.when in {When.CHANGED, When.MOVED} and trigger.before and trigger.before == trigger.after:
        raise RuleError("no_change", "From and to are the same, so this never happens.", "after")
    if abs(trigger.days) > MOST_DAYS:
        raise RuleError("days", f"At most {MOST_DAYS} days before or after.", "days")
    if not 1 <= trigger.again <= MOST_DAYS:
        raise RuleError("again", f"Between 1 and {MOST_DAYS} days.", "again")


def check_steps(steps: Sequence[Step]) -> None:
    """Nothing, when there is something to do and each step is whole.

    Raises: RuleError that names the input of the step.
    """
    if not steps:
        raise RuleError("no_steps", "Say what it does: add a task, an e-mail or another step.", "steps")
    if len(steps) > MOST_STEPS:
        message = f"At most {MOST_STEPS} steps. What needs more is a process of its own."
        raise RuleError("too_many", message, "steps")
    for place, step in enumerate(steps):
        _check_step(step, f"step-{place}")


def _check_step(step: Step, at: str) -> None:
    if step.to == TURN and len(step.people) < 2:
        raise RuleError("people", "Choose at least two people who take turns.", f"{at}-people")
    if step.do is Do.TASK and not step.line:
        raise RuleError("missing", "Say in a few words what is to be done.", f"{at}-line")
    if step.do is Do.TASK and not 0 <= step.days <= MOST_DAYS:
        raise RuleError("days", f"Between 0 and {MOST_DAYS} days.", f"{at}-days")
    if step.do is Do.EMAIL and not (step.line and step.body):
        part = "body" if step.line else "line"
        raise RuleError("missing", "An e-mail needs a subject and a text.", f"{at}-{part}")
    if step.do is Do.FIELD and not step.field:
        raise RuleError("missing", "Choose the field to set.", f"{at}-field")
    if step.do is Do.WEBHOOK and not step.endpoint:
        raise RuleError("missing", "Choose a webhook. Set one up first if there is none.", f"{at}-endpoint")
    if step.do is Do.ASSIGN and step.to in {OWNER, CONTACT}:
        raise RuleError("to", "Choose who gets it.", f"{at}-to")


def tidy(definition: Definition) -> Definition:
    """The definition with its texts cleaned, and nothing in the steps that they do not use."""
    steps = tuple(
        Step(
            step.do,
            step.to,
            step.people if step.to == TURN else (),
            step.days,
            text.clean(step.line, LONGEST_LINE),
            text.clean(step.body, LONGEST_BODY, multiline=True),
            step.field,
            text.clean(step.value, LONGEST_LINE),
            step.endpoint,
        )
        for step in definition.steps
    )
    return Definition(text.clean(definition.name, 80), definition.trigger, definition.conditions, steps)


def matches(trigger: Trigger, was: Mapping[str, Any], now: Mapping[str, Any], column: str) -> bool:
    """Whether a change of these columns, from these values to those, is the one that the trigger waits for."""
    if column not in now or was.get(column) == now[column]:
        return False
    return _is(trigger.before, was.get(column)) and _is(trigger.after, now[column])


def _is(wanted: str, value: Any) -> bool:
    if not wanted:
        return True
    if isinstance(value, bool):
        return wanted == ("yes" if value else "no")
    if isinstance(value, list):
        return wanted in {str(one) for one in value}
    return wanted == ("" if value is None else str(value))

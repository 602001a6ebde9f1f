"""Automations as sentences, for whoever reads them."""

from collections.abc import Sequence
from dataclasses import dataclass

from keen.core import queries as core
from keen.core.domain.actor import Actor
from keen.integrations.queries import endpoints
from keen.lib.errors import RuleError
from keen.processes.domain.rules import BY_CLOCK, CONTACT, OWNER, TURN, Definition, Do, Step, Trigger, When
from keen.processes.queries import conditions
from keen.records import declare
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain.filters import Condition
from keen.records.queries.filterwords import value_words

NOUNS = {"opportunity": "deal"}
OFFERS = {
    When.CREATED: "is added",
    When.CHANGED: "changes in a field",
    When.MOVED: "moves to a stage",
    When.WON: "is won",
    When.LOST: "is lost",
    When.COMPLETED: "is completed",
    When.OVERDUE: "is overdue",
    When.DATE: "comes near a date, or passes it",
    When.DAILY: "meets the conditions, looked at every day",
}
DOES = {
    Do.TASK: "Make a task",
    Do.ASSIGN: "Give it to somebody",
    Do.EMAIL: "Send an e-mail",
    Do.FIELD: "Set a field",
    Do.WEBHOOK: "Tell another system",
}
ICONS = {
    Do.TASK: "checklist",
    Do.ASSIGN: "user",
    Do.EMAIL: "mail",
    Do.FIELD: "pencil",
    Do.WEBHOOK: "plug",
}


@dataclass(frozen=True)
class Sentence:
    """When, if, then: each part without the word before it and without an end."""

    when: str
    ifs: Sequence[str]
    thens: Sequence[str]

    @property
    def whole(self) -> str:
        """All of it in one sentence."""
        ifs = f", and {' and '.join(self.ifs)}" if self.ifs else ""
        return f"When {self.when}{ifs}, {_joined(self.thens) or 'nothing happens yet'}."


def noun(record_type: RecordType) -> str:
    """What one record of the kind is called within a sentence."""
    return NOUNS.get(record_type.kind, record_type.label.lower())


def a(word: str) -> str:
    """The word with its article."""
    return f"an {word}" if word[:1] in "aeio" else f"a {word}"


def sentence(definition: Definition, actor: Actor) -> Sentence:
    """The automation in words, as the actor may read it.

    Cost: 1 query for each link in a condition, 2 for people and webhooks in the steps.
    """
    record_type = declare.get(definition.trigger.kind)
    people, hooks = _names(definition.steps)
    return Sentence(
        when_words(record_type, definition.trigger, actor),
        if_words(record_type, definition.conditions, actor),
        [_then(record_type, step, actor, people, hooks) for step in definition.steps],
    )


def if_words(record_type: RecordType, query: str, actor: Actor) -> list[str]:
    """The conditions in words; one that cannot be asked any more says so."""
    try:
        found = conditions.parse(record_type, actor, query)
    except RuleError:
        return ["a condition that cannot be asked any more"]
    return [conditions.words(record_type, actor, one) for one in found]


def when_words(record_type: RecordType, trigger: Trigger, actor: Actor) -> str:
    """The trigger in words: "a deal moves from Offer to Proposal"."""
    thing = a(noun(record_type))
    field = record_type.by_name.get(watched(trigger))
    if trigger.when is When.DATE:
        return _near(trigger.days, field.label.lower() if field else "a date", thing)
    if trigger.when is When.DAILY:
        return (
            f"{thing} meets the conditions (looked at every day, acted on every {trigger.again} days at most)"
        )
    if trigger.when not in {When.CHANGED, When.MOVED}:
        return f"{thing} {OFFERS[trigger.when]}"
    start = f" from {_value(field, trigger.before, actor)}" if trigger.before else ""
    end = f" to {_value(field, trigger.after, actor)}" if trigger.after else ""
    if trigger.when is When.MOVED:
        return f"{thing} moves{start}{end or ' to another stage'}"
    label = field.label.lower() if field else "a field that is gone"
    return f"the {label} of {thing} changes{start}{end}"


def watched(trigger: Trigger) -> str:
    """The name of the field that the trigger watches, "" for none."""
    return "stage" if trigger.when is When.MOVED else trigger.field


def _near(days: int, label: str, thing: str) -> str:
    if days == 0:
        return f"the {label} of {thing} is today"
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"it is {count} {'before' if days < 0 else 'after'} the {label} of {thing}"


def _value(field: Field | None, value: str, actor: Actor) -> str:
    if field is None:
        return value
    if field.kind is Kind.BOOLEAN:
        return value
    return value_words(field, Condition(field.name, "is", value), actor) or value


def _names(steps: Sequence[Step]) -> tuple[dict[int, str], dict[int, str]]:
    ids = {int(step.to) for step in steps if step.to.isdigit()} | {pk for step in steps for pk in step.people}
    wanted = {step.endpoint for step in steps if step.endpoint}
    hooks = dict(endpoints.living().filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
    return core.person_names(ids), hooks


def _then(
    record_type: RecordType, step: Step, actor: Actor, people: dict[int, str], hooks: dict[int, str]
) -> str:
    if step.do is Do.TASK:
        return f"make a task for {_who(step, people)} {in_days(step.days)}: “{step.line}”"
    if step.do is Do.ASSIGN:
        return f"give it to {_who(step, people)}"
    if step.do is Do.EMAIL:
        return f"send an e-mail to {_who(step, people)}: “{step.line}”"
    if step.do is Do.WEBHOOK:
        return f"tell {hooks.get(step.endpoint, 'a webhook that is gone')}"
    field = record_type.by_name.get(step.field)
    if field is None:
        return "set a field that is gone"
    value = _value(field, step.value, actor)
    return f"set {field.label.lower()} to {value}" if step.value else f"empty {field.label.lower()}"


def _who(step: Step, people: dict[int, str]) -> str:
    if step.to == OWNER:
        return "the owner"
    if step.to == CONTACT:
        return "the contact"
    if step.to == TURN:
        return f"the next in turn of {_joined([people.get(pk, 'somebody who left') for pk in step.people])}"
    return people.get(int(step.to or 0), "somebody who left")


def in_days(days: int) -> str:
    """When, from the day on which it acts."""
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def acts_by_clock(trigger: Trigger) -> bool:
    """Whether it waits for a time instead of a change."""
    return trigger.when in BY_CLOCK

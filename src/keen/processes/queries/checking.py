"""Whether an automation can be as somebody wrote it: everything it names is there, and theirs to use."""

from keen.core.domain.actor import Actor
from keen.core.models import User
from keen.integrations.models import State
from keen.integrations.queries import endpoints
from keen.lib.errors import RuleError
from keen.processes.domain import rules, texts
from keen.processes.domain.rules import CONTACT, OWNER, TURN, Definition, Do, Step, Trigger, When
from keen.processes.models import living
from keen.processes.queries import conditions, filling
from keen.records import declare
from keen.records.actions.values import InvalidError, read_values
from keen.records.declare import Kind, RecordType

DATES = frozenset({Kind.DATE, Kind.DATETIME})
PEOPLED = frozenset({"contact", "lead", "opportunity", "activity"})


def check(actor: Actor, definition: Definition, own_id: int | None = None) -> None:
    """Nothing, when the automation can be.

    Raises: RuleError that names the input to mend.
    Cost: 1 query for the name, and 1 for each condition, person and webhook.
    """
    if not definition.name:
        raise RuleError("missing", "Give it a name, so that colleagues know what acted.", "name")
    if living().filter(name__iexact=definition.name).exclude(pk=own_id or 0).exists():
        raise RuleError("taken", f"There is an automation called {definition.name} already.", "name")
    record_type = kind_of(actor, definition.trigger.kind)
    rules.check_trigger(definition.trigger)
    _check_watched(record_type, actor, definition.trigger)
    conditions.check(record_type, actor, definition.conditions)
    if definition.trigger.when is When.DAILY and not definition.conditions:
        message = "Add a condition: without one it would act on every record there is."
        raise RuleError("no_condition", message, "ifs")
    rules.check_steps(definition.steps)
    for place, step in enumerate(definition.steps):
        _check_step(record_type, actor, step, f"step-{place}")


def kind_of(actor: Actor, kind: str) -> RecordType:
    """The kind of record that an automation can be about.

    Raises: RuleError for one that is not there for the actor.
    """
    record_type = declare.find(kind)
    if record_type is None or not actor.rights.scope(kind, "view").reach:
        raise RuleError("kind", "Choose what it is about.", "kind")
    return record_type


def _check_watched(record_type: RecordType, actor: Actor, trigger: Trigger) -> None:
    if trigger.when not in {When.CHANGED, When.DATE}:
        return
    field = {one.name: one for one in record_type.readable(actor)}.get(trigger.field)
    if field is None or (trigger.when is When.DATE and field.kind not in DATES):
        raise RuleError("field_missing", "Choose the field that it watches.", "field")


def _check_step(record_type: RecordType, actor: Actor, step: Step, at: str) -> None:
    ids = set(step.people) | ({int(step.to)} if step.to.isdigit() else set())
    if step.to not in {OWNER, CONTACT, TURN} and not step.to.isdigit():
        raise RuleError("to", "Choose somebody from the list.", f"{at}-to")
    if ids and User.objects.filter(pk__in=ids, is_active=True).count() < len(ids):
        part = "people" if step.to == TURN else "to"
        raise RuleError("person_gone", "Choose people who can sign in.", f"{at}-{part}")
    if step.to == CONTACT and (step.do is not Do.EMAIL or record_type.kind not in PEOPLED):
        raise RuleError("to", "There is no contact to write to here. Choose somebody else.", f"{at}-to")
    for part, said in (("line", step.line), ("body", step.body)):
        texts.check(said, filling.offered(record_type, actor), f"{at}-{part}")
    if step.do in {Do.FIELD, Do.ASSIGN}:
        _check_write(record_type, actor, step, at)
    if step.do is Do.WEBHOOK and not _hook(step.endpoint):
        raise RuleError("missing", "Choose a webhook that is on.", f"{at}-endpoint")


def _hook(endpoint_id: int) -> bool:
    return endpoints.living().exclude(state=State.OFF).filter(pk=endpoint_id).exists()


def _check_write(record_type: RecordType, actor: Actor, step: Step, at: str) -> None:
    """What is set must be a field that the actor may change, and a value that it takes."""
    name = step.field if step.do is Do.FIELD else "owner"
    if not actor.rights.scope(record_type.kind, "edit").reach:
        message = f"You may not change {record_type.plural.lower()}, so it may not either."
        raise RuleError("forbidden", message, f"{at}-field")
    if name not in {one.name for one in record_type.writable(actor)}:
        raise RuleError("field_gone", "Choose a field that you may change.", f"{at}-field")
    if step.do is Do.FIELD:
        try:
            read_values(record_type, actor, {name: step.value}, creating=False)
        except InvalidError as error:
            raise RuleError("value", " ".join(error.errors.values()), f"{at}-value") from None

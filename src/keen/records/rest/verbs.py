"""What programs may do with records besides writing them: calls logged, tasks completed. Declared as data, wired in keen.site."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from keen.core.actions.operations import AlreadyDoneError
from keen.core.domain.actor import Actor
from keen.core.domain.problems import Fault, pointer
from keen.core.domain.receipts import Receipt
from keen.core.models import Change
from keen.core.wiring import wired
from keen.lib.errors import ForbiddenError, RuleError
from keen.records import declare
from keen.records.actions import asked
from keen.records.actions.values import InvalidError
from keen.records.declare import Field, RecordType
from keen.records.domain import fieldvalues
from keen.records.domain.fieldvalues import Reading
from keen.records.rest import body
from keen.records.rest.answers import NOT_FOUND, RefusedError, invalid, receipt_json, respond
from keen.records.rest.door import ApiRequest
from keen.records.rest.links import resolve
from keen.records.rest.reading import check, typed
from keen.records.rest.single import written


@dataclass(frozen=True)
class Verb:
    """Something to do with one record, or one that makes a record. `act` is given the actor, the id (0 without one) and the values.

    Shape: a value that was not sent is not among the values. With `own`, fields of one's own of the kind are taken as well.
    """

    kind: str
    name: str
    on: Literal["record", "kind"]
    needs: str
    summary: str
    act: Callable[[Actor, int, Mapping[str, Any]], Receipt]
    fields: tuple[Field, ...] = ()
    own: bool = False

    def inputs(self, actor: Actor) -> tuple[Field, ...]:
        """What it can be told: its fields, and those of one's own of its kind where it takes them."""
        if not self.own:
            return self.fields
        return (*self.fields, *(one for one in declare.get(self.kind).writable(actor) if one.own is not None))


def verbs_of(kind: str) -> list[Verb]:
    """The verbs of a record kind."""
    return [verb for verb in wired().verbs if isinstance(verb, Verb) and verb.kind == kind]


def on_record(request: ApiRequest, record_type: RecordType, record_id: int, verb: str) -> HttpResponse:
    """The verb done with the record."""
    return _do(request, record_type, _find(record_type, verb, "record"), record_id)


def on_kind(request: ApiRequest, record_type: RecordType, verb: str) -> HttpResponse:
    """The verb that makes a record."""
    return _do(request, record_type, _find(record_type, verb, "kind"), 0)


def _find(record_type: RecordType, name: str, on: str) -> Verb:
    found = next((verb for verb in verbs_of(record_type.kind) if (verb.name, verb.on) == (name, on)), None)
    if found is None:
        raise RefusedError(NOT_FOUND)
    return found


def _do(request: ApiRequest, record_type: RecordType, verb: Verb, record_id: int) -> HttpResponse:
    if not request.actor.rights.scope(record_type.kind, verb.needs).reach:
        words = f"This token may not do that with {record_type.plural.lower()}, or its owner may not."
        raise ForbiddenError("forbidden", words)
    values = _values(verb, request.actor, body.members(request, optional=True))
    try:
        receipt = verb.act(request.actor, record_id, values)
    except AlreadyDoneError as error:
        receipt = error.receipt()
    made = record_id or _made(record_type, receipt)
    if not made:
        return respond({"data": None, "receipt": receipt_json(receipt)})
    return written(request, record_type, made, receipt, 200 if record_id else 201)


def _made(record_type: RecordType, receipt: Receipt) -> int:
    """The record that came of it: one that was planned before and is done now, else the first new one."""
    if not receipt.operation:
        return 0
    done = Change.objects.filter(operation_id=receipt.operation, kind=record_type.kind)
    pairs = list(done.order_by("pk").values_list("verb", "record_id"))
    return next((pk for verb, pk in pairs if verb == "completed"), pairs[0][1] if pairs else 0)


def _values(verb: Verb, actor: Actor, given: dict[str, Any]) -> dict[str, Any]:
    """The values of the inputs, each checked.

    Raises: RefusedError for members that are unknown or of another type; InvalidError.
    """
    _check(verb, actor, given)
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field in verb.inputs(actor):
        try:
            if given.get(field.name) is not None:
                raw = typed(field, given[field.name])
                values[field.name] = fieldvalues.read(field.kind, raw, replace(_reading(field), exact=True))
            elif field.required and field.own is None:
                errors[field.name] = f"{field.label} is missing."
        except RuleError as error:
            errors[field.name] = error.message
    if errors:
        raise InvalidError(errors)
    return values


def _check(verb: Verb, actor: Actor, given: dict[str, Any]) -> None:
    known = {field.name: field for field in verb.inputs(actor)}
    faults = resolve(known, actor, [given]).get(0, [])
    for name, value in given.items():
        if name not in known:
            faults.append(Fault(f"There is no “{name[:40]}” here.", "unknown_member", pointer(name)))
        elif fault := check(known[name], value, (name,)):
            faults.append(fault)
    if faults:
        raise RefusedError(invalid(faults))


def _reading(field: Field) -> Reading:
    if field.own is not None:
        return asked.reading(field, field.own)
    zone = timezone.get_current_timezone()
    return Reading(field.name, field.label, field.most, field.choices, settings.KEEN.region, zone, whole=True)

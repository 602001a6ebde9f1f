"""The values of inputs, read and checked before anything is written."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils import timezone

from keen.core.domain.actor import Actor
from keen.lib.errors import ForbiddenError, Refusal, RuleError
from keen.records.actions import asked
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain import fieldvalues
from keen.records.domain.fieldvalues import Reading, phones_held
from keen.records.models import Record

Known = Mapping[str, tuple[Field, Reading]]


class InvalidError(RuleError):
    """Several fields are to be mended; nothing was written."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("invalid", "Not saved. Mend what is marked below; nothing you typed is lost.")
        self.errors = dict(errors)


def inputs_of(record_type: RecordType, actor: Actor) -> dict[str, tuple[Field, Reading]]:
    """The fields that the actor may change, each with what is needed to read it: made once where many records are read."""
    return {field.name: (field, reading(record_type, field)) for field in record_type.writable(actor)}


def read_values(
    record_type: RecordType,
    actor: Actor,
    given: Mapping[str, Any],
    *,
    creating: bool,
    known: Known | None = None,
) -> dict[str, Any]:
    """The values of the inputs, each checked, ready for the columns. `known` are those of `inputs_of`.

    Raises: InvalidError; ForbiddenError for a field that the actor may not change.
    """
    inputs = known if known is not None else _inputs(record_type, actor, given)
    forbidden = sorted(set(given) - set(inputs))
    if forbidden:
        named = ", ".join(name[:40] for name in forbidden[:5])
        raise ForbiddenError("field_forbidden", f"You cannot change: {named}.", forbidden[0])
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, raw in given.items():
        declared, wanted = inputs[name]
        if actor.via == "api" and declared.kind in {Kind.NUMBER, Kind.MONEY}:
            wanted = replace(wanted, exact=True)
        try:
            value = fieldvalues.read(declared.kind, raw, wanted)
            values[name] = declared.check(value) if declared.check else value
        except RuleError as error:
            errors[name] = error.message
    for declared in record_type.declared:
        asked_for = declared.required and (creating or declared.name in values)
        if asked_for and fieldvalues.is_empty(values.get(declared.name)):
            noun = record_type.label.lower()
            words = f"{declared.label} is missing. Without it nobody finds this {noun}."
            errors.setdefault(declared.name, Refusal(words, "missing"))
    if errors:
        raise InvalidError(errors)
    return values


def as_held(record_type: RecordType, record: Record, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, with the phone numbers that nobody wrote anew as the record holds them."""
    numbers = (field for field in record_type.fields if field.kind is Kind.PHONES and values.get(field.name))
    kept = {one.name: phones_held(values[one.name], getattr(record, one.column)) for one in numbers}
    return {**values, **kept}


def _inputs(
    record_type: RecordType, actor: Actor, given: Mapping[str, Any]
) -> dict[str, tuple[Field, Reading]]:
    writable = [field for field in record_type.writable(actor) if field.name in given]
    return {field.name: (field, reading(record_type, field)) for field in writable}


def reading(record_type: RecordType, declared: Field) -> Reading:
    """What is needed to read the field's input: what was declared, within what its column can hold."""
    if declared.own is not None:
        return asked.reading(declared, declared.own)
    column = record_type.model._meta.get_field(declared.name)  # noqa: SLF001
    least, largest, whole = -fieldvalues.LARGEST, fieldvalues.LARGEST, isinstance(column, models.IntegerField)
    if whole:
        # The narrower limits of PostgreSQL hold on both databases.
        low, high = BaseDatabaseOperations.integer_field_ranges[column.get_internal_type()]
        least, largest = max(Decimal(low), least), min(Decimal(high), largest)
    return Reading(
        declared.name,
        declared.label,
        declared.most or getattr(column, "max_length", None) or 0,
        declared.choices,
        settings.KEEN.region,
        timezone.get_current_timezone(),
        least,
        largest,
        whole,
    )

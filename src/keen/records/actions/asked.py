"""What fields ask for, and when: defaults, moments, choices that are no longer offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone

from keen.core.domain.actor import Actor
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain import own
from keen.records.domain.fieldvalues import LARGEST, NewRecord, Reading, is_empty, plain
from keen.records.domain.moments import Moment, of_definition
from keen.records.domain.own import Asked, Definition
from keen.records.models import Record
from keen.records.models import own as own_fields

MOST_DECIMALS = 6


def reading(declared: Field, made: Definition) -> Reading:
    """What is needed to read an input of the field: the limits that an administrator set."""
    return Reading(
        declared.name,
        declared.label,
        made.most,
        declared.choices,
        settings.KEEN.region,
        timezone.get_current_timezone(),
        -LARGEST if made.least is None else max(made.least, -LARGEST),
        LARGEST if made.largest is None else min(made.largest, LARGEST),
        made.decimals == 0,
        min(made.decimals, MOST_DECIMALS),
        made.currency,
    )


def with_defaults(record_type: RecordType, actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a new record with those that it has where nothing else was said."""
    if len(record_type.fields) == len(record_type.declared):
        return dict(values)  # no fields of one's own: this is asked for each of many records
    usual = {
        field.name: own.kept(field.own.holds, field.own.default)
        for field in record_type.writable(actor)
        if field.own is not None and field.own.default is not None and field.name not in values
    }
    return {**usual, **values}


def missing(
    record_type: RecordType, actor: Actor, values: Mapping[str, Any], record: Record | None = None
) -> dict[str, str]:
    """What is to be mended before these values can be written, by the field. Nobody is asked for what they cannot write.

    Nor at the value of a field that they cannot read: the refusal would tell it.
    """
    errors: dict[str, str] = dict(record.refuses(values)) if record is not None else {}
    for field in record_type.writable(actor):
        retired = _retired(field, values, record)
        if retired:
            errors[field.name] = f"“{retired}” is no longer offered. Choose another one."
    for ask in asked_for(record_type, actor, values, record):
        if ask.required:
            errors.setdefault(
                ask.field.name,
                f"{ask.field.label} is missing. Without it this cannot be decided: {ask.decision}",
            )
    return errors


@dataclass(frozen=True)
class Ask:
    """A field that is blank at a moment at which it is asked for."""

    field: Field
    required: bool
    decision: str


def asked_for(
    record_type: RecordType, actor: Actor, values: Mapping[str, Any], record: Record | None = None
) -> list[Ask]:
    """The fields that are asked for once the record has these values, and blank then; demands as well as offers."""
    moments = _moments(record_type)
    if not moments:
        return []
    readable = {field.name for field in record_type.readable(actor)}
    found: dict[str, Ask] = {}
    for field in record_type.writable(actor):
        for moment in moments.get(field.name, ()):
            told = moment.asked is Asked.EQUALS and moment.when_field not in readable
            due = not told and _is_due(record_type, moment, values, record)
            if not due or not _is_blank(field, values, record):
                continue
            before = found.get(field.name)
            if before is None or (moment.required and not before.required):
                found[field.name] = Ask(field, moment.required, moment.decision)
    return sorted(found.values(), key=lambda ask: not ask.required)


def _moments(record_type: RecordType) -> dict[str, list[Moment]]:
    """When each field is asked for: what a field of one's own says, and what others say of any field."""
    found: dict[str, list[Moment]] = {}
    for field in record_type.fields[len(record_type.declared) :]:
        moment = of_definition(field.own) if field.own else None
        if moment:
            found.setdefault(field.name, []).append(moment)
    for moment in (*record_type.moments, *own_fields.moments(record_type.kind)):
        found.setdefault(moment.name, []).append(moment)
    return found


def _retired(field: Field, values: Mapping[str, Any], record: Record | None) -> str:
    """The choice that is made anew although it is no longer offered; "" when there is none."""
    if field.kind not in {Kind.CHOICE, Kind.CHOICES} or field.name not in values:
        return ""
    wanted, held = values[field.name], getattr(record, field.column) if record else None
    chosen = set(wanted if isinstance(wanted, list) else [wanted])
    before = set(held if isinstance(held, list) else [held])
    labels = dict(field.choices)
    return next((labels[key] for key in sorted(chosen - before - {""}) if not field.offers(key)), "")


def _is_due(
    record_type: RecordType, moment: Moment, values: Mapping[str, Any], record: Record | None
) -> bool:
    if moment.asked is Asked.EQUALS:
        touched = record is None or bool({moment.when_field, moment.name} & set(values))
        return touched and _stands_at(record_type, moment, values, record)
    if moment.asked is Asked.ALWAYS:
        return record is None or moment.name in values
    return moment.asked is Asked.MADE and record is None


def _stands_at(
    record_type: RecordType, moment: Moment, values: Mapping[str, Any], record: Record | None
) -> bool:
    """Whether the record is at the moment that the field belongs to: another field has a certain value."""
    other = record_type.by_name.get(moment.when_field)
    if other is None:
        return False
    now = values[other.name] if other.name in values else getattr(record, other.column, None)
    return moment.when_value in ([str(one) for one in now] if isinstance(now, list) else [_said(now)])


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, NewRecord) or value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(plain(value))


def _is_blank(field: Field, values: Mapping[str, Any], record: Record | None) -> bool:
    now = values[field.name] if field.name in values else getattr(record, field.column, None)
    return now is False or is_empty(now)

"""Formulas of records, worked out whenever a record is written."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from keen.lib.errors import RuleError
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain import formulas
from keen.records.domain.formulas import Usable
from keen.records.domain.own import Definition, Type
from keen.records.models import Record

READABLE: Mapping[Kind, str] = {
    Kind.TEXT: formulas.TEXT,
    Kind.URL: formulas.TEXT,
    Kind.CHOICE: formulas.TEXT,
    Kind.REFERENCE: formulas.TEXT,
    Kind.NUMBER: formulas.NUMBER,
    Kind.MONEY: formulas.NUMBER,
    Kind.DATE: formulas.DATE,
    Kind.DATETIME: formulas.DATE,
    Kind.BOOLEAN: formulas.TRUTH,
}


_known: dict[tuple[str, str], tuple[tuple[Field, ...], tuple[Usable, ...]]] = {}


def usable(record_type: RecordType, *, without: str = "") -> tuple[Usable, ...]:
    """The fields of the kind that a formula can read, but for the one that it is itself."""
    fields, key = record_type.fields, (record_type.kind, without)
    if key not in _known or _known[key][0] is not fields:
        _known[key] = (fields, tuple(_as_usable(one) for one in fields if _is_usable(one, without)))
    return _known[key][1]


def _is_usable(field: Field, without: str) -> bool:
    leads = field.kind is Kind.REFERENCE and not field.shadow
    return field.kind in READABLE and field.name != without and not leads


def _as_usable(field: Field) -> Usable:
    return Usable(field.name, field.label, READABLE[field.kind])


def compute(record_type: RecordType, record: Record) -> None:
    """Fill the formulas of the record from its other fields, each after those that it reads."""
    for made in ordered(record_type):
        setattr(record, made.name, _worked_out(record_type, made, record))


def ordered(record_type: RecordType) -> list[Definition]:
    """The formulas of the kind, each after those that it reads."""
    found = [field.own for field in record_type.fields if field.own and field.own.type is Type.FORMULA]
    return sorted(found, key=lambda made: len(made.uses)) if len(found) > 1 else found


def _worked_out(record_type: RecordType, made: Definition, record: Record) -> Any:
    try:
        node = formulas.compiled(made.formula, usable(record_type, without=made.name))
    except RuleError:
        return None  # a field that it read is archived; the settings page says so
    known = record_type.by_name
    return formulas.value(node, lambda name: _read(known[name], record))


def _read(field: Field, record: Record) -> Any:
    """The value of the field as formulas reckon with it."""
    found = getattr(record, field.shadow or field.column)
    if field.kind is Kind.CHOICE:
        return dict(field.choices).get(found, found)
    if field.kind is Kind.MONEY:
        return Decimal(found["amount"]) if found else None
    if field.kind is Kind.NUMBER and found is not None:
        return Decimal(found)
    return found.date() if isinstance(found, datetime) else found

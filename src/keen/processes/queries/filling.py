"""What the places in a text are filled with."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from keen.core import queries as core
from keen.core.domain.actor import Actor
from keen.records.declare import Field, Kind, RecordType
from keen.records.models import Record
from keen.records.queries.trail import Words

NAME, OWNER = "name", "owner"
LEFT_OUT = frozenset({Kind.LINES, Kind.ADDRESSES, Kind.TEAM})


def offered(record_type: RecordType, actor: Actor) -> list[str]:
    """The names of the places that a text about such a record can have."""
    fields = [
        field.name
        for field in record_type.readable(actor)
        if field.kind not in LEFT_OUT and field.name not in {NAME, OWNER}
    ]
    return [NAME, OWNER, *fields]


def values_of(
    record_type: RecordType, actor: Actor, record: Record, wanted: Collection[str]
) -> dict[str, str]:
    """What the places are filled with, as the actor may read it.

    Cost: 1 query for each link that is wanted.
    """
    if not wanted:
        return {}
    seen = record_type.as_read_by(actor, record)
    found = {NAME: seen.called}
    if OWNER in wanted:
        owner_id = getattr(seen, "owner_id", None)
        found[OWNER] = core.person_names({owner_id}).get(owner_id, "") if owner_id else ""
    readable = {field.name: field for field in record_type.readable(actor)}
    for name in wanted:
        if name in readable and name not in found:
            found[name] = _said(readable[name], getattr(seen, readable[name].column), actor)
    return found


def _said(field: Field, value: Any, actor: Actor) -> str:
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%-d %B %Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%-d %B %Y}"
    if field.kind is Kind.MONEY and value:
        return f"{value['amount']} {value['currency']}"
    return Words(actor, [(field, value)]).of(field, value)

"""The audit trail in words, within the reader's rights."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from keen.core.domain.actor import Actor
from keen.core.models import Change
from keen.records.declare import Field, RecordType
from keen.records.models import Record

MOST = 100
VERBS = {
    "created": "added this",
    "updated": "changed",
    "deleted": "moved this to the trash",
    "restored": "took this out of the trash",
    "merged": "merged",
    "relinked": "linked this to the merged record",
    "undone": "took back",
}


@dataclass(frozen=True)
class Difference:
    """A field as it was and as it is."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class TrailEntry:
    """One change to a record."""

    at: datetime
    who: str
    verb: str
    via: str
    differences: Sequence[Difference]
    operation_id: UUID

    @property
    def day(self) -> date:
        """The day on which it happened, where the reader is."""
        return timezone.localtime(self.at).date()

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """The differences as (label, before, after)."""
        return [(difference.label, difference.before, difference.after) for difference in self.differences]


def of_record(record_type: RecordType, actor: Actor, record: Record, *, before: str = "") -> list[TrailEntry]:
    """The changes of the record and of those merged into it, newest first; fields hidden from the reader are left out.

    Cost: 1 query.
    """
    ids = [record.pk, *record.absorbed]
    found = Change.objects.filter(kind=record_type.kind, record_id__in=ids).select_related("actor", "operation")
    if before.isdigit():
        found = found.filter(pk__lt=int(before))
    return [entry(record_type, actor, change) for change in found.order_by("-at", "-pk")[:MOST]]


def entry(record_type: RecordType, actor: Actor, change: Change) -> TrailEntry:
    """One change in words."""
    return TrailEntry(
        at=change.at,
        who=change.actor.name if change.actor else "Keen",
        verb=VERBS.get(change.verb, change.verb),
        via=change.operation.via,
        differences=differences(record_type, actor, change),
        operation_id=change.operation_id,
    )


def differences(record_type: RecordType, actor: Actor, change: Change) -> list[Difference]:
    """What the change did to the fields that the reader may see."""
    by_column = {field.column: field for field in record_type.readable(actor)}
    return [
        Difference(by_column[name].label, words(by_column[name], change.before.get(name)), words(by_column[name], value))
        for name, value in change.after.items()
        if name in by_column
    ]


def words(field: Field, value: Any) -> str:
    """A value of the audit trail in words."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, list):
        return ", ".join(_entry(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return dict(field.choices).get(str(value), str(value))


def _entry(one: Any) -> str:
    if not isinstance(one, dict):
        return str(one)
    if one.get("street") is not None:
        return " ".join(str(part) for part in (one.get("street"), one.get("postal_code"), one.get("city")) if part)
    return str(one.get("address") or one.get("raw") or "")

"""The one road into the tables: columns, audit trail, handles, search and events, together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from keen.core.actions.operations import Entry, Work, note
from keen.core.events import Event, publish_many
from keen.core.wiring import wired
from keen.records import search
from keen.records.declare import Field, RecordType, types
from keen.records.domain.fieldvalues import plain
from keen.records.events import RecordChanged, RecordCreated, RecordDeleted, RecordRestored
from keen.records.models import Handle, Record

LIFE = ("deleted_at", "merged_into_id", "absorbed")
EXTRA = ("external_id", "last_contact_at")


@dataclass
class Alteration:
    """A record with the columns it is to have."""

    record: Record
    columns: Mapping[str, Any]
    verb: str = "updated"
    before: dict[str, Any] = field(default_factory=dict)


def insert(work: Work, record_type: RecordType, records: list[Record]) -> None:
    """Write new records.

    Cost: 4 queries a batch of 500, and 1 when somebody listens.
    """
    for record in records:
        record.created_at = record.updated_at = work.at
        record.created_by_id = record.updated_by_id = work.actor.user_id
        record.version = 1
        record.derive()
    record_type.model.objects.bulk_create(records, batch_size=500)
    names = [field.column for field in record_type.fields if field.editable or field.column in EXTRA]
    for record in records:
        filled = {name: plain(getattr(record, name)) for name in names}
        after = {name: value for name, value in filled.items() if value not in (None, "", [])}
        note(work, Entry(record_type.kind, record.pk, 1, "created", {}, after))
    _reindex(record_type, records, fresh=True)
    publish_many(
        RecordCreated(kind=record_type.kind, record_id=record.pk, actor_id=work.actor.user_id, at=work.at)
        for record in records
    )


def alter(work: Work, record_type: RecordType, alterations: list[Alteration]) -> list[Record]:
    """Write other values into records that were read for update. Only those that really change are written.

    Shape: the changed records; the `before` of each alteration is filled.
    Cost: 1 query a record and 4 a batch, 1 more for each kind that shows the title of a renamed record.
    """
    changed = [made for made in alterations if _apply(work, made)]
    titles = {made.record.pk: made.record.title for made in changed}
    for made in changed:
        record = made.record
        columns = [column.attname for column in record._meta.concrete_fields if not column.primary_key]  # noqa: SLF001
        record_type.model.objects.filter(pk=record.pk).update(**{name: getattr(record, name) for name in columns})
        after = {name: plain(getattr(record, name)) for name in made.before}
        note(work, Entry(record_type.kind, record.pk, record.version, made.verb, made.before, after))
    records = [made.record for made in changed]
    _reindex(record_type, records)
    _rename(record_type, titles)
    publish_many(_event(work, record_type, made) for made in changed)
    return records


def _apply(work: Work, made: Alteration) -> bool:
    record = made.record
    before = {
        name: plain(getattr(record, name))
        for name, value in made.columns.items()
        if plain(getattr(record, name)) != plain(value)
    }
    if not before:
        return False
    made.before = before
    for name in before:
        setattr(record, name, made.columns[name])
    record.updated_at = work.at
    record.updated_by_id = work.actor.user_id
    record.version += 1
    record.derive()
    return True


def _event(work: Work, record_type: RecordType, made: Alteration) -> Event:
    whose = {"kind": record_type.kind, "record_id": made.record.pk, "actor_id": work.actor.user_id, "at": work.at}
    if "deleted_at" in made.before:
        gone = made.record.deleted_at is not None
        return RecordDeleted(**whose) if gone else RecordRestored(**whose)
    return RecordChanged(**whose, fields=tuple(sorted(made.before)))


def _reindex(record_type: RecordType, records: list[Record], *, fresh: bool = False) -> None:
    """Handles, search and what other packages derive follow the rows."""
    if not records:
        return
    if not fresh:
        Handle.objects.filter(record_kind=record_type.kind, record_id__in=[record.pk for record in records]).delete()
    Handle.objects.bulk_create(
        [
            Handle(kind=kind, value=value[:200], record_kind=record_type.kind, record_id=record.pk)
            for record in records
            if record.deleted_at is None
            for kind, value in sorted(record.handles())
        ],
        batch_size=1000,
    )
    search.index(records)
    for kind, follow in wired().followers:
        if kind == record_type.kind:
            follow(records)


def _rename(record_type: RecordType, titles: Mapping[int, str]) -> None:
    """Records that show the title of a linked one show the new one, and are found by it."""
    for other, link in shadows(record_type.kind):
        for pk, title in titles.items():
            shown = other.model.objects.filter(**{link.column: pk}).exclude(**{link.shadow: title[:200]})
            for ids in batched(shown.values_list("pk", flat=True)):
                found = other.model.objects.filter(pk__in=ids)
                found.update(**{link.shadow: title[:200]})
                search.index(found)


def batched(ids: Iterable[int], size: int = 1000) -> list[list[int]]:
    """The ids in lists of at most so many."""
    given = list(ids)
    return [given[start : start + size] for start in range(0, len(given), size)]


def shadows(kind: str) -> Iterable[tuple[RecordType, Field]]:
    """The fields of all kinds that link to the kind and keep its title beside the link."""
    return [
        (record_type, link)
        for record_type in types()
        for link in record_type.fields
        if link.to == kind and link.shadow
    ]

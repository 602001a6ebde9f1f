"""The one road into the tables: columns, audit trail, handles, search and events, together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from keen.core.actions import rows
from keen.core.actions.operations import Entry, Work, note
from keen.core.events import Event, publish_many
from keen.core.wiring import wired
from keen.records import declare, search
from keen.records.actions import computing
from keen.records.declare import Field, RecordType
from keen.records.domain.fieldvalues import is_empty, plain
from keen.records.domain.shadows import beside
from keen.records.events import RecordChanged, RecordCreated, RecordDeleted, RecordRestored, RecordsMerged
from keen.records.models import Handle, Record, RecordQuerySet, own

EXTRA = ("external_id", "last_contact_at")
BATCH = 500


@dataclass
class Alteration:
    """A record with the columns it is to have. `alter` fills `before` with those that really changed, as plain data."""

    record: Record
    columns: Mapping[str, Any]
    verb: str = "updated"
    before: dict[str, Any] = field(default_factory=dict)
    was: dict[str, Any] = field(default_factory=dict, repr=False)
    handles: set[tuple[str, str]] = field(default_factory=set, repr=False)
    title: str = ""


def insert(work: Work, record_type: RecordType, records: list[Record]) -> None:
    """Write new records.

    Cost: 5 queries, 8 for more than a few, 1 for each kind of link whose titles are kept, and 1 when somebody listens.
    """
    for record in records:
        record.created_at = record.updated_at = work.at
        record.created_by_id = record.updated_by_id = work.actor.author_id
        record.version, record.written_as = 1, "created"
        record.derive()
        computing.compute(record_type, record)
    _name_links(record_type, records, only_missing=True)
    rows.insert(records)
    names = [field.column for field in record_type.fields if field.editable or field.column in EXTRA]
    for record in records:
        filled = {name: plain(getattr(record, name)) for name in names}
        after = {name: value for name, value in filled.items() if not is_empty(value)}
        note(work, Entry(record_type.kind, record.pk, 1, "created", {}, after))
    keep_beside(record_type, records)
    publish_many(
        RecordCreated(kind=record_type.kind, record_id=record.pk, actor_id=work.actor.author_id, at=work.at)
        for record in records
    )


def keep_beside(record_type: RecordType, records: list[Record]) -> None:
    """Give new rows their handles, their entries in the search, and what other packages derive.

    Cost: 3 queries a batch, and those of the packages.
    """
    _keep_handles(record_type, records)
    search.index(records, fresh=True)
    _follow(record_type, records)


def alter(work: Work, record_type: RecordType, alterations: Sequence[Alteration]) -> list[Record]:
    """Write other values into records that were read for update. Only those that really change are written.

    Shape: the changed records; the `before` of each alteration is filled.
    Cost: 1 query for each set of columns that changes together, 2 for handles, those of the search; 1 more for each
    kind that shows the title of a renamed record, and 1 for each kind of link that leads elsewhere.
    """
    changed = [made for made in alterations if _set(made)]
    if not changed:
        return []
    records = [made.record for made in changed]
    _name_links(record_type, records, moved={name for made in changed for name in made.before})
    for made in changed:
        record = made.record
        record.updated_at = work.at
        record.updated_by_id = work.actor.author_id
        record.version += 1
        record.written_as = made.verb
        record.derive()
        computing.compute(record_type, record)
        after = {name: plain(getattr(record, name)) for name in made.before}
        note(work, Entry(record_type.kind, record.pk, record.version, made.verb, made.before, after))
    _write(record_type, changed)
    stale = [made.record for made in changed if made.handles != _handles(made.record)]
    _keep_handles(record_type, stale, fresh=False)
    search.index(records)
    _follow(record_type, records)
    _rename(
        record_type,
        {made.record.pk: now for made in changed if made.title != (now := _beside(made.record))},
    )
    publish_many(event for made in changed for event in _events(work, record_type, made))
    return records


def rederive(record_type: RecordType, records: Sequence[Record]) -> None:
    """Make anew what follows from the fields of records that were read for update: formulas, handles, search.

    Cost: 3 queries and those of the search.
    """
    before = {record.pk: record.own for record in records}
    for record in records:
        computing.compute(record_type, record)
    changed = [record for record in records if record.own != before[record.pk]]
    if changed:
        record_type.model.objects.bulk_update(changed, ["own"])
    _keep_handles(record_type, records, fresh=False)
    search.index(records)


def value_of(model: type[Record], name: str, value: Any) -> Any:
    """The value as the column holds it: of an input, or of the audit trail."""
    return _columns(model)[name].to_python(value)


def _columns(model: type[Record]) -> dict[str, Any]:
    """What the row keeps, by the attribute; fields of one's own lie together in one column."""
    return {**_stored(model), **own.columns(model.KIND)}


def _stored(model: type[Record]) -> dict[str, Any]:
    return {column.attname: column for column in model._meta.concrete_fields if not column.primary_key}  # noqa: SLF001


def _set(made: Alteration) -> bool:
    """Give the record its new values; whether there are any. What was there before is remembered."""
    record, columns = made.record, _columns(type(made.record))
    wanted = {name: columns[name].to_python(value) for name, value in made.columns.items()}
    differing = {name: value for name, value in wanted.items() if value != getattr(record, name)}
    if not differing:
        return False
    made.was = {name: getattr(record, name) for name in columns}
    made.before = {name: plain(made.was[name]) for name in differing}
    made.handles, made.title = _handles(record), _beside(record)
    for name, value in differing.items():
        setattr(record, name, value)
    return True


def _write(record_type: RecordType, changed: Sequence[Alteration]) -> None:
    """One statement for all records in which the same columns change, whatever the values."""
    columns = _stored(record_type.model)
    alike: dict[tuple[str, ...], list[Record]] = {}
    for made in changed:
        names = tuple(name for name in columns if getattr(made.record, name) != made.was[name])
        alike.setdefault(names, []).append(made.record)
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        for names, records in alike.items():
            setting = ", ".join(f"{quoted(columns[name].column)} = %s" for name in names)
            sql = f"UPDATE {quoted(record_type.model._meta.db_table)} SET {setting} WHERE id = %s"  # noqa: S608, SLF001  names of our own columns
            cursor.executemany(
                sql,
                [
                    [
                        *(
                            columns[name].get_db_prep_save(getattr(record, name), connection)
                            for name in names
                        ),
                        record.pk,
                    ]
                    for record in records
                ],
            )


def _events(work: Work, record_type: RecordType, made: Alteration) -> list[Event]:
    whose = {
        "kind": record_type.kind,
        "record_id": made.record.pk,
        "actor_id": work.actor.author_id,
        "at": work.at,
    }
    if "deleted_at" in made.before:
        if made.record.deleted_at is None:
            return [RecordRestored(**whose)]
        gone: list[Event] = [RecordDeleted(**whose)]
        if into := made.record.merged_into_id:  # type: ignore[attr-defined]  # a column of every kind
            gone.append(RecordsMerged(**{**whose, "record_id": into}, absorbed_id=made.record.pk))
        return gone
    return [RecordChanged(**whose, fields=tuple(sorted(made.before)))]


def _handles(record: Record) -> set[tuple[str, str]]:
    """What the record is recognised by: nothing while it lies in the trash."""
    if record.deleted_at:
        return set()
    return {(kind, value[:200]) for kind, value in (*record.handles(), *own.handles(record))}


def _keep_handles(record_type: RecordType, records: Sequence[Record], *, fresh: bool = True) -> None:
    """The handles follow the rows."""
    if not fresh and records:
        ids = [record.pk for record in records]
        Handle.objects.filter(record_kind=record_type.kind, record_id__in=ids).delete()
    found = [
        (*handle, record_type.kind, record.pk) for record in records for handle in sorted(_handles(record))
    ]
    rows.write(Handle, ("kind", "value", "record_kind", "record_id"), found)


def _follow(record_type: RecordType, records: list[Record]) -> None:
    """What other packages derive follows the rows."""
    for kind, follow in wired().followers:
        if kind == record_type.kind:
            follow(records)


def _name_links(
    record_type: RecordType,
    records: Sequence[Record],
    *,
    moved: set[str] | None = None,
    only_missing: bool = False,
) -> None:
    """Put the titles of linked records beside the links: for the moved links, or for those without a title."""
    for link in record_type.fields:
        if not link.shadow or (moved is not None and link.column not in moved):
            continue
        here = [record for record in records if not (only_missing and getattr(record, link.shadow))]
        ids = {getattr(record, link.column) for record in here} - {None}
        found = declare.get(link.to).model.objects.filter(pk__in=ids) if ids else ()
        titles = {linked.pk: _beside(linked) for linked in found}
        for record in here:
            setattr(record, link.shadow, titles.get(getattr(record, link.column), ""))


def _rename(record_type: RecordType, titles: Mapping[int, str]) -> None:
    """Records that show the title of a linked one show the new one, and are found by it."""
    for other, link in shadows(record_type.kind) if titles else ():
        for some in batched(titles):
            linked = other.model.objects.filter(**{f"{link.column}__in": some}).order_by()
            for pk in linked.values_list(link.column, flat=True).distinct():
                shown = other.model.objects.filter(**{link.column: pk}).exclude(**{link.shadow: titles[pk]})
                for ids in batched(shown.values_list("pk", flat=True)):
                    found = other.model.objects.filter(pk__in=ids)
                    entitle(found, link, titles[pk])
                    search.index(found)


def _beside(record: Record) -> str:
    """The words beside links to the record; links to what was merged lead on to what took it in."""
    into = record.merged_into_id  # type: ignore[attr-defined]  # a column of every kind
    return beside(record.called, deleted=record.deleted_at is not None and into is None)


def entitle(rows_of: RecordQuerySet, link: Field, title: str) -> None:
    """Write the title beside the link."""
    if link.own is None:
        rows_of.update(**{link.shadow: title})
        return
    found = list(rows_of.select_for_update())
    for row in found:
        setattr(row, link.shadow, title)
    rows_of.model.objects.bulk_update(found, ["own"])


def batched(ids: Iterable[int], size: int = 1000) -> list[list[int]]:
    """The ids in lists of at most so many."""
    given = list(ids)
    return [given[start : start + size] for start in range(0, len(given), size)]


def shadows(kind: str) -> Iterable[tuple[RecordType, Field]]:
    """The fields of all kinds that link to the kind and keep its title beside the link."""
    return [
        (record_type, link)
        for record_type in declare.types()
        for link in record_type.fields
        if link.to == kind and link.shadow
    ]

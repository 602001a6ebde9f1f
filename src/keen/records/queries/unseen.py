"""Fields of one's own that lead to records which somebody may not see: neither the title beside them nor what is made of it."""

from collections.abc import Collection, Iterable, Mapping, MutableMapping, Sequence
from typing import Any, TypeVar

from django.db.models import Q

from keen.core.domain.actor import Actor
from keen.core.domain.rights import Scope
from keen.records import declare
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain.own import Type, empty
from keen.records.models.record import Record, is_held_back

Ids = Mapping[str, Collection[int]]
Kept = TypeVar("Kept", bound=Record)


def links(record_type: RecordType) -> list[Field]:
    """The fields of one's own that lead to records."""
    return [field for field in record_type.fields if field.own and field.own.type is Type.LINK]


def depend(record_type: RecordType, link: Field) -> list[Field]:
    """The formulas that are made of the title beside the link."""
    return [field for field in record_type.fields if field.own and link.name in field.own.uses]


def needed(record_type: RecordType, columns: Iterable[str]) -> list[str]:
    """The columns, with those that tell whether what is in them may be seen."""
    found = set(columns)
    for link in links(record_type):
        if found & {link.shadow, *(one.column for one in depend(record_type, link))}:
            found.add(link.column)
    if found & set(record_type.model.REPEATS):
        found.add(record_type.model.REPEATS[0])
    return sorted(found)


def orders(record_type: RecordType, actor: Actor, field: Field) -> bool:
    """Whether the actor may sort and compare by the field: an order tells titles as well as the words do."""
    if field.own is None:
        return True
    if field.own.type is Type.LINK:
        return _sees_all(actor, field.to)
    return all(_sees_all(actor, link.to) for link in links(record_type) if link.name in field.own.uses)


def is_told(record_type: RecordType, actor: Actor, field: Field) -> bool:
    """Whether the value itself may be told where nobody looks at each record: of a link that is its number."""
    return field.kind is Kind.REFERENCE or orders(record_type, actor, field)


def _sees_all(actor: Actor, kind: str) -> bool:
    other = declare.get(kind).model
    return actor.rights.scope(kind, "view") is Scope.ALL and not hasattr(other, "is_private")


def shut(actor: Actor, ids: Ids) -> dict[str, set[int]]:
    """Those of the ids, by kind, whose records the actor may not see. One in the trash is as it was before.

    Cost: 1 query for each kind that the actor does not see whole.
    """
    found = {}
    for kind, wanted in ids.items():
        if wanted and not _sees_all(actor, kind):
            model = declare.get(kind).model
            seen = model.objects.filter(model.allowed(actor, "view"), pk__in=wanted)
            found[kind] = set(wanted) - set(seen.values_list("pk", flat=True))
    return found


def blank(
    record_type: RecordType, actor: Actor, rows: Sequence[MutableMapping[str, Any]], action: str = "view"
) -> None:
    """Take out of the rows what links lead to that the actor may not see, and what formulas make of it.

    Cost: that of `shut`, and 1 query where what is read leaves the house and repeats people.
    """
    if is_held_back(actor, action):
        _withhold(record_type, rows)
    here = [link for link in links(record_type) if rows and link.column in rows[0]]
    ids: dict[str, set[int]] = {}
    for link in here:
        ids.setdefault(link.to, set()).update(row[link.column] for row in rows if row[link.column])
    closed = shut(actor, ids)
    for link in here:
        hidden = {link.shadow: ""} | {one.column: _nothing(one) for one in depend(record_type, link)}
        for row in rows:
            if row[link.column] in closed.get(link.to, ()):
                row.update({name: value for name, value in hidden.items() if name in row})


def without_hidden_links(record_type: RecordType, actor: Actor, records: Iterable[Kept]) -> list[Kept]:
    """The records without the links that the actor may not read, and the names beside them. They are not to be saved.

    Shape: the very records, changed in what was read of them; for templates and sentences that name links themselves.
    """
    listed = list(records)
    for link in record_type.declared:
        if link.shadow and link.is_hidden(actor, record_type.kind):
            for record in listed:
                gone = {link.column: None, link.shadow: ""}
                vars(record).update({name: gone[name] for name in gone if name in vars(record)})
    return listed


def _withhold(record_type: RecordType, rows: Sequence[MutableMapping[str, Any]]) -> None:
    """Take out of the rows what repeats somebody restricted."""
    names = record_type.model.REPEATS
    if not names or not rows or names[0] not in rows[0]:
        return
    (kind,) = {field.to for field in record_type.declared if field.column == names[0]}
    ids = {row[names[0]] for row in rows if row[names[0]]}
    # Only kinds that can be restricted are repeated, and those have the column.
    held = declare.get(kind).model.objects.filter(Q(("restricted_at__isnull", False)), pk__in=ids)
    closed = set(held.values_list("pk", flat=True)) if ids else set()
    gone = {name: None if name == names[0] else "" for name in names}
    for row in rows:
        if row[names[0]] in closed:
            row.update({name: value for name, value in gone.items() if name in row})


def _nothing(field: Field) -> Any:
    return empty(field.own.holds) if field.own else None


def ids_in(record_type: RecordType, records: Iterable[Any]) -> Ids:
    """The ids, by kind, to which the links of the records lead."""
    found: dict[str, set[int]] = {}
    listed = list(records)
    for link in links(record_type):
        held = {getattr(record, link.column) for record in listed}
        found.setdefault(link.to, set()).update(held - {None})
    return found


def is_shut(record_type: RecordType, field: Field, record: Any, closed: Ids) -> bool:
    """Whether the value of the field is a title that is not to be seen, or made of one."""
    if field.own is None:
        return False
    named = [field] if field.kind is Kind.REFERENCE else links(record_type)
    return any(
        getattr(record, link.column) in closed.get(link.to, ())
        for link in named
        if link is field or link.name in field.own.uses
    )

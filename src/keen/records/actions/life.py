"""Trash, restore, undo, merge, bulk changes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from keen.core.actions import operations
from keen.core.actions.operations import Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Change, Operation
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.records import declare
from keen.records.actions import store
from keen.records.actions.save import address, columns, for_change, read_values, team_of
from keen.records.declare import RecordType
from keen.records.models import Record

MOST_AT_ONCE = 1000


def delete(record_type: RecordType, *, actor: Actor, record_id: int, once: str = "") -> Receipt:
    """The receipt of moving the record to the trash.

    Raises: NotVisibleError; ForbiddenError.
    """
    with transaction.atomic():
        work = operations.start(actor=actor, verb="deleted", once=once)
        record = for_change(record_type, actor, record_id, "delete")
        store.alter(work, record_type, [store.Alteration(record, {"deleted_at": work.at}, "deleted")])
        receipt = Receipt(
            "saved",
            f"{record.title} is in the trash.",
            object=Link(record.title, f"/{record_type.path}/trash/"),
            also=("its history is kept",),
            next=Link(f"Back to {record_type.plural.lower()}", f"/{record_type.path}/"),
        )
        return operations.finish(work, receipt)


def restore(record_type: RecordType, *, actor: Actor, record_id: int) -> Receipt:
    """The receipt of taking the record out of the trash.

    Raises: NotVisibleError when it is not there or not the actor's to delete.
    """
    with transaction.atomic():
        work = operations.start(actor=actor, verb="restored")
        gone = record_type.model.objects.select_for_update().filter(pk=record_id, deleted_at__isnull=False)
        record: Record | None = gone.filter(record_type.model.allowed(actor, "delete")).first()
        if record is None:
            raise NotVisibleError
        store.alter(work, record_type, [store.Alteration(record, {"deleted_at": None}, "restored")])
        link = Link(record.title, address(record_type, record.pk))
        return operations.finish(work, Receipt("saved", f"{record.title} is back.", object=link, next=link))


@dataclass
class Undone:
    """What undo did and what it left."""

    records: int = 0
    kept: list[str] = field(default_factory=list)


def undo(*, actor: Actor, operation_id: UUID) -> Receipt:
    """The receipt of taking an operation of one's own back. Fields that were changed since stay, and are named.

    Raises: NotVisibleError for somebody else's operation; RuleError when it is too late or done already.
    """
    with transaction.atomic():
        operation = Operation.objects.select_for_update().filter(pk=operation_id, actor_id=actor.user_id).first()
        if operation is None:
            raise NotVisibleError
        _check_undo(operation)
        work = operations.start(actor=actor, verb="undone", bulk=operation.verb == "imported")
        outcome = reverse(work, list(operation.changes.order_by("-id")))
        receipt = operations.finish(work, _undone(operation, outcome))
        Operation.objects.filter(pk=operation.pk).update(undone_by=work.id)
        return receipt


def _check_undo(operation: Operation) -> None:
    if operation.undone_by_id:
        raise RuleError("undone", "This was taken back already.")
    if operation.undo_until is None or operation.undo_until < timezone.now():
        raise RuleError("too_late", "This can no longer be taken back. Change the record instead: its history shows what it was.")


def reverse(work: Work, changes: Sequence[Change]) -> Undone:
    """What taking these changes back did. They are given newest first.

    Cost: 2 queries and those of `store.alter` for each record kind.
    """
    outcome = Undone()
    by_kind: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_kind[change.kind].append(change)
    for kind, of_kind in by_kind.items():
        record_type = declare.get(kind)
        ids = {change.record_id for change in of_kind}
        rows = record_type.model.objects.select_for_update().filter(pk__in=ids)
        found = {row.pk: row for row in rows}
        wanted = _earlier(record_type, found, of_kind, outcome, work)
        altered = [store.Alteration(found[pk], values, "undone") for pk, values in wanted.items() if values]
        outcome.records += len(store.alter(work, record_type, altered))
    return outcome


def _earlier(
    record_type: RecordType, found: Mapping[int, Record], changes: Sequence[Change], outcome: Undone, work: Work
) -> dict[int, dict[str, Any]]:
    """The columns as they were before the changes, for those that nobody touched since."""
    wanted: dict[int, dict[str, Any]] = {pk: {} for pk in found}
    for change in changes:
        record = found.get(change.record_id)
        if record is None:
            continue
        if change.verb == "created":
            wanted[record.pk]["deleted_at"] = work.at
            continue
        for name, before in change.before.items():
            now = wanted[record.pk].get(name, getattr(record, name))
            if declare_plain(now) == change.after.get(name):
                wanted[record.pk][name] = _typed(record_type.model, name, before)
            else:
                outcome.kept.append(f"{record.title}: {name.removesuffix('_id').replace('_', ' ')}")
    return wanted


def declare_plain(value: Any) -> Any:
    """The value as the audit trail writes it."""
    return store.plain(value)


def _typed(model: type[Record], name: str, value: Any) -> Any:
    """A value of the audit trail as its column holds it."""
    column = next(found for found in model._meta.concrete_fields if found.attname == name)  # noqa: SLF001
    if value is None:
        return value
    if isinstance(column, models.DateTimeField):
        return datetime.fromisoformat(value)
    if isinstance(column, models.DateField):
        return date.fromisoformat(value)
    return value


def _undone(operation: Operation, outcome: Undone) -> Receipt:
    shown = Receipt.from_json(operation.receipt) if operation.receipt else None
    kept = tuple(f"{name} was changed since and stays" for name in outcome.kept[:3])
    return Receipt(
        "gap" if kept else "saved",
        f"Taken back: {operation.label}",
        object=shown.object if shown else None,
        also=kept or (f"{outcome.records} records are as before",) if outcome.records != 1 else kept,
        nothing_next="Everything is as it was before.",
    )


def merge(record_type: RecordType, *, actor: Actor, keep_id: int, lose_id: int, chosen: Mapping[str, Any]) -> Receipt:
    """The receipt of making two records one. Lists are joined, empty fields filled, links and history follow.

    Shape: `chosen` holds the values of fields in which the two differ and the kept one's is not wanted.
    Raises: NotVisibleError; ForbiddenError; RuleError for a record with itself.
    """
    if keep_id == lose_id:
        raise RuleError("same_record", "These are one record already.")
    if not actor.rights.has("merge"):
        raise ForbiddenError("forbidden", "Your role does not merge records. Ask an administrator.")
    with transaction.atomic():
        work = operations.start(actor=actor, verb="merged", bulk=True)
        keep = for_change(record_type, actor, keep_id)
        lose = for_change(record_type, actor, lose_id)
        values = {**merged_values(record_type, keep, lose), **columns(record_type, _readable(record_type, actor, chosen))}
        values["absorbed"] = sorted({*keep.absorbed, lose.pk, *lose.absorbed})
        gone = {"deleted_at": work.at, "merged_into_id": keep.pk}
        moved = sum(_relink(work, other, link.column, lose.pk, keep.pk) for other, link in _links(record_type.kind))
        store.alter(work, record_type, [store.Alteration(lose, gone, "merged"), store.Alteration(keep, values, "merged")])
        return operations.finish(work, _merged(record_type, keep, lose, moved))


def _merged(record_type: RecordType, keep: Record, lose: Record, moved: int) -> Receipt:
    also = (f"{moved} linked records follow",) if moved else ()
    link = Link(keep.title, address(record_type, keep.pk))
    text = f"Merged. {lose.title} and {keep.title} are now one."
    return Receipt("saved", text, object=link, also=(*also, "both timelines are joined"), next=link)


def _readable(record_type: RecordType, actor: Actor, chosen: Mapping[str, Any]) -> dict[str, Any]:
    return read_values(record_type, actor, chosen, creating=False) if chosen else {}


def merged_values(record_type: RecordType, keep: Record, lose: Record) -> dict[str, Any]:
    """The columns of the kept record when it takes in the other: lists joined, empty ones filled."""
    values: dict[str, Any] = {}
    for declared in record_type.fields:
        if not declared.editable:
            continue
        mine, theirs = getattr(keep, declared.column), getattr(lose, declared.column)
        if isinstance(mine, list):
            values[declared.column] = mine + [entry for entry in theirs if not _holds(mine, entry)]
        elif mine in (None, "") and theirs not in (None, ""):
            values[declared.column] = theirs
            if declared.shadow:
                values[declared.shadow] = getattr(lose, declared.shadow)
    return values


def _holds(entries: list[Any], wanted: Any) -> bool:
    def key(entry: Any) -> Any:
        if not isinstance(entry, dict):
            return str(entry).casefold()
        whole = {name: text for name, text in entry.items() if name != "label"}
        return str(entry.get("address") or entry.get("e164") or sorted(whole.items())).casefold()

    return key(wanted) in {key(entry) for entry in entries}


def _links(kind: str) -> list[tuple[RecordType, declare.Field]]:
    return [(other, link) for other in declare.types() for link in other.fields if link.to == kind]


def _relink(work: Work, other: RecordType, column: str, old: int, new: int) -> int:
    rows = list(other.model.objects.select_for_update().filter(**{column: old}))
    store.alter(work, other, [store.Alteration(row, {column: new}, "relinked") for row in rows])
    return len(rows)


def change_many(record_type: RecordType, *, actor: Actor, ids: Sequence[int], values: Mapping[str, Any]) -> Receipt:
    """The receipt of one change to many records, taken back by one undo. Records that may not be changed are counted.

    Raises: InvalidError; RuleError for more than a thousand.
    """
    _check_size(ids)
    with transaction.atomic():
        work = operations.start(actor=actor, verb="changed many", bulk=True)
        wished = read_values(record_type, actor, values, creating=False)
        rows = _many(record_type, actor, ids, "edit")
        if "owner" in wished:
            rows = [row for row in rows if row.owner_id in {None, actor.user_id} or actor.rights.has("reassign")]
            wished.setdefault("team", team_of(actor, wished["owner"]))
        wanted = columns(record_type, wished)
        changed = store.alter(work, record_type, [store.Alteration(row, wanted) for row in rows])
        labels = ", ".join(record_type.by_name[name].label for name in values)
        return operations.finish(work, _many_told(record_type, f"{labels} changed on", len(changed), len(ids)))


def tag_many(record_type: RecordType, *, actor: Actor, ids: Sequence[int], tag: str) -> Receipt:
    """The receipt of adding a tag to many records.

    Raises: InvalidError; RuleError for more than a thousand.
    """
    _check_size(ids)
    with transaction.atomic():
        work = operations.start(actor=actor, verb="tagged many", bulk=True)
        added = read_values(record_type, actor, {"tags": [tag]}, creating=False)["tags"]
        rows = _many(record_type, actor, ids, "edit")
        wanted = [store.Alteration(row, {"tags": sorted({*row.tags, *added}, key=str.casefold)}) for row in rows]
        changed = store.alter(work, record_type, wanted)
        return operations.finish(work, _many_told(record_type, f"Tag “{added[0]}” added to", len(changed), len(ids)))


def delete_many(record_type: RecordType, *, actor: Actor, ids: Sequence[int]) -> Receipt:
    """The receipt of moving many records to the trash.

    Raises: RuleError for more than a thousand.
    """
    _check_size(ids)
    with transaction.atomic():
        work = operations.start(actor=actor, verb="deleted many", bulk=True)
        rows = _many(record_type, actor, ids, "delete")
        gone = store.alter(work, record_type, [store.Alteration(row, {"deleted_at": work.at}, "deleted") for row in rows])
        return operations.finish(work, _many_told(record_type, "Moved to the trash:", len(gone), len(ids)))


def _check_size(ids: Sequence[int]) -> None:
    if not ids:
        raise RuleError("none_selected", "Nothing is selected. Tick the rows that you mean.")
    if len(ids) > MOST_AT_ONCE:
        raise RuleError("too_many", f"At most {MOST_AT_ONCE:,} records can be changed at once. Narrow the list.")


def _many(record_type: RecordType, actor: Actor, ids: Sequence[int], action: str) -> list[Record]:
    rows = record_type.model.objects.select_for_update().visible_to(actor).filter(pk__in=ids)
    return [row for row in rows if row.allows(actor, action)]


def _many_told(record_type: RecordType, text: str, changed: int, asked: int) -> Receipt:
    left = asked - changed
    also = (f"{left} were the same already or are not yours to change",) if left else ()
    noun = record_type.label.lower() if changed == 1 else record_type.plural.lower()
    link = Link(record_type.plural, f"/{record_type.path}/")
    return Receipt("saved", f"{text} {changed:,} {noun}.", object=link, also=also)

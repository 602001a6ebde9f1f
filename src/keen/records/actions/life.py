"""Trash, restore, undo."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from keen.core.actions import operations
from keen.core.actions.operations import Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Change, Operation
from keen.core.wiring import wired
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.records import declare
from keen.records.actions import store
from keen.records.actions.save import address, for_change
from keen.records.declare import RecordType
from keen.records.models import Record


def delete(record_type: RecordType, *, actor: Actor, record_id: int, once: str = "") -> Receipt:
    """The receipt of moving the record to the trash.

    Raises: NotVisibleError; ForbiddenError; AlreadyDoneError.
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

    Raises: NotVisibleError when it is not there, was merged into another one, or is not the actor's to delete.
    """
    with transaction.atomic():
        work = operations.start(actor=actor, verb="restored")
        rows = record_type.model.objects.select_for_update()
        gone = rows.filter(pk=record_id, deleted_at__isnull=False, merged_into__isnull=True)
        record: Record | None = gone.filter(record_type.model.allowed(actor, "delete")).first()
        if record is None:
            raise NotVisibleError
        store.alter(work, record_type, [store.Alteration(record, {"deleted_at": None}, "restored")])
        link = Link(record.title, address(record_type, record.pk))
        return operations.finish(work, Receipt("saved", f"{record.title} is back.", object=link, next=link))


@dataclass
class Undone:
    """What undo did: how many records are as before, the fields that stay, and the record that went to the trash."""

    records: int = 0
    kept: list[str] = field(default_factory=list)
    trashed: list[Link] = field(default_factory=list)


def undo(*, actor: Actor, operation_id: UUID) -> Receipt:
    """The receipt of taking an operation of one's own back. Fields that were changed since stay, and are named.

    Raises: NotVisibleError for somebody else's operation; RuleError when it is too late, done already, or a merge
    that a later one builds on; ForbiddenError when the actor may no longer change such records.
    """
    with transaction.atomic():
        mine = Operation.objects.select_for_update().filter(pk=operation_id, actor_id=actor.user_id)
        operation = mine.first()
        if operation is None:
            raise NotVisibleError
        lasts = _undo_lasts(operation)
        work = operations.start(
            actor=actor, verb="undone", bulk=lasts > timedelta(hours=settings.KEEN.undo_hours)
        )
        changes = list(operation.changes.order_by("-id"))
        for kind in {change.kind for change in changes}:
            if declare.find(kind) and not actor.rights.scope(kind, "edit").reach:
                raise ForbiddenError
        outcome = reverse(work, changes)
        receipt = operations.finish(work, _undone(operation, outcome))
        Operation.objects.filter(pk=operation.pk).update(undone_by=work.id)
        return receipt


def _undo_lasts(operation: Operation) -> timedelta:
    """How long the operation can be taken back.

    Raises: RuleError when it no longer can.
    """
    if operation.undone_by_id:
        raise RuleError("undone", "This was taken back already.")
    if operation.undo_until is None or operation.undo_until < timezone.now():
        message = (
            "This can no longer be taken back. Change the record instead: its history shows what it was."
        )
        raise RuleError("too_late", message)
    return operation.undo_until - operation.at


def reverse(work: Work, changes: Sequence[Change]) -> Undone:
    """What taking these changes back did. They are given newest first, and belong to one operation.

    Cost: 2 queries and those of `store.alter` for each record kind.
    """
    outcome = Undone()
    by_kind: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_kind[change.kind].append(change)
    undoers = dict(wired().undoers)
    for kind, of_kind in by_kind.items():
        if kind in undoers:
            undoers[kind](work, of_kind)
        else:
            _reverse_kind(work, declare.get(kind), of_kind, outcome)
    return outcome


def _reverse_kind(work: Work, record_type: RecordType, changes: Sequence[Change], outcome: Undone) -> None:
    ids = {change.record_id for change in changes}
    rows = record_type.model.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    found: dict[int, Record] = {row.pk: row for row in rows}
    made = {change.record_id for change in changes if change.verb == "created"} & found.keys()
    wanted: dict[int, dict[str, Any]] = {pk: {} for pk in found}
    for change in changes:
        if change.record_id in found and change.record_id not in made:
            _step_back(record_type, found[change.record_id], change, wanted[change.record_id], outcome)
    for pk in made:
        if found[pk].deleted_at is None:
            wanted[pk] = {"deleted_at": work.at}
    altered = [store.Alteration(found[pk], values, "undone") for pk, values in wanted.items() if values]
    outcome.records += len(store.alter(work, record_type, altered))
    _tell_trashed(work, record_type, [found[pk] for pk in sorted(made)], changes, outcome)


def _step_back(
    record_type: RecordType, record: Record, change: Change, wanted: dict[str, Any], outcome: Undone
) -> None:
    """Add the columns as they were before the change, for those that nobody touched since.

    Raises: RuleError when the record went on into yet another one.
    """
    model = record_type.model
    known = {column.attname for column in model._meta.concrete_fields}  # noqa: SLF001
    for name in change.before.keys() & known:
        now = wanted.get(name, getattr(record, name))
        before = store.value_of(model, name, change.before[name])
        after = store.value_of(model, name, change.after.get(name))
        if name == "absorbed":
            wanted[name] = sorted((set(now) - (set(after) - set(before))) | (set(before) - set(after)))
        elif now == after:
            wanted[name] = before
        elif name == "merged_into_id":
            message = f"{record.title} was merged on since. Take the later merge back first."
            raise RuleError("merged_on", message)
        else:
            outcome.kept.append(f"{record.title}: {_label(record_type, name)}")


def _label(record_type: RecordType, column: str) -> str:
    labels = {declared.column: declared.label for declared in record_type.fields}
    return labels.get(column, column.removesuffix("_id").replace("_", " ").capitalize())


def _tell_trashed(
    work: Work, record_type: RecordType, made: Sequence[Record], changes: Sequence[Change], outcome: Undone
) -> None:
    """Name the records that were made by the operation and are in the trash now, with what others did to them."""
    if not made:
        return
    since = Change.objects.filter(kind=record_type.kind, record_id__in=[record.pk for record in made])
    since = since.exclude(operation_id__in={work.id, *(change.operation_id for change in changes)})
    touched = set(since.values_list("record_id", flat=True))
    may_look = work.actor.rights.scope(record_type.kind, "delete").reach > 0
    href = f"/{record_type.path}/trash/" if may_look else f"/{record_type.path}/"
    outcome.trashed += [Link(record.title, href) for record in made]
    outcome.kept += [f"{record.title}: what was added" for record in made if record.pk in touched]


def _undone(operation: Operation, outcome: Undone) -> Receipt:
    shown = Receipt.from_json(operation.receipt) if operation.receipt else None
    link = outcome.trashed[-1] if outcome.trashed else shown.object if shown else None
    kept = tuple(f"{name} was changed since and stays" for name in outcome.kept[:3])
    told = () if outcome.records == 1 else (f"{outcome.records:,} records are as before",)
    return Receipt(
        "gap" if kept else "saved",
        f"Taken back: {operation.label}",
        object=link,
        also=kept or told,
        nothing_next="The rest is as it was before." if kept else "Everything is as it was before.",
    )

"""Trash, restore, undo."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from keen.core.actions import operations
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Operation
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError, StaleVersionError
from keen.records import declare
from keen.records.actions import store
from keen.records.actions.reverse import Undone, goes_along, reverse
from keen.records.actions.save import address, for_change
from keen.records.declare import RecordType
from keen.records.models import Record

MOST_COUNTED = 1000


def delete(
    record_type: RecordType, *, actor: Actor, record_id: int, version: int | None = None, once: str = ""
) -> Receipt:
    """The receipt of moving the record to the trash; of this version alone when one is given.

    Raises: NotVisibleError; ForbiddenError; StaleVersionError; AlreadyDoneError.
    """
    with transaction.atomic():
        work = operations.start(actor=actor, verb="deleted", once=once)
        record = for_change(record_type, actor, record_id, "delete")
        if version not in {None, record.version}:
            raise StaleVersionError
        store.alter(work, record_type, [store.Alteration(record, {"deleted_at": work.at}, "deleted")])
        name = record_type.told_to(actor, record)
        receipt = Receipt(
            "saved",
            f"{name} is in the trash.",
            object=Link(name, f"/{record_type.path}/trash/"),
            also=("its history is kept",),
            next=Link(f"Back to {record_type.plural.lower()}", f"/{record_type.path}/"),
        )
        return operations.finish(work, receipt)


def linked(record_type: RecordType, actor: Actor, ids: Collection[int]) -> dict[str, int]:
    """How many records that the actor sees link to these, by the plural of their kind, most first; counted to 1,000.

    Cost: 1 query for each kind of link.
    """
    found: dict[str, int] = {}
    for other in declare.types():
        links = [link.column for link in other.fields if link.to == record_type.kind]
        leading = Q(*((f"{column}__in", ids) for column in links), _connector=Q.OR)
        count = other.model.objects.visible_to(actor).filter(leading)[:MOST_COUNTED].count() if links else 0
        if count:
            found[other.plural.lower() if count > 1 else other.label.lower()] = count
    return dict(sorted(found.items(), key=lambda one: -one[1]))


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
        name = record_type.told_to(actor, record)
        link = Link(name, address(record_type, record.pk))
        return operations.finish(work, Receipt("saved", f"{name} is back.", object=link, next=link))


def undo(*, actor: Actor, operation_id: UUID, via: str = "") -> Receipt:
    """The receipt of taking an operation of one's own back. Fields that were changed since stay, and are named.

    Shape: with `via`, one that nobody did and that came by this road; whether the actor may is for the caller to say.

    Raises: NotVisibleError for somebody else's operation; RuleError when it is too late, done already, or a merge
    that a later one builds on; ForbiddenError when the actor may no longer change such records.
    """
    with transaction.atomic():
        found = Operation.objects.select_for_update().filter(pk=operation_id)
        whose = {"actor_id": None, "via": via} if via else {"actor_id": actor.user_id}
        operation = found.filter(**whose).first()
        if operation is None:
            raise NotVisibleError
        lasts = _undo_lasts(operation)
        work = operations.start(
            actor=actor, verb="undone", bulk=lasts > timedelta(hours=settings.KEEN.undo_hours)
        )
        changes = list(operation.changes.order_by("-id"))
        for kind in {change.kind for change in changes if not goes_along(change)}:
            record_type = declare.find(kind)
            if record_type and not record_type.model.reaches(actor, "edit"):
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

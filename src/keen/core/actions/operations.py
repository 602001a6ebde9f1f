"""Operations: what somebody did, with the changes it made and the receipt it answered."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from keen.core.actions import rows
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Receipt
from keen.core.models import Change, Operation
from keen.core.models.fresh import fresh


class AlreadyDoneError(Exception):
    """The same wish came before: the receipt of then is the answer."""

    def __init__(self, actor: Actor, once: str) -> None:
        super().__init__(once)
        self.actor = actor
        self.once = once

    def receipt(self) -> Receipt:
        """The receipt of then. To be asked for outside of the transaction that was refused."""
        return Receipt.from_json(Operation.objects.get(actor_id=self.actor.author_id, once=self.once).receipt)


@dataclass
class Work:
    """An operation while it goes on. Its changes are written together at the end."""

    actor: Actor
    verb: str
    at: datetime
    once: str = ""
    bulk: bool = False
    id: UUID = field(default_factory=uuid4)
    changes: list[Change] = field(default_factory=list)


def start(*, actor: Actor, verb: str, once: str = "", bulk: bool = False) -> Work:
    """An operation to add changes to. `bulk` keeps it undoable for a month.

    Raises: AlreadyDoneError when the actor did it before under the same `once`.
    Shape: what was taken back since, and not done again by taking that back, is to be done anew.
    Cost: 1 query when `once` is given, else none.
    """
    same = Operation.objects.filter(actor_id=actor.author_id, once=once)
    if once and same.exists():
        gone = same.filter(undone_by__isnull=False, undone_by__undone_by__isnull=True)
        if not gone.update(once=None):
            raise AlreadyDoneError(actor, once)
    return Work(actor=actor, verb=verb, at=timezone.now(), once=once, bulk=bulk)


def finish(work: Work, receipt: Receipt, *, undoable: bool = True) -> Receipt:
    """The receipt, with its undo, after the operation and its changes are written.

    Raises: AlreadyDoneError when the same wish was granted at the same moment.
    Cost: 2 queries.
    """
    undo = str(work.id) if undoable and work.changes else ""
    told = replace(receipt, operation=str(work.id), undo=undo, by=work.actor.agent)
    try:
        _row(work, told).save(force_insert=True)
    except IntegrityError:
        if not work.once:
            raise
        raise AlreadyDoneError(work.actor, work.once) from None
    write_changes(work.changes)
    return told


def open_bulk(work: Work, label: str) -> Operation:
    """The stored operation of a long job, to which changes are added batch by batch.

    Cost: 1 query.
    """
    row = _row(work, Receipt("saved", label, undo=str(work.id), operation=str(work.id)))
    row.save(force_insert=True)
    return row


def _row(work: Work, receipt: Receipt) -> Operation:
    hours = settings.KEEN.undo_days_bulk * 24 if work.bulk else settings.KEEN.undo_hours
    return Operation(
        id=work.id,
        actor_id=work.actor.author_id,
        verb=work.verb,
        label=receipt.text[:300],
        at=work.at,
        via=work.actor.via,
        undo_until=work.at + timedelta(hours=hours) if receipt.undo else None,
        receipt=receipt.to_json(),
        once=work.once or None,
    )


def write_changes(changes: list[Change]) -> None:
    """Put the changes into the audit trail.

    Cost: 1 query, 2 for more than a few.
    """
    rows.insert(changes)


@dataclass(frozen=True)
class Entry:
    """What happened to one record: the fields as they were and as they are."""

    kind: str
    record_id: int
    version: int
    verb: str
    before: dict[str, object]
    after: dict[str, object]


def note(work: Work, entry: Entry) -> Change:
    """One line of the audit trail, added to the work."""
    about = {"operation_id": work.id, "actor_id": work.actor.author_id, "at": work.at}
    made = fresh(Change, {**about, **vars(entry)})
    work.changes.append(made)
    return made

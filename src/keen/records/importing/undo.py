"""Taking an import back, batch by batch, each with its cursor in the same transaction."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from keen.core.actions import operations
from keen.core.actions.operations import Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Receipt
from keen.core.models import Change
from keen.records import declare
from keen.records.actions import importing, reverse
from keen.records.declare import RecordType
from keen.records.models import ImportRun

BATCH = 500


class Undoer:
    """Takes one import back, the last change first. Records that somebody worked on since stay, and are named."""

    def __init__(self, run: ImportRun, lease: UUID, actor: Actor) -> None:
        self.run, self.lease, self.actor = run, lease, actor
        if run.undo_id is None:
            raise RuntimeError(f"The import {run.pk} is not being taken back.")
        self._own = run.undo_id

    def batches(self) -> Iterator[int]:
        """The number of records taken back so far, after each batch."""
        while changes := self._next():
            with transaction.atomic():
                importing.hold(self.run, self.lease)
                work = Work(self.actor, "undone", timezone.now(), bulk=True, id=self._own)
                undone, kept = self._reverse(work, changes)
                operations.write_changes(work.changes)
                importing.keep_undone(self.run, undone, kept, changes[-1].pk)
            yield self.run.seen

    def _next(self) -> list[Change]:
        made = Change.objects.filter(operation_id=self.run.written_by)
        if self.run.undo_cursor is not None:
            made = made.filter(pk__lt=self.run.undo_cursor)
        return list(made.order_by("-pk")[:BATCH])

    def _reverse(self, work: Work, changes: Sequence[Change]) -> tuple[int, list[str]]:
        """What the file is of goes first: then the companies that nobody needs any more are known."""
        undone, kept = 0, []
        kinds = sorted({change.kind for change in changes}, key=lambda kind: kind != self.run.kind)
        for kind in kinds:
            of_kind = [change for change in changes if change.kind == kind]
            busy = self._worked_on(declare.get(kind), [c.record_id for c in of_kind if c.verb == "created"])
            outcome = reverse.reverse(
                work, [c for c in of_kind if c.verb != "created" or c.record_id not in busy]
            )
            undone += outcome.records
            kept += [*outcome.kept, *busy.values()]
        return undone, kept

    def _worked_on(self, record_type: RecordType, made: Sequence[int]) -> dict[int, str]:
        """The new records that were changed since, or that something else leads to by now, with their titles."""
        if not made:
            return {}
        own = (self.run.written_by, self._own)
        later = Change.objects.filter(kind=record_type.kind, record_id__in=made).exclude(operation_id__in=own)
        busy = reverse.still_changed(later)
        for other in declare.types():
            for link in other.fields:
                if link.to == record_type.kind:
                    pointing = other.model.objects.living().filter(**{f"{link.column}__in": made})
                    busy.update(pointing.values_list(link.column, flat=True))
        rows = record_type.model.objects.living().filter(pk__in=busy)
        return {row.pk: row.called for row in rows}

    def end(self, *, tell: bool) -> Receipt:
        """The receipt, after the last batch."""
        return importing.end_undo(self.run, self.lease, tell=tell)

"""Loading: rows become records in batches, each batch one transaction with its outcomes and its cursor.

Whatever stops a load stops it between two batches: the next one begins behind the cursor and makes the same of the rest.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from keen.core.actions import operations
from keen.core.actions.operations import Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Receipt
from keen.core.models.fresh import fresh
from keen.records import declare
from keen.records.actions import importing, store
from keen.records.actions.importing import Outcome
from keen.records.actions.imports import rows_said
from keen.records.domain.tabular import Row
from keen.records.importing.apply import Applied, apply, record_id
from keen.records.importing.decide import Decider, Word
from keen.records.importing.lines import Line, storable
from keen.records.importing.plan import Plan, open_plan
from keen.records.importing.same import Memory
from keen.records.models import ImportRow, ImportRun, Record

BATCH = 1000
SHOWN = frozenset({"rejected", "review", "skipped"})
SILENT = Word()
T = TypeVar("T")


def words_of(run: ImportRun) -> dict[int, Word]:
    """What somebody said about rows, by row number."""
    return {row.line: Word(row.mended, row.decision) for row in rows_said(run)}


def chunks(rows: Iterator[T]) -> Iterator[list[T]]:
    """The rows in batches."""
    while part := list(islice(rows, BATCH)):
        yield part


class Loader:
    """Loads one file for the one who brought it in, from its cursor on."""

    def __init__(self, run: ImportRun, lease: UUID, actor: Actor) -> None:
        self.run, self.lease, self.actor = run, lease, actor
        self.plan: Plan = open_plan(run, actor)
        self.decider = Decider(self.plan, words_of(run))
        self.counts: Counter[str] = Counter(run.counts)
        self.seen = run.seen

    def batches(self) -> Iterator[int]:
        """The number of rows done so far, after each batch."""
        for rows in chunks(self.plan.rows(self.run.cursor)):
            self.load(rows)
            yield self.seen

    def load(self, rows: Sequence[Row]) -> None:
        """Write one batch.

        Raises: LostLeaseError when somebody else took over; nothing is written then.
        """
        with transaction.atomic():
            importing.hold(self.run, self.lease, self.run.cursor)
            lines = self.write(rows)
            seen, counts = self.seen + len(rows), self.counts + Counter(line.outcome for line in lines)
            importing.keep_batch(self.run, self._outcome(lines, counts, seen), rows[-1].number)
        self.seen, self.counts = seen, counts

    def load_again(self, rows: Sequence[Row]) -> Receipt:
        """The receipt, after rows of a file that is in were looked at once more and written as far as they come in.

        Raises: LostLeaseError when somebody else took over; nothing is written then.
        """
        with transaction.atomic():
            importing.hold(self.run, self.lease)
            before = importing.outcomes_of(self.run, [row.number for row in rows])
            lines = self.write(rows)
            self.counts = self.counts - Counter(before) + Counter(line.outcome for line in lines)
            return importing.keep_again(self.run, self._outcome(lines, self.counts, self.seen))

    def write(self, rows: Sequence[Row]) -> list[Line]:
        """The rows with what became of them, written as far as they come in. To be called in a transaction."""
        self.decider.begin(Memory())
        work = Work(self.actor, "imported", timezone.now(), bulk=True, id=self.run.written_by)
        lines = self.decider.decide(rows)
        applied = apply(self.decider, lines, self._locked(lines))
        self._make_companies(work, applied)
        store.insert(work, self.plan.record_type, applied.records)
        changes = applied.changes(self.plan.record_type)
        store.alter(work, self.plan.record_type, [store.Alteration(row, columns) for row, columns in changes])
        operations.write_changes(work.changes)
        for line in lines:
            line.match_id = record_id(line)
        return lines

    def _locked(self, lines: Sequence[Line]) -> dict[int, Record]:
        wanted = sorted({line.match_id for line in lines if line.outcome == "updated" and line.match_id})
        if not wanted:
            return {}
        model = self.plan.record_type.model
        rows = model.objects.select_for_update().filter(pk__in=wanted, deleted_at__isnull=True).order_by("pk")
        return {row.pk: row for row in rows}

    def _make_companies(self, work: Work, applied: Applied) -> None:
        by_kind: dict[str, list[Record]] = {}
        for (kind, _), asked in applied.wanted.items():
            record_type = declare.get(kind)
            named = {record_type.name_field: asked[0][0].name, "source": self.run.source}
            made = fresh(record_type.model, named)
            self.decider.links.settle(made)
            by_kind.setdefault(kind, []).append(made)
        for kind, records in by_kind.items():
            store.insert(work, declare.get(kind), records)
            self.counts["accounts"] += len(records)
        made_by_kind = {kind: iter(records) for kind, records in by_kind.items()}
        for (kind, _), asked in applied.wanted.items():
            company = next(made_by_kind[kind])
            for link, record in asked:
                setattr(record, link.column, company.pk)
                setattr(record, link.shadow, company.called[:200])

    def _outcome(self, lines: Sequence[Line], counts: Counter[str], seen: int) -> Outcome:
        return Outcome(
            rows=[row_values(self.run, line, self.decider.words.get(line.number, SILENT)) for line in lines],
            counts=counts,
            seen=seen,
            marks=[
                (line.hash, line.match_id)
                for line in lines
                if line.match_id
                and line.reason != "came_before"
                and line.outcome in {"created", "updated", "unchanged"}
            ],
            shape=self.plan.shape,
        )

    def end(self, *, tell: bool) -> Receipt:
        """The receipt, after the last batch."""
        return importing.end_load(self.run, self.lease, tell=tell)


def row_values(run: ImportRun, line: Line, word: Word) -> tuple[Any, ...]:
    """What is written down of a row, in the order of `importing.ROW`. Its cells are kept where somebody looks at them."""
    shown = line.outcome in SHOWN or word.mended is not None
    raw = storable(line.raw) if shown else None
    words = (line.outcome, line.reason, line.note[:400], line.repair[:200], line.column[:200])
    return (run.pk, line.number, line.hash, *words, line.match_id, raw, word.mended, word.decision)


def row_of(run: ImportRun, line: Line, word: Word) -> ImportRow:
    """The same as a row that is not saved."""
    return ImportRow(**dict(zip(importing.ROW, row_values(run, line, word), strict=True)))

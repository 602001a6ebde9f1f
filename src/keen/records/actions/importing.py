"""The bookkeeping of imports at work: whose turn it is, how far it came, what became of each row, and the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from keen.core.actions import rows as table
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Notice, Operation
from keen.lib.errors import KeenError
from keen.records import declare
from keen.records.models import ImportMark, ImportRow, ImportRun
from keen.records.queries.sets import among

IN_CLAUSE = 5000
ROW = (
    "run_id",
    "line",
    "hash",
    "outcome",
    "reason",
    "note",
    "repair",
    "column",
    "record_id",
    "raw",
    "mended",
    "decision",
)
LINE = ROW.index("line")
KEPT_FOR = timedelta(days=30)


class LostLeaseError(KeenError):
    """Somebody else works on the import by now; what this one wrote last is undone."""


def take(run_id: int, state: str) -> tuple[ImportRun, UUID] | None:
    """The import with a mark that makes it ours, None when it is not in the state. Whoever had it before has lost it."""
    lease = uuid4()
    with transaction.atomic():
        mine = ImportRun.objects.filter(pk=run_id, state=state)
        if not mine.update(lease=lease, seen_at=timezone.now()):
            return None
        return ImportRun.objects.get(pk=run_id), lease


def hold(run: ImportRun, lease: UUID, cursor: int | None = None) -> None:
    """Make sure, and lock, that the import is still ours and as far as we think.

    Raises: LostLeaseError.
    """
    held = ImportRun.objects.filter(pk=run.pk, lease=lease, state=run.state)
    if cursor is not None:
        held = held.filter(cursor=cursor)
    if not held.update(seen_at=timezone.now()):
        raise LostLeaseError(f"The import {run.pk} is no longer ours.")


@dataclass(frozen=True)
class Outcome:
    """What to write down of a batch: rows (values in the order of ROW), marks (hash, record), and the numbers so far."""

    rows: Sequence[tuple[Any, ...]]
    counts: Mapping[str, int]
    seen: int
    marks: Sequence[tuple[str, int]] = ()
    shape: str = ""


def keep_batch(run: ImportRun, outcome: Outcome, cursor: int) -> None:
    """Write what became of a batch of rows, with the cursor behind it. To be called in the batch's own transaction."""
    _replace_rows(run, outcome.rows)
    _mark(run, outcome)
    run.cursor, run.seen, run.counts = cursor, outcome.seen, dict(outcome.counts)
    run.seen_at = timezone.now()
    run.save(update_fields=["cursor", "seen", "counts", "seen_at"])


def outcomes_of(run: ImportRun, lines: Sequence[int]) -> list[str]:
    """What became of these rows so far."""
    return list(run.rows.filter(line__in=lines).values_list("outcome", flat=True))


def keep_again(run: ImportRun, outcome: Outcome) -> Receipt:
    """The receipt, after what became of rows that were looked at again is written down. In their own transaction."""
    _replace_rows(run, outcome.rows)
    _mark(run, outcome)
    run.counts = dict(outcome.counts)
    run.save(update_fields=["counts"])
    receipt = receipt_of(run)
    retell(run, receipt)
    return receipt


def _replace_rows(run: ImportRun, rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    lines = [row[LINE] for row in rows]
    if run.rows.filter(line__gte=min(lines), line__lte=max(lines)).exists():
        for start in range(0, len(lines), IN_CLAUSE):
            run.rows.filter(line__in=lines[start : start + IN_CLAUSE]).delete()
    table.write(ImportRow, ROW, rows)


def _mark(run: ImportRun, outcome: Outcome) -> None:
    marks = dict(outcome.marks)
    if not marks:
        return
    ImportMark.objects.filter(shape=outcome.shape, hash__in=among(marks)).delete()
    made = [(outcome.shape, key, pk, run.pk) for key, pk in marks.items()]
    table.write(ImportMark, ("shape", "hash", "record_id", "run_id"), made)


def begin_check(run: ImportRun, lease: UUID, options: Mapping[str, Any]) -> None:
    """Forget an earlier check, but not what somebody said of rows.

    Raises: LostLeaseError.
    """
    with transaction.atomic():
        hold(run, lease)
        run.rows.filter(mended=None, decision="").delete()
        run.options = dict(options)
        run.save(update_fields=["options"])


def keep_checked(run: ImportRun, lease: UUID, outcome: Outcome) -> None:
    """Write down the rows of a checked batch that somebody has to look at.

    Raises: LostLeaseError.
    """
    with transaction.atomic():
        hold(run, lease)
        _replace_rows(run, outcome.rows)
        ImportRun.objects.filter(pk=run.pk).update(seen=outcome.seen)


def end_check(run: ImportRun, lease: UUID, outcome: Outcome, report: Mapping[str, Any]) -> None:
    """Write down the result of a check: it can be loaded now.

    Raises: LostLeaseError.
    """
    with transaction.atomic():
        hold(run, lease)
        run.state, run.counts, run.report = "checked", dict(outcome.counts), dict(report)
        run.seen = run.total = outcome.seen
        run.save(update_fields=["state", "counts", "report", "seen", "total"])


def stop(run: ImportRun, state: str, message: str) -> None:
    """Pause an import, or say that it failed, with what to mend."""
    ImportRun.objects.filter(pk=run.pk).update(state=state, message=message[:300], seen_at=timezone.now())


def end_load(run: ImportRun, lease: UUID, *, tell: bool) -> Receipt:
    """The receipt of a file that is in. `tell` leaves a notice for its owner, who may be elsewhere by now.

    Raises: LostLeaseError.
    """
    with transaction.atomic():
        hold(run, lease)
        receipt = receipt_of(run)
        run.state, run.finished_at = "done", timezone.now()
        run.save(update_fields=["state", "finished_at"])
        retell(run, receipt)
        if tell:
            _notify(run, receipt.text)
        return receipt


def retell(run: ImportRun, receipt: Receipt) -> None:
    """Let the operation of the import say what it did in the end."""
    Operation.objects.filter(pk=run.written_by).update(
        label=receipt.text[:300], receipt=receipt.to_json(), at=timezone.now()
    )


def receipt_of(run: ImportRun) -> Receipt:
    """What a loaded file answers."""
    record_type = declare.get(run.kind)
    count = run.counts.get
    new, updated = count("created", 0), count("updated", 0)
    told = [f"{number:,} {word}" for number, word in ((new, "new"), (updated, "updated")) if number]
    left = [
        (count("accounts", 0), "company is new too", "companies are new too"),
        (count("review", 0), "row waits for your decision", "rows wait for your decision"),
        (count("rejected", 0), "row was rejected", "rows were rejected"),
        (count("skipped", 0), "row was skipped", "rows were skipped"),
    ]
    also = [f"{number:,} {one if number == 1 else many}" for number, one, many in left if number]
    link = Link(
        f"See the {record_type.plural.lower()}", f"/{record_type.path}/?{urlencode({'source': run.source})}"
    )
    waits = count("review", 0) + count("rejected", 0)
    return Receipt(
        "gap" if waits else "saved",
        f"{run.name} is in: {', '.join(told) or 'nothing was different'}.",
        object=Link(run.name, run.get_absolute_url()),
        also=tuple(also[:3]),
        next=Link("Decide about the rest", f"{run.get_absolute_url()}?outcome=review")
        if count("review", 0)
        else link,
        alternative=link if count("review", 0) else None,
        undo=str(run.operation_id or ""),
        operation=str(run.operation_id or ""),
    )


def _notify(run: ImportRun, text: str) -> None:
    Notice.objects.get_or_create(
        user_id=run.owner_id,
        once=f"import-{run.pk}-{run.state}",
        defaults={"kind": "import", "text": text[:300], "href": run.get_absolute_url(), "at": timezone.now()},
    )


def touch(run: ImportRun) -> None:
    """Note that somebody was asked to go on with the import."""
    ImportRun.objects.filter(pk=run.pk).update(seen_at=timezone.now())


def keep_undone(run: ImportRun, undone: int, kept: Sequence[str], cursor: int) -> None:
    """Write down how far taking back came. To be called in the batch's own transaction."""
    run.undo_cursor, run.seen = cursor, run.seen + undone
    run.kept = [*run.kept, *kept][:500]
    run.seen_at = timezone.now()
    run.save(update_fields=["undo_cursor", "seen", "kept", "seen_at"])


def end_undo(run: ImportRun, lease: UUID, *, tell: bool) -> Receipt:
    """The receipt of an import that is taken back; its rows count as new when they come again.

    Raises: LostLeaseError.
    """
    with transaction.atomic():
        hold(run, lease)
        ImportMark.objects.filter(run=run).delete()
        kept = tuple(f"{name} was changed since and stays" for name in run.kept[:2])
        more = (f"{len(run.kept) - 2} more stay",) if len(run.kept) > 2 else ()
        receipt = Receipt(
            "gap" if kept else "saved",
            f"{run.name} is taken back.",
            object=Link(run.name, run.get_absolute_url()),
            also=(*kept, *more) or (f"{run.seen:,} records are as before",),
            nothing_next="The new records are in the trash; those that were updated are as they were.",
            operation=str(run.undo_id),
        )
        run.state = "undone"
        run.save(update_fields=["state"])
        own = Operation.objects.filter(pk=UUID(receipt.operation))
        own.update(label=receipt.text[:300], receipt=receipt.to_json(), at=timezone.now())
        if tell:
            _notify(run, receipt.text)
        return receipt


def _old(before: datetime) -> QuerySet[ImportRun]:
    at_rest = ImportRun.objects.exclude(state__in=("loading", "checking", "undoing", "paused"))
    return at_rest.filter(created_at__lt=before).exclude(path="")


def old_files(before: datetime) -> list[str]:
    """Where the files of imports lie that nobody needs any more.

    Cost: 1 query.
    """
    return list(_old(before).values_list("path", flat=True)[:1000])


@transaction.atomic
def forget(before: datetime, paths: Sequence[str]) -> None:
    """Remove old drafts and the cells of old imports, after their files were deleted: who knows of a file can delete it.

    Cost: 4 queries.
    """
    old = _old(before).filter(path__in=paths)
    ImportRow.objects.filter(run__in=old).update(raw=None, mended=None)
    old.filter(operation=None).delete()
    old.update(path="")

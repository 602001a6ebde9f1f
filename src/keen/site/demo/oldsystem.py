"""The files of the system before Keen, as the imports that they came in by."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from keen.core.actions import rows
from keen.core.models.fresh import fresh
from keen.records.models import ImportRow, ImportRun, Record

# A file never comes in whole: every so many rows one was empty of what a record needs.
EMPTY = 97
REJECTED = {
    "outcome": "rejected",
    "reason": "no_name",
    "note": "A name, company, e-mail or phone number is missing.",
    "repair": "Fill in a name, or leave these rows out",
}


def note_import(actor_id: int, kind: str, records: Sequence[Record], at: datetime, operation: UUID) -> None:
    """The run of the import that these records came by, with what became of each row. Its file is not kept any more."""
    name, lines = f"old-system-{kind}s.csv", list(_lines(len(records)))
    run = ImportRun.objects.create(
        owner_id=actor_id,
        kind=kind,
        name=name,
        size=len(lines) * 180,
        sha256=sha256(name.encode()).hexdigest(),
        state="done",
        total=len(lines),
        seen=len(lines),
        cursor=lines[-1] if lines else 0,
        counts={"created": len(records), "rejected": len(lines) - len(records)},
        operation_id=operation,
        seen_at=at,
        created_at=at,
        finished_at=at + timedelta(minutes=4),
    )
    waiting = iter(records)
    rows.insert([_row(run, line, None if line % EMPTY == 0 else next(waiting)) for line in lines])


def _lines(records: int) -> Sequence[int]:
    """The lines of the file below its head: those of the records, and between them the empty ones."""
    found, line = list[int](), 1
    while records:
        line += 1
        found.append(line)
        records -= bool(line % EMPTY)
    return found


def _row(run: ImportRun, line: int, record: Record | None) -> ImportRow:
    told: dict[str, Any] = {"outcome": "created", "record_id": record.pk} if record else REJECTED
    mark = sha256(f"{run.name}:{line}".encode()).hexdigest()[:32]
    return fresh(ImportRow, {"run_id": run.pk, "line": line, "hash": mark, **told})

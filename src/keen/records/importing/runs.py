"""Running an import's work to its end: by the worker, by a page for a small file, or from the command line."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol
from uuid import UUID

from django.db import DatabaseError, OperationalError, connection

from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Receipt
from keen.core.models import User
from keen.lib.errors import ForbiddenError, RuleError
from keen.records.actions import importing
from keen.records.actions.importing import LostLeaseError
from keen.records.declare import get
from keen.records.domain.sniff import TableError
from keen.records.domain.tabular import Row
from keen.records.importing.check import Checker
from keen.records.importing.load import Loader
from keen.records.importing.undo import Undoer
from keen.records.models import ImportRun

SMALL = 2000
AT_ONCE = 500
BREATH = 0.02
FULL = "The disk is full. Make room, then go on: nothing that is in gets lost, and the import goes on where it stopped."
GONE = "The file is no longer there. Upload it again; rows that are in already are recognised."
Pause = Callable[[], None]


class Works(Protocol):
    """A load or an undo: batches, then the end."""

    def batches(self) -> Iterator[int]: ...

    def end(self, *, tell: bool) -> Receipt: ...


def actor_of(run: ImportRun) -> Actor:
    """The one who brought the file in, with the rights of today.

    Raises: ForbiddenError when the rights to import are gone.
    """
    owner = User.objects.get(pk=run.owner_id)
    actor = owner.actor(via="import")
    allowed = actor.rights.has("import") and actor.rights.scope(run.kind, "add").reach
    if not owner.is_active or not allowed:
        raise ForbiddenError(
            "forbidden", f"{owner.name} may no longer import {get(run.kind).plural.lower()}."
        )
    return actor


def check(run_id: int) -> None:
    """Check the file; how it went is written on the import. Does nothing when it is not being checked."""
    taken = importing.take(run_id, "checking")
    if taken:
        _guarded(*taken, lambda run, lease: Checker(run, lease, actor_of(run)).check())


def load(run_id: int, *, tell: bool = True, pause: Pause | None = None) -> None:
    """Load the rest of the file. Does nothing when it is not being loaded.

    Raises: what `pause` raises, between two batches.
    """
    taken = importing.take(run_id, "loading")
    if taken:
        _guarded(*taken, lambda run, lease: _work(Loader(run, lease, actor_of(run)), tell, pause))


def load_rows(run_id: int, lines: Sequence[int]) -> Receipt | None:
    """The receipt of looking at rows of a file that is in once more, by what somebody said of them since.

    Shape: None when the file is not in, or somebody else works on it.
    """
    taken = importing.take(run_id, "done")
    if taken is None:
        return None
    run, lease = taken
    found = run.rows.filter(line__in=lines, raw__isnull=False).order_by("line")
    rows = [Row(row.line, list(row.raw or ())) for row in found]
    try:
        return Loader(run, lease, actor_of(run)).load_again(rows) if rows else None
    except LostLeaseError:
        return None


def undo(run_id: int, *, tell: bool = True, pause: Pause | None = None) -> None:
    """Take the rest of the import back. Does nothing when it is not being taken back.

    Raises: what `pause` raises, between two batches.
    """
    taken = importing.take(run_id, "undoing")
    if taken:
        _guarded(*taken, lambda run, lease: _work(Undoer(run, lease, _undoer(run)), tell, pause))


def _undoer(run: ImportRun) -> Actor:
    return User.objects.get(pk=run.owner_id).actor(via="import")


def _work(work: Works, tell: bool, pause: Pause | None) -> None:
    for _ in work.batches():
        if pause:
            pause()
        if connection.vendor == "sqlite":
            time.sleep(BREATH)  # one writer at a time: others get their turn
    work.end(tell=tell)


def _guarded(run: ImportRun, lease: UUID, work: Callable[[ImportRun, UUID], Any]) -> None:
    """Do the work and write down what stopped it, in words."""
    failed = "draft" if run.state == "checking" else "failed"
    try:
        work(run, lease)
    except LostLeaseError:
        return
    except TableError as error:
        importing.stop(run, failed, error.message)
    except FileNotFoundError:
        importing.stop(run, "failed", GONE)
    except RuleError as error:
        importing.stop(run, failed, error.message)
    except (OperationalError, OSError) as error:
        if not is_full(error):
            raise
        importing.stop(run, "draft" if run.state == "checking" else "paused", FULL)


def is_full(error: DatabaseError | OSError) -> bool:
    """Whether there was no room left on a disk."""
    if isinstance(error, OSError):
        return error.errno in {28, 122}
    told = error.__cause__
    return "disk is full" in str(error) or getattr(told, "sqlstate", "") == "53100"

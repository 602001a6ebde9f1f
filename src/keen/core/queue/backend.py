"""Where tasks are put: inside the caller's transaction, so that a rolled-back change leaves no task."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks.utils import normalize_json
from django_tasks_db.backend import DatabaseBackend

if TYPE_CHECKING:
    from django_tasks_db.models import DBTaskResult

CHANNEL = "keen_tasks"
DEFAULT, LONG, OUTBOUND = "default", "long", "outbound"
QUEUES = (DEFAULT, LONG, OUTBOUND)


class JobBackend(DatabaseBackend):
    """The database backend with a due time on every row, so that the next task is the first of the index."""

    def _task_to_db_task(self, task: Any, args: Any, kwargs: Any) -> "DBTaskResult[Any, Any]":
        due = task if task.run_after else task.using(run_after=timezone.now())
        row = super()._task_to_db_task(due, args, kwargs)
        ring()
        return row


def add(
    path: str,
    calls: Iterable[Mapping[str, Any]],
    *,
    queue: str = DEFAULT,
    priority: int = 0,
    due: datetime | None = None,
) -> int:
    """How many rows were written: one task of the function at `path` per mapping of arguments.

    Cost: one statement per 100 rows.
    """
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415  this module is read before the models are

    at = due or timezone.now()
    rows: Sequence[DBTaskResult[Any, Any]] = [
        DBTaskResult(
            args_kwargs={"args": [], "kwargs": normalize_json(call)},
            status=TaskResultStatus.READY,
            task_path=path,
            priority=priority,
            queue_name=queue,
            backend_name="default",
            run_after=at,
        )
        for call in calls
    ]
    if rows:
        DBTaskResult.objects.bulk_create(rows, batch_size=100)
        ring()
    return len(rows)


def ring() -> None:
    """Wake the workers once the transaction commits. SQLite needs nothing: they watch the file's change counter."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")

"""What the queue does now, for the page that shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now
from django_tasks.base import TaskResultStatus as Status
from django_tasks_db.models import DBTaskResult

from keen.core.models.jobs import ScheduleSlot, Worker
from keen.core.queue.claims import error_id
from keen.core.wiring import wired

DISCARDED = "discarded"
"""The backend of a discarded dead letter: workers take rows of "default" alone, and the row can be brought back."""

Row = DBTaskResult[Any, Any]

COUNTED = 1000
SHOWN = 50
SILENT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task as a line of the page."""

    id: UUID
    title: str
    about: str
    queue: str
    attempts: int
    at: datetime
    error_id: str = ""
    error: str = ""
    trace: str = ""


@dataclass(frozen=True, slots=True)
class WorkerLine:
    """One worker thread, with the task it runs."""

    where: str
    queue: str
    seen_at: datetime
    alive: bool
    task: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """One schedule with its last and next run."""

    title: str
    words: str
    last: datetime | None
    next: datetime | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole page. `waiting` is due now, `later` has a time to come; both are counted to 1,000."""

    workers: list[WorkerLine]
    waiting: int
    later: int
    next_up: list[TaskLine]
    dead: list[TaskLine]
    dead_count: int
    discarded: list[TaskLine]
    recent: list[TaskLine]
    schedules: list[ScheduleLine]

    @property
    def alive(self) -> bool:
        """Whether anybody works."""
        return any(worker.alive for worker in self.workers)


def overview(now: datetime) -> Overview:
    """The state of the queue.

    Cost: 9 queries.
    """
    ready = DBTaskResult.objects.filter(status=Status.READY, backend_name="default")
    due, later = ready.filter(run_after__lte=now), ready.filter(run_after__gt=now)
    done = DBTaskResult.objects.filter(status=Status.SUCCESSFUL).order_by("-finished_at")
    return Overview(
        workers=_workers(),
        waiting=due.order_by()[:COUNTED].count(),
        later=later.order_by()[:COUNTED].count(),
        next_up=_lines(ready.order_by("run_after")[:10]),
        dead=_lines(dead_letters().order_by("-finished_at")[:SHOWN]),
        dead_count=dead_letters().order_by()[:COUNTED].count(),
        discarded=_lines(discarded_letters().order_by("-finished_at")[:SHOWN]),
        recent=_lines(done[:10]),
        schedules=_schedules(),
    )


def dead_letters() -> "QuerySet[Row]":
    """The tasks that are given up on and wait for a decision."""
    return DBTaskResult.objects.filter(status=Status.FAILED, backend_name="default")


def discarded_letters() -> "QuerySet[Row]":
    """The tasks that somebody decided not to run any more."""
    return DBTaskResult.objects.filter(status=Status.FAILED, backend_name=DISCARDED)


def title_of(path: str, arguments: dict[str, object]) -> str:
    """What a task is called on the page: the function's name in words, of the handler when it is a delivery."""
    name = str(arguments.get("handler") or path).rpartition(".")[2].replace("_", " ")
    return name[:1].upper() + name[1:]


def _lines(rows: Iterable[Row]) -> list[TaskLine]:
    return [_line(row) for row in rows]


def _line(row: Row) -> TaskLine:
    named = row.args_kwargs.get("kwargs", {})
    attempts = len(row.worker_ids)
    failed = bool(row.exception_class_path)
    last_words = row.traceback.strip().rpartition("\n")[2]
    return TaskLine(
        id=row.pk,
        title=title_of(row.task_path, named),
        about=_about(row.task_path, named),
        queue=row.queue_name,
        attempts=attempts,
        at=row.finished_at or row.run_after,
        error_id=error_id(row.pk, attempts) if failed else "",
        error=last_words[:300] if failed else "",
        trace=row.traceback if failed else "",
    )


def _about(path: str, named: dict[str, object]) -> str:
    told = named.get("told")
    if isinstance(told, list):
        return f"{named.get('event')}, {len(told)} events" if len(told) > 1 else str(named.get("event"))
    return path


def _workers() -> list[WorkerLine]:
    rows = list(Worker.objects.order_by("host", "pid", "queue"))
    lively = set(Worker.objects.filter(seen_at__gt=Now() - SILENT).values_list("pk", flat=True))
    found = DBTaskResult.objects.in_bulk([row.task_id for row in rows if row.task_id])
    return [
        WorkerLine(
            where=f"{row.host} ({row.pid})",
            queue=row.queue,
            seen_at=row.seen_at,
            alive=row.pk in lively,
            task=_line(task).title if (task := found.get(row.task_id)) else "",
            since=row.task_started_at,
        )
        for row in rows
    ]


def _schedules() -> list[ScheduleLine]:
    slots = ScheduleSlot.objects.in_bulk([schedule.name for schedule in wired().schedules])
    return [
        ScheduleLine(
            title=schedule.name.replace("-", " ").capitalize(),
            words=schedule.timing.words(),
            last=slot.last_run_at if (slot := slots.get(schedule.name)) else None,
            next=slot.next_run_at if slot else None,
        )
        for schedule in wired().schedules
    ]

"""Taking tasks and ending their runs. Every function is one short transaction and safe against every other."""

import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import SystemRandom
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django_tasks.base import TaskResultStatus as Status
from django_tasks.utils import normalize_json
from django_tasks_db.models import DBTaskResult

from keen.core.domain.retries import Policy
from keen.core.models.jobs import Worker
from keen.core.models.keeping import Hold

Row = DBTaskResult[Any, Any]

LOOK_AHEAD = 100
CHOICE = 8
"""How many of the first tasks a worker tries to get: others may be taking the same at this moment."""

_chance = SystemRandom().random


class LostClaimError(Exception):
    """The worker was given up on meanwhile: its task belongs to somebody else, and its writes must not stay."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A task that one worker may run now."""

    worker_id: UUID
    task_id: UUID
    path: str
    arguments: dict[str, Any]
    attempt: int

    @property
    def error_id(self) -> str:
        """What the log and the page call a failure of this run."""
        return error_id(self.task_id, self.attempt)


def error_id(task_id: UUID, attempt: int) -> str:
    """The name of one failed run, the same in the log and on the page."""
    return f"{str(task_id)[:8]}-{attempt}"


def register(*, host: str, pid: int, queue: str) -> UUID:
    """The id of a new worker row."""
    return Worker.objects.create(host=host, pid=pid, queue=queue, started_at=Now(), seen_at=Now()).pk


def claim(worker_id: UUID, queue: str) -> Claim | None:
    """The due task of highest priority, now the worker's; None when nothing is due, or all rests after a restore.

    Raises: LostClaimError when the worker's row is gone.
    Cost: 1 query when nothing is due, however many tasks wait for later; else 4.
    """
    due = DBTaskResult.objects.filter(
        ~Exists(Hold.objects.all()),
        status=Status.READY,
        queue_name=queue,
        backend_name="default",
        run_after__lte=timezone.now(),
    )
    waiting = list(
        due.order_by("run_after").values_list("priority", "run_after", "enqueued_at", "pk")[:LOOK_AHEAD]
    )
    if not waiting:  # a plain read: an idle worker takes no write lock
        return None
    with transaction.atomic():
        row = _best(due, waiting)
        if row is None:
            return None
        workers = [*row.worker_ids, str(worker_id)]
        now = timezone.now()
        DBTaskResult.objects.filter(pk=row.pk).update(
            status=Status.RUNNING, started_at=now, worker_ids=workers
        )
        mine = Worker.objects.filter(pk=worker_id, task_id=None)
        if not mine.update(task_id=row.pk, task_started_at=now, seen_at=Now()):
            raise LostClaimError(worker_id)
    return Claim(worker_id, row.pk, row.task_path, row.args_kwargs, len(workers))


def _best(due: "QuerySet[Row]", waiting: list[tuple[int, datetime, datetime, UUID]]) -> Row | None:
    """The first of the waiting tasks that no other worker takes at this moment, locked.

    Few are put in order here. For many, the queue's index by priority is asked: it meets one that is due soon.
    """
    if len(waiting) < LOOK_AHEAD:
        first = sorted(waiting, key=lambda task: (-task[0], *task[1:]))[:CHOICE]
        due = due.filter(pk__in=[pk for *_, pk in first])
    return (
        due.select_for_update(skip_locked=True).only("id", "task_path", "args_kwargs", "worker_ids").first()
    )


def finish(claim: Claim, value: Any, policy: Policy) -> None:
    """Mark the run as done, or remove the row when the policy forgets.

    Raises: LostClaimError; TypeError when the value is not JSON.
    """
    with transaction.atomic():
        _let_go(claim)
        row = DBTaskResult.objects.filter(pk=claim.task_id)
        if policy.forget:
            row.delete()
        else:
            row.update(
                status=Status.SUCCESSFUL,
                finished_at=timezone.now(),
                return_value=normalize_json(value),
                exception_class_path="",
                traceback="",
            )


def fail(claim: Claim, error: BaseException, policy: Policy, *, permanent: bool) -> datetime | None:
    """When the task is tried again; None when it became a dead letter.

    Raises: LostClaimError.
    """
    final = permanent or policy.is_last(claim.attempt)
    now = timezone.now()
    due = None if final else now + policy.wait(claim.attempt, _chance())
    kind = type(error)
    with transaction.atomic():
        _let_go(claim)
        DBTaskResult.objects.filter(pk=claim.task_id).update(
            exception_class_path=f"{kind.__module__}.{kind.__qualname__}",
            traceback="".join(traceback.format_exception(error)),
            **(
                {"status": Status.READY, "run_after": due}
                if due
                else {"status": Status.FAILED, "finished_at": now}
            ),
        )
    return due


def put_back(claim: Claim) -> None:
    """Return the task as if the run had not begun.

    Raises: LostClaimError.
    """
    with transaction.atomic():
        _let_go(claim)
        row = DBTaskResult.objects.filter(pk=claim.task_id)
        workers = row.values_list("worker_ids", flat=True).get()
        row.update(status=Status.READY, run_after=timezone.now(), worker_ids=workers[:-1])


def replace(claim: Claim, calls: list[dict[str, Any]]) -> None:
    """Split the task: it goes, and one task per mapping of arguments comes.

    Raises: LostClaimError.
    """
    with transaction.atomic():
        _let_go(claim)
        row = DBTaskResult.objects.get(pk=claim.task_id)
        parts: list[Row] = [
            DBTaskResult(
                args_kwargs={"args": [], "kwargs": normalize_json(call)},
                task_path=row.task_path,
                priority=row.priority,
                queue_name=row.queue_name,
                backend_name=row.backend_name,
                run_after=timezone.now(),
            )
            for call in calls
        ]
        DBTaskResult.objects.bulk_create(parts, batch_size=100)
        row.delete()


def beat(worker_ids: list[UUID]) -> int:
    """How many of the workers are still registered; all of them are alive as of now."""
    return Worker.objects.filter(pk__in=worker_ids).update(seen_at=Now())


def leave(worker_id: UUID) -> None:
    """Remove the worker, which runs nothing."""
    Worker.objects.filter(pk=worker_id, task_id=None).delete()


def reap(lease: timedelta, max_attempts: int) -> list[UUID]:
    """The tasks taken from workers not heard of for the lease: due again, or dead letters when it happened too often.

    Units: the database's clock decides, so the workers' clocks may differ.
    """
    returned: list[UUID] = []
    if not Worker.objects.filter(seen_at__lt=Now() - lease).exists():
        return returned
    with transaction.atomic():
        for worker in Worker.objects.filter(seen_at__lt=Now() - lease).select_for_update(skip_locked=True):
            if worker.task_id and _give_back(worker.task_id, max_attempts):
                returned.append(worker.task_id)
            worker.delete()
    return returned


def _give_back(task_id: UUID, max_attempts: int) -> bool:
    row = DBTaskResult.objects.filter(pk=task_id, status=Status.RUNNING)
    attempts = row.values_list("worker_ids", flat=True).first()
    return attempts is not None and bool(
        row.update(**_after_death(attempts=len(attempts), max_attempts=max_attempts))
    )


def _after_death(*, attempts: int, max_attempts: int) -> dict[str, Any]:
    now = timezone.now()
    if attempts < max_attempts:
        return {"status": Status.READY, "run_after": now}
    return {
        "status": Status.FAILED,
        "finished_at": now,
        "exception_class_path": "keen.core.queue.claims.LostClaimError",
        "traceback": f"The worker stopped while it ran this task, {attempts} times.",
    }


def _let_go(claim: Claim) -> None:
    """Free the worker for its next task: the fence that every end of a run passes."""
    mine = Worker.objects.filter(pk=claim.worker_id, task_id=claim.task_id)
    if not mine.update(task_id=None, task_started_at=None, seen_at=Now()):
        raise LostClaimError(claim.task_id)

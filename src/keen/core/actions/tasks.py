"""Deciding about dead letters: tasks that failed for good."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks.base import TaskResultStatus as Status
from django_tasks_db.models import DBTaskResult

from keen.core.actions import operations
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.queue.backend import ring
from keen.core.queue.overview import DISCARDED, dead_letters, title_of
from keen.lib.errors import ForbiddenError, NotVisibleError

MOST_AT_ONCE = 10_000


@transaction.atomic
def retry_dead_letter(*, actor: Actor, task_id: UUID) -> Receipt:
    """The receipt, after the task is due again with all its attempts. Discarded ones too.

    Raises: NotVisibleError when it is not a dead letter (any more); ForbiddenError.
    """
    row = _dead(actor, task_id)
    title = title_of(row.task_path, row.args_kwargs.get("kwargs", {}))
    _make_due([row.pk])
    return _told(
        actor, "task.retried", f"“{title}” runs again", nothing="The worker takes it within seconds."
    )


@transaction.atomic
def retry_all_dead_letters(*, actor: Actor) -> Receipt:
    """The receipt, after every dead letter is due again, the first 10,000 of them.

    Raises: ForbiddenError.
    """
    _check(actor)
    count = _make_due(
        list(dead_letters().order_by("finished_at").values_list("pk", flat=True)[:MOST_AT_ONCE])
    )
    text = "1 task runs again" if count == 1 else f"{count} tasks run again"
    return _told(actor, "task.retried", text, nothing="The worker takes them one after the other.")


@transaction.atomic
def discard_dead_letter(*, actor: Actor, task_id: UUID) -> Receipt:
    """The receipt, after the task was set aside. It can be run again for 30 days.

    Raises: NotVisibleError when it is not a dead letter (any more); ForbiddenError.
    """
    row = _dead(actor, task_id)
    DBTaskResult.objects.filter(pk=row.pk).update(backend_name=DISCARDED, finished_at=timezone.now())
    title = title_of(row.task_path, row.args_kwargs.get("kwargs", {}))
    back = Link("Run it after all", reverse("job-retry", args=[row.pk]), post=True)
    return _told(actor, "task.discarded", f"“{title}” is discarded", alternative=back)


def _dead(actor: Actor, task_id: UUID) -> DBTaskResult[Any, Any]:
    _check(actor)
    found = DBTaskResult.objects.select_for_update().filter(pk=task_id, status=Status.FAILED).first()
    if found is None:
        raise NotVisibleError("not_failed", "This task does not wait for a decision any more.")
    return found


def _check(actor: Actor) -> None:
    if not actor.rights.has("system.view"):
        raise ForbiddenError


def _make_due(ids: list[UUID]) -> int:
    count = 0
    for start in range(0, len(ids), 500):
        rows = DBTaskResult.objects.filter(pk__in=ids[start : start + 500], status=Status.FAILED)
        count += rows.update(
            status=Status.READY,
            run_after=timezone.now(),
            worker_ids=[],
            finished_at=None,
            backend_name="default",
        )
    ring()
    return count


def _told(
    actor: Actor, verb: str, text: str, *, nothing: str = "", alternative: Link | None = None
) -> Receipt:
    work = operations.start(actor=actor, verb=verb)
    receipt = Receipt(
        "saved",
        text,
        object=Link("Jobs", reverse("jobs")),
        alternative=alternative,
        nothing_next=nothing or "Nothing else to do here.",
    )
    return operations.finish(work, receipt)

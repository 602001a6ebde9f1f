"""Keeping the task table small."""

from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from keen.core.jobs.declare import job
from keen.core.queue.overview import discarded_letters

KEPT = timedelta(days=7)
KEPT_DISCARDED = timedelta(days=30)
BATCH = 1000


@job(priority=-50)
def forget_finished_tasks() -> int:
    """How many tasks were removed: done for a week, or discarded for 30 days. Dead letters stay until somebody decides."""
    now = timezone.now()
    done = DBTaskResult.objects.filter(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - KEPT)
    return _remove(done) + _remove(discarded_letters().filter(finished_at__lt=now - KEPT_DISCARDED))


@job(priority=-50)
def forget_ended_sessions() -> int:
    """How many sessions were removed that ended by themselves: nobody signs out of them any more."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


def _remove(rows: "QuerySet[DBTaskResult[Any, Any]]") -> int:
    removed = 0
    while ids := list(
        rows.order_by().values_list("pk", flat=True)[:BATCH]
    ):  # short transactions: others write between
        removed += DBTaskResult.objects.filter(pk__in=ids).delete()[0]
    return removed

"""Keeping the task table small."""

from datetime import timedelta

from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from keen.core.jobs.declare import job

KEPT = timedelta(days=7)
BATCH = 1000


@job(priority=-50)
def forget_finished_tasks() -> int:
    """How many tasks that succeeded more than a week ago were removed. Dead letters stay until somebody decides."""
    old = DBTaskResult.objects.filter(
        status=TaskResultStatus.SUCCESSFUL, finished_at__lt=timezone.now() - KEPT
    )
    removed = 0
    while ids := list(
        old.order_by().values_list("pk", flat=True)[:BATCH]
    ):  # short transactions: others write between
        removed += DBTaskResult.objects.filter(pk__in=ids).delete()[0]
    return removed

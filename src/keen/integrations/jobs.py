"""Sending webhooks in the background."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from keen.core.jobs import OUTBOUND, Policy, PutBackError, job, stopping
from keen.integrations.actions import deliveries
from keen.integrations.outbound import Outbound
from keen.integrations.sending import Sender, door, next_due

SHIFT = 30.0
LATE = timedelta(seconds=30)


@job(queue=OUTBOUND, policy=Policy(forget=True, limit=timedelta(minutes=5), max_attempts=1000))
def send_webhooks() -> int:
    """How many requests were made. Comes back by itself when the next message is due.

    Raises: PutBackError when the worker stops.
    """
    outbound = Outbound(door())
    try:
        made = Sender(outbound).run(SHIFT)
    finally:
        outbound.close()
    if stopping():
        raise PutBackError("The worker stops; what waits is sent after its next start.")
    if due := next_due():
        wake(max(due, timezone.now()))
    return made


def wake(at: datetime | None = None) -> None:
    """Have the sender look at what waits, now or then. Nothing when it will anyway.

    Cost: 1 query, 2 when it is not asked for yet.
    """
    due = at or timezone.now()
    asked = DBTaskResult.objects.filter(
        task_path=send_webhooks.module_path, status=TaskResultStatus.READY, queue_name=OUTBOUND
    )
    if not asked.filter(run_after__lte=due).exists():
        send_webhooks.using(run_after=due).enqueue()


@job()
def wake_late_webhooks() -> None:
    """The sender looks again when something has waited for it for too long: its task was lost, or discarded."""
    due = next_due()
    if due and due < timezone.now() - LATE:
        wake()


@job(priority=-50)
def forget_old_webhooks() -> int:
    """How many messages were removed from the log."""
    return deliveries.forget(timezone.now())

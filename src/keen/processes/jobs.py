"""Automations in the background."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from keen.core.jobs import Policy, job, pause_if_stopping
from keen.integrations.jobs import wake as wake_webhooks
from keen.processes.actions import clock, running
from keen.processes.models import Outcome, Run

SHIFT = timedelta(seconds=30)


@job(policy=Policy(forget=True, limit=timedelta(minutes=2), max_attempts=1000))
def run_automations() -> int:
    """How many runs were ended. What is left after a shift waits for the next one.

    Raises: PutBackError when the worker stops.
    """
    count, started = 0, timezone.now()
    while timezone.now() - started < SHIFT:
        ids = running.claim(timezone.now())
        if not ids:
            return count
        for run_id in ids:
            if running.run(run_id, timezone.now()):
                wake_webhooks()
            count += 1
            pause_if_stopping()
    wake()
    return count


def wake(at: datetime | None = None) -> None:
    """Have the runs that wait looked at, now or then. Nothing when they will be anyway.

    Cost: 1 query, 2 when it is not asked for yet.
    """
    due = at or timezone.now()
    asked = DBTaskResult.objects.filter(
        task_path=run_automations.module_path, status=TaskResultStatus.READY, run_after__lte=due
    )
    if not asked.exists():
        run_automations.using(run_after=due).enqueue()


@job()
def watch_clock() -> int:
    """How many runs wait now because a date came near or passed; late ones are looked at again."""
    found = clock.look(timezone.now())
    if found or Run.objects.filter(outcome=Outcome.WAITING, due_at__lte=timezone.now()).exists():
        wake()
    return found


@job()
def look_daily() -> int:
    """How many runs wait now because records meet the conditions of automations that look every day."""
    found = clock.look_daily(timezone.now())
    if found:
        wake()
    return found


@job(priority=-50)
def forget_old_runs() -> int:
    """How many runs were removed from the log."""
    return clock.forget(timezone.now())

"""Schedules: whoever moves a slot's time on has taken it, so any number of workers run it once."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from keen.core.models.jobs import ScheduleSlot
from keen.core.wiring import Schedule, wired

NOTHING = UUID(int=0)


def run_due(now: datetime) -> list[str]:
    """The names of the schedules whose jobs were put in the queue.

    Shape: slots missed while nobody ran are made up for once; a schedule whose last run is not over waits for its next slot.
    Cost: 1 query when nothing is due.
    """
    declared = {schedule.name: schedule for schedule in wired().schedules}
    slots = {slot.name: slot for slot in ScheduleSlot.objects.filter(name__in=declared)}
    started: list[str] = []
    for name, schedule in declared.items():
        slot = slots.get(name)
        following = schedule.timing.after(now, zone())
        if slot is None:
            ScheduleSlot.objects.get_or_create(name=name, defaults={"next_run_at": following})
        elif slot.next_run_at <= now and _take(slot, schedule, following, now):
            started.append(name)
        elif slot.next_run_at > max(following, _expected(slot, schedule, following)):
            # Declared to run more often, or earlier, than when the slot was set.
            ScheduleSlot.objects.filter(name=name, next_run_at=slot.next_run_at).update(next_run_at=following)
    return started


def _expected(slot: ScheduleSlot, schedule: Schedule, following: datetime) -> datetime:
    """The slot after the last run: a worker whose clock is behind must not bring back the one that just ran."""
    return schedule.timing.after(slot.last_run_at, zone()) if slot.last_run_at else following


def zone() -> ZoneInfo:
    """The company's time zone."""
    return ZoneInfo(settings.TIME_ZONE)


def _take(slot: ScheduleSlot, schedule: Schedule, following: datetime, now: datetime) -> bool:
    with transaction.atomic():
        mine = ScheduleSlot.objects.filter(name=slot.name, next_run_at=slot.next_run_at)
        if not mine.update(next_run_at=following):
            return False
        last = DBTaskResult.objects.filter(pk=slot.task_id or NOTHING)
        if last.filter(status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING)).exists():
            return False
        last.filter(status=TaskResultStatus.SUCCESSFUL).delete()  # one row a schedule, not one a minute
        result = schedule.job.enqueue(**schedule.arguments)
        ScheduleSlot.objects.filter(name=slot.name).update(last_run_at=now, task_id=result.id)
    return True

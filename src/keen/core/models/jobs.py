"""Who works on background tasks, and when the next slot of a schedule comes. The tasks are rows of django_tasks_db."""

import uuid

from django.db import models


class Worker(models.Model):
    """One thread that runs tasks of one queue. The row is its lease: whoever finds it gone has lost its task.

    `task_id` is set while a task runs, so that the task of a dead worker is found without a search.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    host = models.CharField(max_length=120)
    pid = models.PositiveIntegerField()
    queue = models.CharField(max_length=32)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    task_id = models.UUIDField(null=True)
    task_started_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.queue} on {self.host} ({self.pid})"


class ScheduleSlot(models.Model):
    """When a schedule runs next. Whoever moves `next_run_at` on has taken the slot, and nobody else can."""

    name = models.CharField(max_length=120, primary_key=True)
    next_run_at = models.DateTimeField()
    last_run_at = models.DateTimeField(null=True)
    task_id = models.UUIDField(null=True)

    def __str__(self) -> str:
        return self.name

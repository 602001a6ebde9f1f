"""Automations, and what each of them did."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from keen.core import stamps
from keen.processes.domain.rules import Definition, Step, Trigger


class State(models.TextChoices):
    """Whether it acts."""

    ON = "on", "On"
    PAUSED = "paused", "Paused"
    STOPPED = "stopped", "Stopped"


class Outcome(models.TextChoices):
    """What came of it."""

    WAITING = "waiting", "Waiting"
    DONE = "done", "Did it"
    NOTHING = "nothing", "Did nothing"
    FAILED = "failed", "Failed"
    STOPPED = "stopped", "Stopped"


class Automation(models.Model):
    """When this, and if that, then do these. It acts with the rights of its owner, never with more."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    trigger = models.JSONField(default=dict)
    conditions = models.CharField(max_length=2000, blank=True)
    steps = models.JSONField(default=list)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PAUSED)
    reason = models.CharField(max_length=20, blank=True)
    state_at = models.DateTimeField()
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    failures = models.PositiveIntegerField(default=0)
    # Who was last in turn, by the place of the step.
    turns = models.JSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(
                fields=("kind", "state"),
                condition=Q(archived_at__isnull=True),
                name="processes_automation_of",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("automation", args=[self.pk])

    @property
    def definition(self) -> Definition:
        """What it does, as somebody wrote it."""
        steps = tuple(Step.from_json(step) for step in self.steps)
        return Definition(self.name, Trigger.from_json(self.trigger), self.conditions, steps)

    @property
    def agent(self) -> str:
        """What the audit trail and people call it."""
        return f"Automation “{self.name}”"


class Run(models.Model):
    """One thing that set an automation off, and what came of it. A key comes once for each automation.

    `reason` says why nothing came of it; `did` what it did, without what is personal. `cause` is the run that set it off.
    """

    automation = models.ForeignKey(Automation, models.CASCADE, related_name="runs", db_index=False)
    key = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    happened_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    code = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    did = models.JSONField(default=list)
    depth = models.PositiveSmallIntegerField(default=0)
    cause = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", db_index=False)
    operation_id = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("automation", "key"), name="processes_run_once"),)
        indexes = (
            models.Index(fields=("due_at", "id"), condition=Q(outcome="waiting"), name="processes_run_due"),
            models.Index(fields=("automation", "-id"), name="processes_run_log"),
            models.Index(fields=("automation", "outcome", "-id"), name="processes_run_outcome"),
            models.Index(fields=("automation", "record_id", "done_at"), name="processes_run_lately"),
            models.Index(
                fields=("operation_id",), condition=Q(operation_id__isnull=False), name="processes_run_made"
            ),
            models.Index(fields=("done_at",), name="processes_run_old"),
        )

    def __str__(self) -> str:
        return f"{self.automation_id} {self.key}: {self.outcome}"


def living() -> models.QuerySet[Automation]:
    """The automations that are not put away."""
    return Automation.objects.filter(archived_at__isnull=True)


def waiting_for() -> tuple[tuple[int, Trigger], ...]:
    """Those that are on, each with what sets it off, as this request or job sees them.

    Cost: none; 1 query in a process that sees this state for the first time.
    """
    mark = stamps.current()
    return _waiting_for(mark) if mark else ()


@lru_cache(maxsize=4)
def _waiting_for(mark: str) -> tuple[tuple[int, Trigger], ...]:
    del mark
    found: list[tuple[int, dict[str, Any]]] = list(
        living().filter(state=State.ON).order_by("pk").values_list("pk", "trigger")
    )
    return tuple((pk, Trigger.from_json(trigger)) for pk, trigger in found)

"""Endpoints of webhooks, the messages to them, and every attempt to deliver one."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from keen.integrations.domain.health import Health


class State(models.TextChoices):
    """Whether anything is sent."""

    ACTIVE = "active", "On"
    PAUSED = "paused", "Paused"
    OFF = "off", "Off"


class Outcome(models.TextChoices):
    """What became of a message."""

    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Given up"
    SKIPPED = "skipped", "Not sent"


class Endpoint(models.Model):
    """An address that is told what happens. It is told only what its owner may read at that moment.

    The secrets are encrypted; `old_secret` signs along until `old_until`.
    """

    name = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    topics = models.JSONField(default=list)
    with_record = models.BooleanField(default=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    reason = models.CharField(max_length=20, blank=True)
    state_at = models.DateTimeField()
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
    secret = models.TextField()
    secret_at = models.DateTimeField()
    old_secret = models.TextField(blank=True)
    old_until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    blocked_until = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_fault = models.CharField(max_length=20, blank=True)
    last_status = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = (
            models.Index(
                fields=("state",), condition=Q(deleted_at__isnull=True), name="integrations_endpoint_live"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("webhook", args=[self.pk])

    @property
    def health(self) -> Health:
        """How the endpoint is doing."""
        return Health(self.failures, self.failing_since, self.blocked_until, self.last_success_at)


class Delivery(models.Model):
    """One message to one endpoint. Its id for the receiver stays the same however often it is sent."""

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="deliveries", db_index=False)
    event_id = models.UUIDField(default=uuid.uuid4)
    topic = models.CharField(max_length=60)
    kind = models.CharField(max_length=40, blank=True)
    record_id = models.BigIntegerField(null=True)
    told = models.JSONField(default=dict)
    happened_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    last_status = models.PositiveIntegerField(default=0)
    last_fault = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("endpoint", "event_id"), name="integrations_delivery_once"),
        )
        indexes = (
            models.Index(
                fields=("endpoint", "due_at", "id"),
                condition=Q(outcome="waiting"),
                name="integrations_delivery_due",
            ),
            models.Index(fields=("endpoint", "outcome", "-id"), name="integrations_delivery_log"),
            models.Index(fields=("endpoint", "-id"), name="integrations_delivery_all"),
            models.Index(fields=("done_at",), name="integrations_delivery_old"),
        )

    def __str__(self) -> str:
        return f"{self.topic} {self.message_id}"

    @property
    def message_id(self) -> str:
        """The id by which the receiver knows that it has the message already."""
        return f"msg_{self.event_id.hex}"


class Attempt(models.Model):
    """One request and its answer. A record that went along is not kept, nor what was answered to it."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    url = models.CharField(max_length=500)
    status = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=20, blank=True)
    milliseconds = models.PositiveIntegerField(default=0)
    request = models.JSONField(default=dict)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("number", "pk")

    def __str__(self) -> str:
        return f"{self.number}: {self.status or self.fault}"

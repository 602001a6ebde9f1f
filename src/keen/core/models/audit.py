"""The audit trail: operations and the changes they made. Undo reads it backwards."""

import uuid

from django.db import models

from keen.core.models.users import User


class Operation(models.Model):
    """One thing that somebody did: the unit that a receipt tells of and that undo takes back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    label = models.CharField(max_length=300)
    at = models.DateTimeField()
    via = models.CharField(max_length=20)
    undo_until = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    receipt = models.JSONField(default=dict)
    once = models.CharField(max_length=80, null=True)  # noqa: DJ001  NULLs do not collide in the unique pair

    class Meta:
        constraints = (models.UniqueConstraint(fields=("actor", "once"), name="core_operation_once"),)
        indexes = (models.Index(fields=("actor", "-at"), name="core_operation_recent"),)

    def __str__(self) -> str:
        return self.label


class Change(models.Model):
    """What an operation did to one record. Rows are added, never changed.

    `before` and `after` hold only the fields that changed: all of them where a record was created.
    """

    operation = models.ForeignKey(Operation, models.PROTECT, related_name="changes")
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    verb = models.CharField(max_length=20)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(fields=("kind", "record_id", "-at", "-id"), name="core_change_record"),
            models.Index(fields=("at",), name="core_change_at"),
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.kind} {self.record_id}"

    @property
    def who(self) -> str:
        """Who did it: a person, an automation, or Keen itself."""
        return self.actor.name if self.actor else str(self.operation.receipt.get("by") or "Keen")

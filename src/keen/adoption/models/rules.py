"""What the company decided: who sees figures about people, and by which weights and thresholds they are made."""

from django.conf import settings
from django.db import models

from keen.adoption.domain.modes import LABELS, Mode


class ModeChange(models.Model):
    """A wish that figures be seen by others than before, and what became of it. Rows are added and answered, never removed."""

    ASKED, IN_FORCE, REFUSED, WITHDRAWN = "asked", "in_force", "refused", "withdrawn"
    STATES = ((ASKED, "Asked"), (IN_FORCE, "Decided"), (REFUSED, "Refused"), (WITHDRAWN, "Withdrawn"))

    mode = models.CharField(max_length=9, choices=[(one.value, LABELS[one]) for one in Mode])
    before = models.CharField(max_length=9, blank=True)
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=9, choices=STATES)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    starts_on = models.DateField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("state",), condition=models.Q(state="asked"), name="adoption_one_wish"
            ),
        )

    def __str__(self) -> str:
        return f"{self.before or 'nothing'} to {self.mode}"


class PolicyVersion(models.Model):
    """The weights, targets and thresholds from a day on. Rows are added, never changed."""

    version = models.PositiveIntegerField(unique=True)
    data = models.JSONField()
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    starts_on = models.DateField()

    def __str__(self) -> str:
        return f"Version {self.version}"

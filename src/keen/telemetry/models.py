"""What level is in force and who decided it, the keys of pseudonyms, and who looked at figures with a name."""

from django.conf import settings
from django.db import models

from keen.telemetry.domain.levels import LABELS, Level


class LevelChange(models.Model):
    """A wish to record more or less, and what became of it. The newest one in force holds; rows are never removed."""

    ASKED, IN_FORCE, REFUSED, WITHDRAWN = "asked", "in_force", "refused", "withdrawn"
    STATES = ((ASKED, "Asked"), (IN_FORCE, "In force"), (REFUSED, "Refused"), (WITHDRAWN, "Withdrawn"))

    level = models.CharField(max_length=12, choices=[(level.value, LABELS[level]) for level in Level])
    before = models.CharField(max_length=12)
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=9, choices=STATES)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("state",), condition=models.Q(state="asked"), name="telemetry_one_wish"
            ),
        )

    def __str__(self) -> str:
        return f"{self.before} to {self.level}"


class PseudonymKey(models.Model):
    """The key of a quarter's codes. Destroyed, nobody can tell any more whose a code was."""

    quarter = models.CharField(max_length=7)
    serial = models.PositiveSmallIntegerField(default=1)
    secret = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("quarter", "serial"), name="telemetry_key_once"),)

    def __str__(self) -> str:
        return f"{self.quarter}.{self.serial}"


class NamedRead(models.Model):
    """Somebody looked at figures about one person: who, at which page, for what. The person sees it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    page = models.CharField(max_length=60)
    purpose = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("person", "-at"), name="telemetry_read_of"),)

    def __str__(self) -> str:
        return self.page

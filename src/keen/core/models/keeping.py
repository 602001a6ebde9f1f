"""Backups that were made, and the rest that follows a restore."""

from django.db import models

from keen.core.models.users import User


class Backup(models.Model):
    """One backup: when, how big, and whether restoring it was rehearsed."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    scheduled = models.BooleanField(default=False)
    place = models.CharField(max_length=1000, blank=True)
    size = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    rows = models.BigIntegerField(null=True)
    files = models.BigIntegerField(null=True)
    sealed = models.BooleanField(default=False)
    notes = models.JSONField(default=list)
    problem = models.CharField(max_length=400, blank=True)
    rehearsed_at = models.DateTimeField(null=True)
    rehearsal_seconds = models.FloatField(null=True)
    rehearsal_problem = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes = (models.Index(fields=("-started_at",), name="core_backup_latest"),)

    def __str__(self) -> str:
        return self.place


class Hold(models.Model):
    """While there is one, no background work is taken: a restored copy must not send again what was sent before."""

    since = models.DateTimeField()
    made_at = models.DateTimeField()
    file = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.file

"""What people keep about records: saved lists, favourites, recents."""

from django.conf import settings
from django.db import models


class SavedList(models.Model):
    """A list with its filters, columns and order. Users call it a view."""

    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2000, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    team = models.ForeignKey("core.Team", models.CASCADE, null=True, blank=True, related_name="+")
    shared_with_all = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def href(self) -> str:
        """The query that opens the list, with a mark that it is this view."""
        return f"?{self.query}&view={self.pk}" if self.query else f"?view={self.pk}"


class Favourite(models.Model):
    """A record that somebody starred."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "kind", "record_id"), name="records_favourite_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"


class Recent(models.Model):
    """A record that somebody opened lately."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "kind", "record_id"), name="records_recent_once"),
        )
        indexes = (models.Index(fields=("user", "-at"), name="records_recent_of"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"

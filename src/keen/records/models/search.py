"""The table behind the one search."""

from django.db import models


class SearchEntry(models.Model):
    """What a record is found by, with what decides who may find it. Written in the record's own transaction."""

    record_kind = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    title = models.CharField(max_length=300)
    subtitle = models.CharField(max_length=300, blank=True)
    words = models.TextField(blank=True)
    owner_id = models.BigIntegerField(null=True)
    team_id = models.BigIntegerField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("record_kind", "record_id"), name="records_search_once"),
        )

    def __str__(self) -> str:
        return self.title

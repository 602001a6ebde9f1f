"""What is remembered of the erased: that they were here, by a hash that tells nobody who they were."""

from django.db import models


class Tombstone(models.Model):
    """A way to recognise an erased record, as a keyed hash: so that no file and no program brings it back unnoticed."""

    record_kind = models.CharField(max_length=40)
    hash = models.CharField(max_length=64)
    erased_on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("record_kind", "hash"), name="records_tombstone_once"),
        )

    def __str__(self) -> str:
        return f"{self.record_kind} erased on {self.erased_on}"

"""Answers to programs, kept for a while so that the same wish sent again is granted once."""

from django.db import models

from keen.core.models import ApiToken


class ApiAnswer(models.Model):
    """What a token was answered under an idempotency key. Written in the transaction of what it did.

    `asked` is a hash of the request; `body` is compressed.
    """

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=64)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("token", "key"), name="records_apianswer_once"),)

    def __str__(self) -> str:
        return f"{self.token_id} {self.key[:8]}"

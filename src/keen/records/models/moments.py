"""The table of the moments that others than the field itself give it: a stage asks for a close date."""

from typing import Any

from django.db import models

from keen.records.domain.moments import Moment


class FieldMoment(models.Model):
    """A field of any kind of record, asked for when another field has a certain value."""

    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    when_field = models.CharField(max_length=60)
    when_value = models.CharField(max_length=100)
    required = models.BooleanField(default=False)
    decision = models.CharField(max_length=300, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "name", "when_field", "when_value"), name="records_moment_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}.{self.name} at {self.when_field}={self.when_value}"

    def moment(self) -> Moment:
        """The moment as the program knows it."""
        return Moment(
            self.name,
            when_field=self.when_field,
            when_value=self.when_value,
            required=self.required,
            decision=self.decision,
        )

    def facts(self) -> dict[str, Any]:
        """What was decided, without the place that it is about."""
        return {"name": self.name, "required": self.required, "decision": self.decision}

"""Marks by which processes know whether what they remember is still so."""

from django.db import models


class Stamp(models.Model):
    """The mark of the present state of something that every process keeps in memory: another mark, another state."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"

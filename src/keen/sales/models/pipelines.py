"""Pipelines, stages and exchange rates: a few rows that every process keeps in memory while their mark is the same."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import models

from keen.core import stamps
from keen.core.models.exact import ExactField
from keen.sales.domain.amounts import Rate, Rates
from keen.sales.domain.defaults import DEFAULTS
from keen.sales.domain.pipeline import Forecast, PipelineFacts, Pipelines, StageFacts, StageType


class Pipeline(models.Model):
    """One way in which deals are made."""

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    def facts(self) -> dict[str, Any]:
        """What was decided about it, as the audit trail keeps it."""
        return {
            "key": self.key,
            "name": self.name,
            "position": self.position,
            "archived_at": self.archived_at and self.archived_at.isoformat(),
        }


class Stage(models.Model):
    """One step of a pipeline. Deals name it by its key."""

    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="stages")
    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    position = models.PositiveIntegerField(default=0)
    type = models.CharField(max_length=4, default=StageType.OPEN.value)
    probability = models.PositiveSmallIntegerField(default=0)
    forecast = models.CharField(max_length=10, default=Forecast.PIPELINE.value)
    help = models.JSONField(default=list)
    usual_days = models.PositiveSmallIntegerField(null=True)
    most = models.PositiveSmallIntegerField(null=True)
    archived_at = models.DateTimeField(null=True)
    # What the background saw: the median of the finished stays, and how many there were.
    seen_days = models.PositiveSmallIntegerField(null=True)
    seen_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(probability__lte=100), name="sales_stage_probability"),
        )

    def __str__(self) -> str:
        return self.name

    def facts(self) -> dict[str, Any]:
        """What was decided about it, as the audit trail keeps it."""
        names = (
            "pipeline_id", "key", "name", "position", "type", "probability", "forecast", "help", "usual_days", "most",
        )  # fmt: skip
        return {
            **{name: getattr(self, name) for name in names},
            "archived_at": self.archived_at and self.archived_at.isoformat(),
        }

    def told(self, pipeline: str) -> StageFacts:
        """The stage as the program knows it."""
        return StageFacts(
            key=self.key,
            name=self.name,
            type=StageType(self.type),
            probability=self.probability,
            forecast=Forecast(self.forecast),
            help=tuple(self.help),
            usual_days=self.usual_days,
            seen_days=self.seen_days,
            seen_count=self.seen_count,
            most=self.most,
            archived=self.archived_at is not None,
            pipeline=pipeline,
        )


class ExchangeRate(models.Model):
    """What one unit of a currency is worth in the company's, from a day on."""

    currency = models.CharField(max_length=3)
    on = models.DateField()
    rate = ExactField(places=8)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("currency", "on"), name="sales_rate_once"),)

    def __str__(self) -> str:
        return f"{self.currency} {self.on}"


def pipelines() -> Pipelines:
    """The pipelines as this request or job sees them; those of a new installation while nobody changed any.

    Cost: none; 2 queries in a process that sees this state for the first time.
    """
    mark = stamps.current()
    return _pipelines(mark) if mark else DEFAULTS


@lru_cache(maxsize=4)
def _pipelines(mark: str) -> Pipelines:
    del mark
    stages: dict[int, list[Stage]] = {}
    for stage in Stage.objects.order_by("position", "pk"):
        stages.setdefault(stage.pipeline_id, []).append(stage)
    found = Pipelines(
        tuple(
            PipelineFacts(
                row.key,
                row.name,
                tuple(stage.told(row.key) for stage in stages.get(row.pk, ())),
                row.archived_at is not None,
            )
            for row in sorted(
                Pipeline.objects.all(), key=lambda row: (row.archived_at is not None, row.position, row.pk)
            )
        )
    )
    return found if found.offered else DEFAULTS


def rates() -> Rates:
    """The exchange rates as this request or job sees them.

    Cost: none; 1 query in a process that sees this state for the first time.
    """
    mark = stamps.current()
    return _rates(mark, settings.KEEN.currency) if mark else Rates(settings.KEEN.currency, {})


@lru_cache(maxsize=4)
def _rates(mark: str, company: str) -> Rates:
    del mark
    known: dict[str, list[Rate]] = {}
    for row in ExchangeRate.objects.order_by("on"):
        known.setdefault(row.currency, []).append(Rate(row.on, row.rate))
    return Rates(company, known)

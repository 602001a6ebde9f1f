"""Opportunities: what may be sold to whom, where it stands, and how long it stood where."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q

from keen.core.models.exact import ExactField
from keen.people.models import Account, Contact
from keen.records.domain.fieldvalues import tag_key
from keen.records.models import Record
from keen.sales.domain import amounts, attention
from keen.sales.domain.pipeline import FORECASTS, StageFacts, weight
from keen.sales.domain.pricing import plain_money, worth_of
from keen.sales.domain.reasons import ALL, ROLES
from keen.sales.models.pipelines import pipelines, rates

ALIVE = Q(deleted_at__isnull=True)
OPEN = ALIVE & Q(closed_at__isnull=True)
TYPES = (("new", "New business"), ("existing", "Existing business"), ("renewal", "Renewal"))


class Opportunity(Record):
    """Something that may be sold. The amount is what was said; value and weighted value follow in the company's currency."""

    KIND: ClassVar[str] = "opportunity"
    TITLE_FIELDS: ClassVar[tuple[str, ...]] = ("name",)
    SUBTITLE_FIELDS: ClassVar[tuple[str, ...]] = ("account", "stage")
    WORD_FIELDS: ClassVar[tuple[str, ...]] = ("external_id", "competitors")

    name = models.CharField(max_length=200)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", db_index=False)
    account_name = models.CharField(max_length=200, blank=True)
    pipeline = models.CharField(max_length=40)
    stage = models.CharField(max_length=40)
    type = models.CharField(max_length=10, blank=True, choices=TYPES)
    amount = models.JSONField(null=True)
    close_date = models.DateField(null=True)
    probability_by_hand = models.PositiveSmallIntegerField(null=True)
    forecast_by_hand = models.CharField(max_length=10, blank=True, choices=FORECASTS)
    competitors = models.JSONField(default=list)
    reason = models.CharField(max_length=20, blank=True, choices=ALL)
    description = models.TextField(blank=True)
    # What is offered; where there are lines, the amount is what they come to.
    lines = models.JSONField(default=list)
    # What follows from the above, from the stage, from the rates and from the activities.
    probability = models.PositiveSmallIntegerField(default=0)
    forecast_category = models.CharField(max_length=10, blank=True, choices=FORECASTS)
    value = ExactField(null=True)
    weighted = ExactField(null=True)
    counts_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    stage_since = models.DateTimeField()
    stale_on = models.DateField(null=True)
    next_step_on = models.DateField(null=True)
    next_step = models.CharField(max_length=200, blank=True)
    next_kind = models.CharField(max_length=10, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("pipeline", "stage", "team", "owner"), condition=OPEN, name="opportunity_board"
            ),
            models.Index(
                fields=("-created_at", "-id", "team", "owner"),
                condition=ALIVE,
                name="opportunity_by_creation",
            ),
            models.Index(
                fields=("-updated_at", "-id", "team", "owner"), condition=ALIVE, name="opportunity_by_update"
            ),
            models.Index(
                fields=("close_date", "id", "team", "owner"), condition=ALIVE, name="opportunity_by_close"
            ),
            models.Index(
                fields=("value", "id", "team", "owner"), condition=ALIVE, name="opportunity_by_value"
            ),
            models.Index(
                fields=("next_step_on", "id", "team", "owner"), condition=OPEN, name="opportunity_by_step"
            ),
            models.Index(
                fields=("stale_on", "id", "team", "owner"), condition=OPEN, name="opportunity_by_stale"
            ),
            # Sight is a team or an owner: each by its own index, so that the deals of others are not even looked at.
            models.Index(fields=("team", "closed_at", "stage"), condition=ALIVE, name="opportunity_by_team"),
            models.Index(fields=("owner", "closed_at", "stage"), condition=ALIVE, name="opportunity_by_mine"),
            models.Index(fields=("owner", "counts_on"), condition=ALIVE, name="opportunity_by_owner"),
            models.Index(fields=("counts_on", "stage"), condition=ALIVE, name="opportunity_by_month"),
            models.Index(fields=("account",), condition=ALIVE, name="opportunity_of_account"),
            models.Index(
                fields=("external_id",), condition=~Q(external_id=""), name="opportunity_by_external"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """What the deal is called."""
        return self.name

    @property
    def subtitle(self) -> str:
        """The company and the stage."""
        return ", ".join(part for part in (self.account_name, self.stage_name) if part)

    @property
    def facts(self) -> StageFacts:
        """The stage it stands at; the first one where the stage is not known any more."""
        found = pipelines()
        return found.stages.get(self.stage) or found.first()

    @property
    def stage_name(self) -> str:
        """The name of the stage."""
        return self.facts.name if self.stage else ""

    @property
    def is_open(self) -> bool:
        """Whether it is still to be decided."""
        return self.facts.is_open

    def derive(self) -> None:
        """Fill what follows from the stage, the amount and the rates."""
        if self.lines:
            self.amount = worth_of(self.lines)
        found = pipelines()
        stage = found.stages.get(self.stage) or found.first()
        self.stage, self.pipeline = stage.key, stage.pipeline
        self.closed_at = None if stage.is_open else (self.closed_at or self.updated_at)
        if self._state.adding and self.__dict__.get("stage_since") is None:
            self.stage_since = self.created_at
        weighed = weight(stage, self.probability_by_hand, self.forecast_by_hand)
        self.probability, self.forecast_category = weighed.probability, weighed.forecast
        zone = ZoneInfo(settings.TIME_ZONE)
        closed_on = self.closed_at.astimezone(zone).date() if self.closed_at else None
        self.counts_on = closed_on or self.close_date
        self.value = self._worth(closed_on or self.updated_at.astimezone(zone).date())
        self.weighted = None if self.value is None else amounts.weighted(self.value, self.probability)
        self.derive_stale()

    def refuses(self, values: Mapping[str, Any]) -> dict[str, str]:
        """An amount by hand is not taken while lines say what it is."""
        given = values.get("amount", self.amount)
        if not self.lines or (given and plain_money(given) == plain_money(self.amount or {})):
            return {}
        count = "1 line" if len(self.lines) == 1 else f"{len(self.lines)} lines"
        return {
            "amount": f"The amount follows from {count} of this deal. Change the lines, or take them away."
        }

    def derive_stale(self) -> None:
        """Fill from when it stands longer than usual: of an open one, by its stage and its planned step."""
        stage, zone = self.facts, ZoneInfo(settings.TIME_ZONE)
        self.stale_on = (
            attention.stale_on(self.stage_since, stage.usual, self.next_step_on, zone)
            if stage.is_open
            else None
        )

    def _worth(self, on: date) -> Decimal | None:
        """The amount in the company's currency: by the rate of the day it was decided, else by that of now."""
        if not self.amount:
            return None
        return amounts.value(Decimal(self.amount["amount"]), self.amount["currency"], on, rates())

    def handles(self) -> set[tuple[str, str]]:
        """The competitors, and the id in another system."""
        found = {("tag", tag_key(name)) for name in self.competitors}
        return found | {("external", self.external_id)} if self.external_id else found

    def search_words(self) -> dict[str, list[str]]:
        """The competitors and the id elsewhere."""
        return {"external_id": [self.external_id], "competitors": list(self.competitors)}


class StageStay(models.Model):
    """How long an opportunity stood at a stage. `left_at` is empty for where it stands now.

    Derived from the opportunity's own row by every write.
    """

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="stays", db_index=False)
    pipeline = models.CharField(max_length=40)
    stage = models.CharField(max_length=40)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("opportunity",), condition=Q(left_at__isnull=True), name="sales_stay_one_open"
            ),
        )
        indexes = (
            models.Index(fields=("opportunity", "entered_at"), name="sales_stay_of"),
            models.Index(
                fields=("stage", "left_at"), condition=Q(left_at__isnull=False), name="sales_stay_past"
            ),
        )

    def __str__(self) -> str:
        return f"{self.stage} since {self.entered_at:%Y-%m-%d}"


class Involvement(models.Model):
    """What a contact has to do with an opportunity. Contacts that were merged are found by the ids they took in."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="involved", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+", db_index=False)
    role = models.CharField(max_length=12, choices=ROLES)
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("opportunity", "contact", "role"), name="sales_involved_once"),
        )
        indexes = (models.Index(fields=("contact",), name="sales_involved_contact"),)

    def __str__(self) -> str:
        return self.role

"""Leads: people who may become customers, the forms by which they come, and what was sent by those."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from keen.core import stamps
from keen.core.models import Team
from keen.lib import names, text
from keen.people.models import NAMELESS, Account, Contact, Party
from keen.records.models import Record
from keen.sales.domain import scoring
from keen.sales.domain.leads import OPEN, REASONS, STATUSES, Status
from keen.sales.models.opportunities import Opportunity

ALIVE = Q(deleted_at__isnull=True)
WAITING = ALIVE & Q(first_touch_at__isnull=True)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((one for one in moments if one is not None), default=None)


class Lead(Party):
    """Somebody who may become a customer. Once converted, it leads to the account, the contact and the deal."""

    KIND: ClassVar[str] = "lead"
    TITLE_FIELDS: ClassVar[tuple[str, ...]] = ("first_name", "last_name", "company")
    TITLE_COLUMNS: ClassVar[tuple[tuple[str, str], ...]] = (("email", "emails"), ("phone", "phones"))
    SUBTITLE_FIELDS: ClassVar[tuple[str, ...]] = ("job_title", "company")
    WORD_FIELDS: ClassVar[tuple[str, ...]] = (
        "addresses",
        "city",
        "tags",
        "external_id",
        "external_ids",
        "company",
        "campaign",
    )

    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=120, blank=True)
    company = models.CharField(max_length=200, blank=True)
    job_title = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=12, choices=STATUSES, default=Status.NEW.value)
    reason = models.CharField(max_length=20, blank=True, choices=REASONS)
    campaign = models.CharField(max_length=120, blank=True)
    form = models.ForeignKey("sales.WebForm", models.SET_NULL, null=True, related_name="+", db_index=False)
    promised_at = models.DateTimeField(null=True)
    converted_at = models.DateTimeField(null=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", db_index=False)
    account_name = models.CharField(max_length=200, blank=True)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+", db_index=False)
    contact_name = models.CharField(max_length=200, blank=True)
    opportunity = models.ForeignKey(Opportunity, models.PROTECT, null=True, related_name="+", db_index=False)
    opportunity_name = models.CharField(max_length=200, blank=True)
    # What follows from the above and from the activities.
    score = models.PositiveSmallIntegerField(default=0)
    touches = models.PositiveSmallIntegerField(default=0)
    first_touch_at = models.DateTimeField(null=True)
    next_step_on = models.DateField(null=True)
    next_step = models.CharField(max_length=200, blank=True)
    next_kind = models.CharField(max_length=10, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("-created_at", "-id", "team", "owner"), condition=ALIVE, name="lead_by_creation"
            ),
            models.Index(
                fields=("-updated_at", "-id", "team", "owner"), condition=ALIVE, name="lead_by_update"
            ),
            models.Index(fields=("-score", "id", "team", "owner"), condition=ALIVE, name="lead_by_score"),
            models.Index(fields=("sort_name", "id", "team", "owner"), condition=ALIVE, name="lead_by_name"),
            models.Index(
                fields=("status", "-created_at", "-id", "team", "owner"),
                condition=ALIVE,
                name="lead_by_status",
            ),
            models.Index(
                fields=("promised_at", "id", "team", "owner"), condition=WAITING, name="lead_by_promise"
            ),
            models.Index(
                fields=("next_step_on", "id", "team", "owner"), condition=ALIVE, name="lead_by_step"
            ),
            models.Index(fields=("owner", "status"), condition=ALIVE, name="lead_by_owner"),
            models.Index(fields=("team", "status"), condition=ALIVE, name="lead_by_team"),
            models.Index(fields=("contact",), condition=Q(contact__isnull=False), name="lead_of_contact"),
            models.Index(fields=("account",), condition=Q(account__isnull=False), name="lead_of_account"),
            models.Index(
                fields=("opportunity",), condition=Q(opportunity__isnull=False), name="lead_of_opportunity"
            ),
            models.Index(fields=("external_id",), condition=~Q(external_id=""), name="lead_by_external"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """First and last name, or the best that is known."""
        return (
            names.full(self.first_name, self.last_name)
            or self.company
            or self.email
            or self.phone
            or NAMELESS
        )

    @property
    def called(self) -> str:
        """The name or the company: an address or a number stands on no other row, where not everybody may read it."""
        return names.full(self.first_name, self.last_name) or self.company or NAMELESS

    @property
    def subtitle(self) -> str:
        """Job title and company."""
        return ", ".join(part for part in (self.job_title, self.company) if part)

    @property
    def is_open(self) -> bool:
        """Whether somebody is still to decide about it."""
        return self.status in OPEN

    @property
    def facts(self) -> scoring.LeadFacts:
        """What is weighed of it."""
        return scoring.LeadFacts(
            company=self.company, job_title=self.job_title, email=self.email, phone=self.phone,
            source=self.source, description=self.description, came_by_form=self.form_id is not None,
            touches=self.touches,
        )  # fmt: skip

    def derive(self) -> None:
        """Fill the name to sort by, the score, and what Party derives."""
        super().derive()
        self.sort_name = text.fold(f"{self.last_name} {self.first_name}".strip() or self.title)[:200]
        self.score = scoring.score(self.facts, score_points())

    def joins(self, other: Record) -> str:
        """A converted lead is a part of nothing else: it leads to what it became."""
        assert isinstance(other, Lead)  # noqa: S101  of one kind
        if Status.CONVERTED in {self.status, other.status}:
            return "One of them was converted. Convert the other one into the same contact and account."
        return ""

    def takes_in(self, other: Record) -> dict[str, Any]:
        """The earliest promise and touch, all touches, the nearest step, and the form of whichever came by one."""
        assert isinstance(other, Lead)  # noqa: S101  of one kind
        steps = [one for one in (self, other) if one.next_step_on is not None]
        nearest = min(steps, key=lambda one: str(one.next_step_on), default=self)
        return {
            "touches": self.touches + other.touches,
            "first_touch_at": _earliest(self.first_touch_at, other.first_touch_at),
            "promised_at": _earliest(self.promised_at, other.promised_at),
            "form_id": self.form_id or other.form_id,
            **{name: getattr(nearest, name) for name in ("next_step_on", "next_step", "next_kind")},
        }

    def refuses(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Another status while it leads to what it became."""
        if self.status != Status.CONVERTED or values.get("status", self.status) == self.status:
            return {}
        return {"status": "It was converted. Take that back first: the receipt of it can be undone."}

    def handles(self) -> set[tuple[str, str]]:
        """Party's, the words of the name in order, and the company without its legal form."""
        key = " ".join(sorted(names.person_key(self.first_name, self.last_name).split()))
        found = {("name", key), ("company", names.company_key(self.company)[:200])}
        return super().handles() | {pair for pair in found if pair[1]}

    def search_words(self) -> dict[str, list[str]]:
        """Party's, the company and the campaign."""
        return {**super().search_words(), "company": [self.company], "campaign": [self.campaign]}


class ScorePoints(models.Model):
    """The points of a rule of the score, where the company gives it others than usual."""

    sign = models.CharField(max_length=20, unique=True)
    points = models.SmallIntegerField()

    class Meta:
        verbose_name_plural = "score points"

    def __str__(self) -> str:
        return f"{self.sign}: {self.points}"


def score_points() -> Mapping[str, int]:
    """The points that the company gives otherwise than usual, by rule, as this request or job sees them.

    Cost: none; 1 query in a process that sees this state for the first time.
    """
    mark = stamps.current()
    return _points(mark) if mark else scoring.USUAL


@lru_cache(maxsize=4)
def _points(mark: str) -> Mapping[str, int]:
    del mark
    return dict(ScorePoints.objects.values_list("sign", "points"))


class WebForm(models.Model):
    """A form that anybody can fill in: which fields it has, who gets what comes by it, and how soon they answer.

    Shape: `fields` is a list of {"name", "required"}; `sites` lists the origins that may show it within their pages.
    """

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    intro = models.CharField(max_length=300, blank=True)
    fields = models.JSONField(default=list)
    thanks = models.CharField(max_length=500, blank=True)
    promised_hours = models.PositiveSmallIntegerField(null=True)
    campaign = models.CharField(max_length=120, blank=True)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    consent_text = models.CharField(max_length=500, blank=True)
    sites = models.JSONField(default=list)
    archived_at = models.DateTimeField(null=True)
    # Whose turn it was last.
    last_given = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.name

    def facts(self) -> dict[str, Any]:
        """What was decided about it, as the audit trail keeps it."""
        return {
            "key": self.key,
            "name": self.name,
            "intro": self.intro,
            "fields": list(self.fields),
            "thanks": self.thanks,
            "promised_hours": self.promised_hours,
            "campaign": self.campaign,
            "team_id": self.team_id,
            "owner_id": self.owner_id,
            "consent_text": self.consent_text,
            "sites": list(self.sites),
            "archived_at": self.archived_at and self.archived_at.isoformat(),
        }


class FormEntry(models.Model):
    """Something that was sent by a form. What became a lead stands there; what looks like spam waits here.

    Shape: `once` is the mark of the page that was sent: the same page sent twice is one entry.
    """

    STATES = (("lead", "Became a lead"), ("spam", "Looks like spam"), ("dropped", "Dropped"))

    form = models.ForeignKey(WebForm, models.CASCADE, related_name="entries", db_index=False)
    once = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=STATES)
    why = models.JSONField(default=list)
    values = models.JSONField(default=dict)
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="entries", db_index=False)
    consented = models.BooleanField(default=False)
    wording = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name_plural = "form entries"
        indexes = (
            models.Index(fields=("state", "-at"), name="sales_entry_state"),
            models.Index(fields=("form", "-at"), name="sales_entry_of"),
            models.Index(fields=("lead",), condition=Q(lead__isnull=False), name="sales_entry_lead"),
        )

    def __str__(self) -> str:
        return f"{self.form} {self.at:%Y-%m-%d}"

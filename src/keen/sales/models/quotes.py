"""Quotes: what is offered to a customer and what became of it, with the numbers and the links they are reached by."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from keen.core.domain.actor import Actor
from keen.core.domain.rights import WRITES, Scope
from keen.core.models.exact import ExactField
from keen.people.models import Account, Contact
from keen.records.models import Record
from keen.sales.domain import quotes
from keen.sales.domain.pricing import PERCENT, WAYS, Discount, Totals, total_of_kept
from keen.sales.models.opportunities import Opportunity

ALIVE = Q(deleted_at__isnull=True)
# What becomes of a quote after it was sent.
BECOMES = frozenset({"status", "decided_at", "decided_name", "decided_from", "reason"})


class Quote(Record):
    """One version of an offer. Once it was sent nothing of it changes but what becomes of it.

    Shape: it belongs to its deal: whoever sees that sees it, whoever may change that may change it.
    """

    KIND: ClassVar[str] = "quote"
    TITLE_FIELDS: ClassVar[tuple[str, ...]] = ("number", "revision")
    SUBTITLE_FIELDS: ClassVar[tuple[str, ...]] = ("opportunity", "account")
    WORD_FIELDS: ClassVar[tuple[str, ...]] = ("number",)

    number = models.CharField(max_length=30)
    revision = models.PositiveSmallIntegerField(default=1)
    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="+", db_index=False)
    opportunity_name = models.CharField(max_length=210, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", db_index=False)
    account_name = models.CharField(max_length=210, blank=True)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+", db_index=False)
    contact_name = models.CharField(max_length=210, blank=True)
    email = models.CharField(max_length=254, blank=True)
    status = models.CharField(max_length=12, choices=quotes.STATUSES, default=quotes.Status.DRAFT.value)
    currency = models.CharField(max_length=3)
    lines = models.JSONField(default=list)
    discount_way = models.CharField(max_length=8, choices=WAYS, default=PERCENT)
    discount = ExactField(places=4, default=0)
    valid_until = models.DateField(null=True)
    introduction = models.TextField(blank=True)
    terms = models.TextField(blank=True)
    # What follows from the lines.
    net = ExactField(places=3, default=0)
    tax = ExactField(places=3, default=0)
    gross = ExactField(places=3, default=0)
    # The letterhead of the day it was sent: a sent quote says tomorrow what it says today.
    letterhead = models.JSONField(default=dict)
    sent_at = models.DateTimeField(null=True)
    looks = models.PositiveIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_name = models.CharField(max_length=120, blank=True)
    decided_from = models.CharField(max_length=45, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("number", "revision"), name="quote_number_once"),)
        indexes = (
            models.Index(fields=("opportunity", "-id"), condition=ALIVE, name="quote_of_opportunity"),
            models.Index(fields=("account",), condition=ALIVE, name="quote_of_account"),
            models.Index(fields=("contact",), name="quote_of_contact"),
            models.Index(fields=("-created_at", "-id"), condition=ALIVE, name="quote_by_creation"),
            models.Index(fields=("-updated_at", "-id"), condition=ALIVE, name="quote_by_update"),
            models.Index(
                fields=("valid_until",), condition=ALIVE & Q(status="sent"), name="quote_open_until"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @classmethod
    def allowed(cls, actor: Actor, action: str) -> Q:
        """What belongs to a deal that the actor may see or change, as far as their right to quotes reaches."""
        changes = action in WRITES
        if actor.rights.scope(cls.KIND, "view" if changes else action) is Scope.NONE:
            return Q(pk__in=[])
        of_deal = "edit" if changes else action
        deals = Opportunity.objects.visible_to(actor, of_deal).filter(pk=OuterRef("opportunity_id"))
        return Q(Exists(deals))

    @classmethod
    def reaches(cls, actor: Actor, action: str) -> bool:
        """Whether the actor may do it with any deal, as far as they see quotes at all."""
        sees = actor.rights.scope(cls.KIND, "view").reach > 0
        return sees and Opportunity.reaches(actor, "edit" if action in WRITES else action)

    def allows(self, actor: Actor, action: str) -> bool:
        """The same rule for this one quote."""
        return type(self).objects.filter(type(self).allowed(actor, action), pk=self.pk).exists()

    @property
    def title(self) -> str:
        """Its number, with the version from the second on."""
        return f"{self.number} v{self.revision}" if self.revision > 1 else self.number

    @property
    def subtitle(self) -> str:
        """What it is for, and for whom."""
        return ", ".join(part for part in (self.opportunity_name, self.account_name) if part)

    @property
    def stands(self) -> str:
        """Where it stands as of today."""
        return quotes.stands(self.status, self.valid_until, timezone.localdate())

    @property
    def is_draft(self) -> bool:
        """Whether it may still be changed."""
        return self.status == quotes.Status.DRAFT

    def is_settled(self, column: str) -> bool:
        """What was sent stays as it was sent; what becomes of it may be taken back."""
        return not self.is_draft and column not in BECOMES

    @property
    def totals(self) -> Totals:
        """What its lines come to."""
        return total_of_kept(self.lines, self.currency, Discount(self.discount_way, self.discount))

    def derive(self) -> None:
        """Fill what follows from the lines."""
        totals = self.totals
        self.net, self.tax, self.gross = totals.net, totals.tax, totals.gross

    def search_words(self) -> dict[str, list[str]]:
        """The number."""
        return {"number": [self.number]}


class QuoteNumber(models.Model):
    """The last number of a year. It is taken in the transaction that writes the quote, so none is lost to an error."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return quotes.numbered(self.year, self.last)


class QuoteLink(models.Model):
    """The private link by which a customer reaches a quote. Of the token its hash alone is kept."""

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="links", db_index=False)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("quote",), name="sales_quote_link_of"),)

    def __str__(self) -> str:
        return f"Link to quote {self.quote_id}"


class QuoteMoment(models.Model):
    """Something that the customer did with a quote: opened, accepted, refused."""

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="moments", db_index=False)
    what = models.CharField(max_length=10, choices=quotes.MOMENTS)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("quote", "-at"), name="sales_quote_moment_of"),)

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M}"


class QuotePaper(models.Model):
    """What every quote starts with: the letterhead, the usual texts, how long it holds. One row."""

    facts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return "What quotes start with"

    @classmethod
    def now(cls) -> dict[str, Any]:
        """The settings as they are; what was never set is empty.

        Cost: 1 query.
        """
        row = cls.objects.order_by("pk").first()
        return {**PAPER, **(row.facts if row else {})}


PAPER: dict[str, Any] = {
    "company": "",
    "address": "",
    "contact": "",
    "small_print": "",
    "accent": "#1f5fbf",
    "introduction": "",
    "terms": "",
    "days": 30,
}

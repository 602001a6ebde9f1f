"""Accounts (companies), contacts (people) and how they are related."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from keen.lib import emails, names, text
from keen.records.domain import elsewhere
from keen.records.domain.fieldvalues import tag_key
from keen.records.models import Record

# Indexes end with what decides about sight, so that a list is walked without reading the rows themselves.
NAMELESS = "Somebody without a name"
ALIVE = Q(deleted_at__isnull=True)
MERGED = Q(merged_into__isnull=False)


class Party(Record):
    """What accounts and contacts share: ways to reach them. The lists are the truth, the single columns follow."""

    RESTRICTABLE: ClassVar[bool] = True

    emails = models.JSONField(default=list)
    phones = models.JSONField(default=list)
    addresses = models.JSONField(default=list)
    tags = models.JSONField(default=list)
    external_ids = models.JSONField(default=list)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    city = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True)
    sort_name = models.CharField(max_length=200, blank=True)
    website = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    last_contact_at = models.DateTimeField(null=True)
    restricted_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def derive(self) -> None:
        """Fill the columns that follow from the lists."""
        self.email = self.emails[0]["address"] if self.emails else ""
        self.phone = (self.phones[0]["e164"] or self.phones[0]["raw"])[:60] if self.phones else ""
        home: dict[str, Any] = self.addresses[0] if self.addresses else {}
        self.city = str(home.get("city") or "")[:120]
        self.country = str(home.get("country") or "")[:2].upper()

    def handles(self) -> set[tuple[str, str]]:
        """E-mails, phones, tags, and the id in another system."""
        found = {("email", entry["address"].lower()) for entry in self.emails}
        found |= {("phone", entry["e164"]) for entry in self.phones if entry.get("e164")}
        if self.external_id:
            found.add(("external", self.external_id))
        return found | elsewhere.handles(self.external_ids) | {("tag", tag_key(tag)) for tag in self.tags}

    def search_words(self) -> dict[str, list[str]]:
        """Addresses, phones, places, tags and the id elsewhere."""
        return {
            "emails": [entry["address"] for entry in self.emails],
            "phones": [entry["e164"] or entry["raw"] for entry in self.phones],
            "addresses": [str(entry.get("city") or "") for entry in self.addresses],
            "tags": list(self.tags),
            "external_id": [self.external_id],
            "external_ids": list(self.external_ids),
        }


class Account(Party):
    """An organisation."""

    KIND: ClassVar[str] = "account"
    TITLE_FIELDS: ClassVar[tuple[str, ...]] = ("name",)
    SUBTITLE_FIELDS: ClassVar[tuple[str, ...]] = ("industry", "city", "addresses")
    WORD_FIELDS: ClassVar[tuple[str, ...]] = (
        "addresses",
        "city",
        "tags",
        "external_id",
        "external_ids",
        "account_number",
        "website",
    )
    TYPES = (
        ("prospect", "Prospect"),
        ("customer", "Customer"),
        ("partner", "Partner"),
        ("supplier", "Supplier"),
        ("other", "Other"),
    )

    name = models.CharField(max_length=200)
    type = models.CharField(max_length=20, blank=True, choices=TYPES)
    industry = models.CharField(max_length=120, blank=True)
    number_of_employees = models.PositiveIntegerField(null=True)
    account_number = models.CharField(max_length=60, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    parent_name = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("sort_name", "id", "team", "owner", "deleted_at"),
                condition=ALIVE,
                name="account_by_name",
            ),
            models.Index(
                fields=("city", "id", "team", "owner", "deleted_at"), condition=ALIVE, name="account_by_city"
            ),
            models.Index(fields=("type", "sort_name", "id"), condition=ALIVE, name="account_by_type"),
            models.Index(fields=("industry", "sort_name", "id"), condition=ALIVE, name="account_by_industry"),
            models.Index(
                fields=("-updated_at", "-id", "team", "owner", "deleted_at"),
                condition=ALIVE,
                name="account_by_update",
            ),
            models.Index(
                fields=("-created_at", "-id", "team", "owner", "deleted_at"),
                condition=ALIVE,
                name="account_by_creation",
            ),
            models.Index(
                fields=("last_contact_at", "id", "team", "owner", "deleted_at"),
                condition=ALIVE,
                name="account_by_contact",
            ),
            models.Index(fields=("owner", "sort_name", "id"), condition=ALIVE, name="account_by_owner"),
            models.Index(fields=("team", "owner", "deleted_at"), condition=ALIVE, name="account_by_team"),
            models.Index(fields=("external_id",), condition=~Q(external_id=""), name="account_by_external"),
            models.Index(fields=("merged_into",), condition=MERGED, name="account_merged"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """The company's name."""
        return self.name

    @property
    def subtitle(self) -> str:
        """Industry and place."""
        return " · ".join(part for part in (self.industry, self.city) if part)

    def derive(self) -> None:
        """Fill the name to sort by, and what Party derives."""
        super().derive()
        self.sort_name = text.fold(self.name)[:200]

    def handles(self) -> set[tuple[str, str]]:
        """Party's, the name without its legal form, the web domain and the customer number."""
        found = super().handles() | {("name", names.company_key(self.name)[:200])}
        found |= {("domain", domain) for domain in self.domains()}
        if self.account_number:
            found.add(("number", self.account_number.casefold()))
        return {(kind, value) for kind, value in found if value}

    def domains(self) -> set[str]:
        """The mail and web domains that are the company's own."""
        found = {emails.company_domain(entry["address"]) for entry in self.emails}
        return {domain for domain in (*found, self._host()) if domain}

    def _host(self) -> str:
        return self.website.split("://")[-1].split("/")[0].casefold().removeprefix("www.")

    def search_words(self) -> dict[str, list[str]]:
        """Party's, the customer number and the web address."""
        return {**super().search_words(), "account_number": [self.account_number], "website": [self._host()]}


class Contact(Party):
    """A person."""

    KIND: ClassVar[str] = "contact"
    TITLE_FIELDS: ClassVar[tuple[str, ...]] = ("first_name", "last_name")
    TITLE_COLUMNS: ClassVar[tuple[tuple[str, str], ...]] = (("email", "emails"), ("phone", "phones"))
    SUBTITLE_FIELDS: ClassVar[tuple[str, ...]] = ("job_title", "account")
    WORD_FIELDS: ClassVar[tuple[str, ...]] = (
        "addresses",
        "city",
        "tags",
        "external_id",
        "external_ids",
        "department",
    )

    salutation = models.CharField(max_length=20, blank=True)
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=120, blank=True)
    job_title = models.CharField(max_length=120, blank=True)
    department = models.CharField(max_length=120, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    account_name = models.CharField(max_length=200, blank=True)
    reports_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    reports_to_name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=40, blank=True)
    birthday = models.DateField(null=True)
    email_opt_out = models.BooleanField(default=False)
    do_not_call = models.BooleanField(default=False)
    consent_note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("sort_name", "id", "team", "owner", "deleted_at"),
                condition=ALIVE,
                name="contact_by_name",
            ),
            models.Index(
                fields=("account_name", "id", "team", "owner", "deleted_at"),
                condition=ALIVE,
                name="contact_by_account",
            ),
            models.Index(
                fields=("job_title", "id", "team", "owner", "deleted_at"),
                condition=ALIVE,
                name="contact_by_title",
            ),
            models.Index(
                fields=("city", "id", "team", "owner", "deleted_at"), condition=ALIVE, name="contact_by_city"
            ),
            models.Index(
                fields=("-updated_at", "-id", "team", "owner", "deleted_at"),
                condition=ALIVE,
                name="contact_by_update",
            ),
            models.Index(
                fields=("-created_at", "-id", "team", "owner", "deleted_at"),
                condition=ALIVE,
                name="contact_by_creation",
            ),
            models.Index(
                fields=("last_contact_at", "id", "team", "owner", "deleted_at"),
                condition=ALIVE,
                name="contact_by_contact",
            ),
            models.Index(fields=("owner", "sort_name", "id"), condition=ALIVE, name="contact_by_owner"),
            models.Index(fields=("team", "owner", "deleted_at"), condition=ALIVE, name="contact_by_team"),
            models.Index(fields=("external_id",), condition=~Q(external_id=""), name="contact_by_external"),
            models.Index(fields=("merged_into",), condition=MERGED, name="contact_merged"),
            models.Index(
                fields=("reports_to",), condition=Q(reports_to__isnull=False), name="contact_by_boss"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """First and last name, or the best that is known."""
        return names.full(self.first_name, self.last_name) or self.email or self.phone or NAMELESS

    @property
    def called(self) -> str:
        """First and last name: an address or a number stands on no other row, where not everybody may read it."""
        return names.full(self.first_name, self.last_name) or NAMELESS

    @property
    def subtitle(self) -> str:
        """Job title and company."""
        return ", ".join(part for part in (self.job_title, self.account_name) if part)

    def derive(self) -> None:
        """Fill the name to sort by (last name first), and what Party derives."""
        super().derive()
        self.sort_name = text.fold(f"{self.last_name} {self.first_name}".strip() or self.title)[:200]

    def handles(self) -> set[tuple[str, str]]:
        """Party's, the words of the name in order, and how it sounds."""
        key = " ".join(sorted(names.person_key(self.first_name, self.last_name).split()))
        sound = " ".join(sorted(names.sound_key(part) for part in (self.first_name, self.last_name) if part))
        return super().handles() | {pair for pair in (("name", key), ("sound", sound)) if pair[1]}

    def search_words(self) -> dict[str, list[str]]:
        """Party's, and the department."""
        return {**super().search_words(), "department": [self.department]}


class Relation(models.Model):
    """How two records stand to each other: a person who also sits on a board, a company that owns another."""

    from_kind = models.CharField(max_length=40)
    from_id = models.BigIntegerField()
    to_kind = models.CharField(max_length=40)
    to_id = models.BigIntegerField()
    role = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("from_kind", "from_id", "to_kind", "to_id", "role"), name="people_relation_once"
            ),
        )
        indexes = (models.Index(fields=("to_kind", "to_id"), name="people_relation_to"),)

    def __str__(self) -> str:
        return self.role

"""Whom a retention rule concerns, and why; nothing is changed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from keen.activities.models import Activity, ActivityLink
from keen.people.models import Account, Contact
from keen.privacy.models import Consent, Freeze, RetentionRule
from keen.privacy.queries.freezes import HOLD, RESTRICTION
from keen.privacy.queries.subjects import ACCOUNT, CONTACT, PARTIES
from keen.records import declare

MOST_LISTED = 50
MONTH = timedelta(days=30.44)


@dataclass(frozen=True)
class Due:
    """Somebody whom a rule concerns: since when nothing happened, and whether a hold or a restriction keeps them."""

    record: Contact | Account
    last_at: datetime
    held: bool


@dataclass(frozen=True)
class DryRun:
    """What a rule would do now: how many would go, how many are held, and the first of them."""

    count: int
    held: int
    first: Sequence[Due]


def due(rule: RetentionRule, now: datetime) -> QuerySet[Any]:
    """The living contacts or accounts whom the rule concerns, those of whom nothing was heard for longest first.

    Shape: something planned or done with them, a change of the record, a consent in force: each of these keeps them. So do
    records that lead to an account: its people, its deals, its papers.
    Cost: 1 query that reads the records of the kind.
    """
    model, kind = PARTIES[rule.record_kind], rule.record_kind
    since = now - rule.months * MONTH
    heard = ActivityLink.objects.filter(record_kind=kind, record_id=OuterRef("pk"))
    heard = heard.filter(Q(at__gte=since) | Q(at__isnull=True))
    found: QuerySet[Any] = model.objects.living().filter(updated_at__lt=since, created_at__lt=since)
    found = found.filter(Q(last_contact_at__isnull=True) | Q(last_contact_at__lt=since)).filter(
        ~Exists(heard)
    )
    if rule.source:
        found = found.filter(source__istartswith=rule.source)
    if kind == ACCOUNT:
        for leading in _leading(kind):
            found = found.filter(~Exists(leading))
    if rule.without_consent and kind == CONTACT:
        found = found.filter(~Exists(_consents(now.date())))
    held = Freeze.objects.filter(
        what__in=(HOLD, RESTRICTION),
        record_kind=kind,
        record_id=OuterRef("pk"),
        lifted_at__isnull=True,
    )
    last = Greatest("updated_at", Coalesce("last_contact_at", F("updated_at")))
    ordered: QuerySet[Any] = found.annotate(held=Exists(held), last_at=last).order_by("last_at", "pk")
    return ordered


def _leading(kind: str) -> list[QuerySet[Any]]:
    """The records that lead to a record of the kind by a field that is theirs, but for what was done with it."""
    return [
        other.model.objects.living().filter(**{link.column: OuterRef("pk")})
        for other in declare.types()
        for link in other.declared
        if link.to == kind and other.kind != Activity.KIND
    ]


def _consents(today: date) -> QuerySet[Consent]:
    valid = Q(expires_on__isnull=True) | Q(expires_on__gte=today)
    given = Consent.objects.filter(valid, contact=OuterRef("pk"), granted=True)
    later = Consent.objects.filter(
        contact=OuterRef("contact"), channel=OuterRef("channel"), granted=False, given_on__gte=OuterRef("given_on"),
        pk__gt=OuterRef("pk"),
    )  # fmt: skip
    return given.filter(~Exists(later))


def dry_run(rule: RetentionRule, now: datetime) -> DryRun:
    """What the rule would do now.

    Cost: 3 queries that read the contacts.
    """
    found = due(rule, now)
    first = [Due(row, row.last_at, row.held) for row in found[:MOST_LISTED]]
    return DryRun(found.filter(held=False).count(), found.filter(held=True).count(), first)

"""How well the records are kept that their owners touched on a day, and what people hold that asks for a feature."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Count, Q

from keen.activities.models import Activity
from keen.adoption.domain import features, keeping
from keen.adoption.domain.traces import Deed
from keen.adoption.facts.audit import Span
from keen.adoption.facts.people import Member
from keen.people.models import Account, Contact
from keen.records.actions.save import SOURCES
from keen.records.models import Handle
from keen.sales.models import Lead, Opportunity
from keen.sales.models.pipelines import pipelines

MODELS: Final[Mapping[str, Any]] = {
    "contact": Contact,
    "account": Account,
    "lead": Lead,
    "opportunity": Opportunity,
}
SAME: Final[Mapping[str, str]] = {"contact": "email", "account": "domain", "lead": "email"}
"""What no two living ones of a kind have in common: colleagues share a telephone, companies of a group do not share a name."""
BY_HAND: Final = frozenset(SOURCES.values()) - {SOURCES["import"]}
LATE: Final = 50
"""Percent of probability from which a deal is far enough for a quote."""


def quality(on: Span, deeds: Sequence[Deed]) -> list[tuple[Any, ...]]:
    """The quarter points of each record that its owner touched, as the table `quality` has them.

    Cost: 1 query for the activities, 2 for each kind.
    """
    touched = {
        (one.person, one.kind, one.record) for one in deeds if one.kind in MODELS and one.deed != "imported"
    }
    touched |= _talked_about(deeds)
    found = []
    for kind in MODELS:
        people = {(record, person) for person, of, record in touched if of == kind}
        found += _points(kind, people, on)
    return found


def _talked_about(deeds: Sequence[Deed]) -> set[tuple[int, str, int]]:
    written = {
        one.record: one.person for one in deeds if one.kind == Activity.KIND and one.deed != "imported"
    }
    rows = Activity.objects.filter(pk__in=written).values_list(
        "pk", "contact_id", "account_id", "about_kind", "about_id"
    )
    found = set()
    for pk, contact, account, kind, about in rows:
        for named, record in (("contact", contact), ("account", account), (kind, about)):
            if record and named in MODELS:
                found.add((written[pk], named, record))
    return found


def _points(kind: str, people: set[tuple[int, int]], on: Span) -> list[tuple[Any, ...]]:
    rows = {row["pk"]: row for row in _rows(kind, {record for record, _ in people})}
    shared = _shared(kind, rows)
    found = []
    for record, person in sorted(people):
        row = rows.get(record)
        if row is None or row["owner_id"] != person:
            continue
        imported = bool(row["source"]) and row["source"] not in BY_HAND
        if not keeping.is_legacy(on.of(row["created_at"]), imported=imported, on=on.day):
            points = keeping.points(kind, row, on=on.day, alone=record not in shared)
            found.append((person, on.day.toordinal(), kind, record, points.quarters))
    return found


def _rows(kind: str, ids: Iterable[int]) -> Any:
    model = MODELS[kind]
    there = {one.name for one in model._meta.get_fields()} | {one.attname for one in model._meta.fields}  # noqa: SLF001
    asked = {name for group in keeping.COMPLETE[kind] for name in group} | {
        "email",
        "closed_at",
        "close_date",
        "amount",
    }
    named = {"pk", "owner_id", "source", "created_at", "updated_at", *(asked & there)}
    return model.objects.living().filter(pk__in=list(ids)).values(*sorted(named))


def _shared(kind: str, ids: Iterable[int]) -> set[int]:
    """The records that share an address or a domain with another one of their kind."""
    if kind not in SAME:
        return set()
    of_kind = Handle.objects.filter(record_kind=kind, kind=SAME[kind])
    own = of_kind.filter(record_id__in=list(ids))
    values = (
        of_kind.filter(value__in=set(own.values_list("value", flat=True))).order_by().values_list("value")
    )
    twice = [value for value, n in values.annotate(n=Count("record_id", distinct=True)) if n > 1]
    return set(own.filter(value__in=twice).values_list("record_id", flat=True))


@dataclass(frozen=True)
class Holdings:
    """What people own now, which is what makes features due."""

    customers: frozenset[int] = frozenset()
    many: frozenset[int] = frozenset()
    leads: frozenset[int] = frozenset()
    late: frozenset[int] = frozenset()
    spans: Sequence[tuple[int, date, date]] = field(default=())
    """For each deal its owner, the day it was made and the day it was decided."""


def holdings(on: Span) -> Holdings:
    """What people own at the end of the day.

    Cost: 7 queries that count whole tables by owner.
    """
    owned: Counter[int] = Counter()
    customers: set[int] = set()
    for model in (Account, Contact, Lead, Opportunity):
        for owner, n in (
            model.objects.living()
            .filter(owner__isnull=False)
            .order_by()
            .values_list("owner_id")
            .annotate(n=Count("pk"))
        ):
            owned[owner] += n
            if model in {Account, Contact}:
                customers.add(owner)
    late = [stage.key for stage in pipelines().stages.values() if stage.is_open and stage.probability >= LATE]
    deals = Opportunity.objects.living().filter(owner__isnull=False)
    rows = deals.values_list("owner_id", "created_at", "closed_at")
    return Holdings(
        customers=frozenset(customers),
        many=frozenset(owner for owner, n in owned.items() if n >= features.MANY),
        leads=frozenset(
            Lead.objects.living()
            .filter(owner__isnull=False, converted_at=None)
            .exclude(status="unqualified")
            .order_by()
            .values_list("owner_id", flat=True)
            .distinct()
        ),
        late=frozenset(deals.filter(stage__in=late).order_by().values_list("owner_id", flat=True).distinct()),
        spans=[(owner, on.of(made), on.of(ended) if ended else date.max) for owner, made, ended in rows],
    )


def occasions(on: Span, held: Holdings, members: Iterable[Member]) -> list[tuple[Any, ...]]:
    """What each person had an occasion for on the day, as the table `occasion` has it.

    Cost: 1 query.
    """
    day = on.day
    planned = (
        Activity.objects.living()
        .filter(
            Q(plan_on=day)
            | Q(starts_at__gte=on.first, starts_at__lt=on.end)
            | Q(due_at__gte=on.first, due_at__lt=on.end)
        )
        .exclude(status="cancelled")
        .filter(created_at__lt=on.end, owner__isnull=False, is_private=False)
    )
    by_occasion: dict[str, Iterable[int]] = {
        features.PLANNED: planned.order_by().values_list("owner_id", flat=True).distinct(),
        features.OWNS_DEAL: {owner for owner, made, ended in held.spans if made <= day <= ended},
        features.OWNS_LEAD: held.leads,
        features.OWNS_CUSTOMER: held.customers,
        features.OWNS_MANY: held.many,
        features.LATE_DEAL: held.late,
        features.LEADS: {one.id for one in members if one.leads},
    }
    return [
        (person, day.toordinal(), what)
        for what, people in by_occasion.items()
        for person in sorted(set(people))
    ]

"""Customers of other systems whose account is not known: what came from them, and who they may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max, Sum

from keen.core.domain.actor import Actor
from keen.orders.domain.facts import Party
from keen.orders.domain.matching import LIKELY, Candidate, sure
from keen.orders.models import MODELS, Customer, Order
from keen.orders.queries import matching
from keen.people.models import Account
from keen.people.queries import similar_accounts
from keen.people.records import ACCOUNT
from keen.records import declare
from keen.records.models import Record

SIZE = 20
MOST_CANDIDATES = 3
# How many are looked through for those that one click ties.
MOST_LIKELY = 500


@dataclass(frozen=True)
class Choice:
    """An account that a customer may be, as the reader may see it."""

    id: int
    title: str
    subtitle: str
    why: str
    percent: int


@dataclass
class Waiting:
    """A customer with what came from them."""

    customer: Customer
    counts: list[tuple[str, int]] = field(default_factory=list)
    sums: list[tuple[str, Decimal]] = field(default_factory=list)
    last: date | None = None
    number: str = ""
    choices: list[Choice] = field(default_factory=list)


@dataclass(frozen=True)
class Tray:
    """A page of the tray."""

    rows: Sequence[Waiting]
    total: int
    aside: int
    likely: Sequence[int]
    after: int


def page(actor: Actor, state: str, after: int = 0) -> Tray:
    """A page of those who wait, or of those who were set aside, the last one met first.

    Cost: 12 queries, and those of a search by name for each customer for whom nothing else speaks.
    """
    found = Customer.objects.filter(state=state).order_by("-pk")
    rows = list((found.filter(pk__lt=after) if after else found)[: SIZE + 1])
    shown = {row.pk: Waiting(row) for row in rows[:SIZE]}
    _count(actor, shown)
    likely: list[int] = []
    if state == Customer.WAITING:
        _choose(actor, shown)
        likely = _likely(actor)
    counted = dict(Customer.objects.values_list("state").annotate(count=Count("pk")))
    return Tray(
        list(shown.values()),
        counted.get(state, 0),
        counted.get(Customer.ASIDE, 0),
        likely,
        rows[SIZE - 1].pk if len(rows) > SIZE else 0,
    )


def _count(actor: Actor, shown: Mapping[int, Waiting]) -> None:
    """How many papers came from each, for how much, the last one: as far as the reader may know."""
    for record_type in map(declare.get, MODELS):
        rows = record_type.model.objects.visible_to(actor).filter(customer_id__in=list(shown)).order_by()
        for row in rows.values("customer_id").annotate(
            count=Count("pk"), last=Max("on"), number=Max("number")
        ):
            waiting = shown[row["customer_id"]]
            noun = record_type.label if row["count"] == 1 else record_type.plural
            waiting.counts.append((noun.lower(), row["count"]))
            if not actor.rights.hides(record_type.kind, "on"):
                waiting.last = max(filter(None, (waiting.last, row["last"])), default=None)
            if not actor.rights.hides(record_type.kind, "number"):
                waiting.number = waiting.number or row["number"]
    if any(actor.rights.hides(Order.KIND, name) for name in ("gross", "currency")):
        return
    sums = (
        Order.objects.visible_to(actor)
        .filter(customer_id__in=list(shown))
        .order_by()
        .values("customer_id", "currency")
    )
    for row in sums.annotate(total=Sum("gross")):
        if row["total"] is not None:
            shown[row["customer_id"]].sums.append((row["currency"], row["total"]))


def _choose(actor: Actor, shown: Mapping[int, Waiting]) -> None:
    """Who each of them may be, among the accounts that the reader sees."""
    ranked = matching.candidates({pk: _party(waiting.customer) for pk, waiting in shown.items()})
    ids = {one.account_id for found in ranked.values() for one in found[:MOST_CANDIDATES]}
    seen: dict[int, Record] = {
        row.pk: ACCOUNT.as_read_by(actor, row) for row in Account.objects.visible_to(actor).filter(pk__in=ids)
    }
    for pk, waiting in shown.items():
        waiting.choices = [
            _choice(one, seen[one.account_id])
            for one in ranked[pk][:MOST_CANDIDATES]
            if one.account_id in seen
        ]
        if not waiting.choices and waiting.customer.name:
            waiting.choices = _alike(actor, waiting.customer)


def _choice(one: Candidate, account: Record) -> Choice:
    return Choice(account.pk, account.title, account.subtitle, one.why.capitalize(), round(one.score * 100))


def _alike(actor: Actor, customer: Customer) -> list[Choice]:
    """Accounts whose names are alike, where nothing else speaks for any."""
    typed = {"name": customer.name, "emails": [customer.email] if customer.email else []}
    return [
        Choice(
            one.id,
            one.title,
            one.subtitle,
            ", ".join(one.reasons).capitalize() or "Similar name",
            round(one.score * 100),
        )
        for one in similar_accounts(actor, typed)[:MOST_CANDIDATES]
    ]


def _likely(actor: Actor) -> list[int]:
    """Those for whom one account alone is likely: one click ties them all."""
    waiting = Customer.objects.filter(state=Customer.WAITING).order_by("-pk")[:MOST_LIKELY]
    ranked = matching.candidates({row.pk: _party(row) for row in waiting})
    best = {pk: one.account_id for pk, found in ranked.items() if (one := sure(found, LIKELY))}
    seen = set(
        Account.objects.visible_to(actor).filter(pk__in=set(best.values())).values_list("pk", flat=True)
    )
    return [pk for pk, account_id in best.items() if account_id in seen]


def _party(customer: Customer) -> Party:
    return Party(customer.number, customer.name, customer.email)

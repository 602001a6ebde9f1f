"""What stands on pages about papers: of an account, of a contact, of a person's customers, and beside one paper."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from keen.core.domain.actor import Actor
from keen.core.domain.rights import Rights
from keen.orders.domain.choices import Status
from keen.orders.models import Document, Invoice, Order, Payment, PurchaseOrder
from keen.people.models import Account
from keen.records import declare

MOST = 5
MOST_TODAY = 3
RECENT_DAYS = 30
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Year:
    """What was ordered in twelve months in one currency, and in the twelve before."""

    currency: str
    now: Decimal
    before: Decimal

    @property
    def change(self) -> int | None:
        """By how many per cent it is more; None where there was nothing before."""
        return None if not self.before else int((self.now - self.before) * 100 / abs(self.before))


@dataclass
class Around:
    """The papers of an account or a contact, as far as the reader sees them."""

    orders: Sequence[Any] = ()
    invoices: Sequence[Any] = ()
    shipped: Sequence[Any] = ()
    years: Sequence[Year] = ()
    owed: Sequence[tuple[str, Decimal]] = ()
    more_orders: bool = False
    more_invoices: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.orders or self.invoices or self.shipped or self.years)


def at(column: str, ids: Sequence[int]) -> Q:
    """The papers at a record, with those merged into it."""
    return Q(**{f"{column}__in": list(ids)})


def around(actor: Actor, whose: Q, today: date) -> Around:
    """The latest orders, what is not paid, what was shipped lately, and this year against the last.

    Cost: 5 queries.
    """
    orders, invoices = _seen(actor, Order, whose), _seen(actor, Invoice, whose)
    latest = list(orders.order_by("-on", "-pk")[: MOST + 1])
    unpaid = invoices.filter(open_amount__gt=0).exclude(status=Status.CANCELLED)
    late = list(unpaid.order_by("due_on", "pk")[: MOST + 1])
    shipped = orders.filter(shipped_on__gte=today - timedelta(days=RECENT_DAYS)).order_by(
        "-shipped_on", "-pk"
    )[:3]
    return Around(
        as_read(actor, latest[:MOST]),
        as_read(actor, late[:MOST]),
        as_read(actor, list(shipped)),
        _years(actor, orders, today),
        _owed(actor, unpaid),
        len(latest) > MOST,
        len(late) > MOST,
    )


def as_read(actor: Actor, papers: Sequence[Document]) -> list[Any]:
    """The papers without what is hidden from the reader."""
    return [declare.get(paper.KIND).as_read_by(actor, paper) for paper in papers]


def _seen(actor: Actor, model: type[Document], whose: Q) -> QuerySet[Any]:
    found: QuerySet[Any] = model.objects.visible_to(actor).filter(whose)
    return found


def _years(actor: Actor, orders: QuerySet[Any], today: date) -> list[Year]:
    if actor.rights.hides(Order.KIND, "gross"):
        return []
    start, before = today - YEAR, today - 2 * YEAR
    placed = orders.filter(on__gt=before, on__lte=today).exclude(status=Status.CANCELLED).order_by()
    sums = placed.values("currency").annotate(
        now=Sum("gross", filter=Q(on__gt=start)), before=Sum("gross", filter=Q(on__lte=start))
    )
    found = [Year(row["currency"], row["now"] or Decimal(0), row["before"] or Decimal(0)) for row in sums]
    return sorted((one for one in found if one.now or one.before), key=lambda one: -abs(one.now))


def _owed(actor: Actor, unpaid: QuerySet[Any]) -> list[tuple[str, Decimal]]:
    if actor.rights.hides(Invoice.KIND, "open_amount"):
        return []
    sums = unpaid.order_by().values("currency").annotate(owed=Sum("open_amount"))
    return sorted(((row["currency"], row["owed"]) for row in sums), key=lambda one: -one[1])


@dataclass
class Mine:
    """What happened to the orders and invoices of somebody's customers."""

    changed: Sequence[Any] = ()
    unpaid: Sequence[Any] = ()
    shipped: Sequence[Any] = ()
    owed: Sequence[tuple[str, Decimal]] = ()
    whose: str = "mine"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.changed or self.unpaid or self.shipped)


def mine(actor: Actor, today: date) -> Mine:
    """What came and was shipped since yesterday, and what is overdue longest, of the actor's own customers.

    Shape: who owns no account is told of all that they see.
    Cost: 5 queries.
    """
    own = Account.objects.living().filter(owner_id=actor.user_id)
    whose = Q(account__in=own) if own.exists() else Q(account__isnull=False)
    orders, invoices = _seen(actor, Order, whose), _seen(actor, Invoice, whose)
    since = today - timedelta(days=1)
    fresh = orders.filter(on__gte=since).order_by("-on", "-pk")[:MOST_TODAY]
    shipped = orders.filter(shipped_on__gte=since).order_by("-shipped_on", "-pk")[:MOST_TODAY]
    late = invoices.filter(open_amount__gt=0, due_on__lt=today).exclude(status=Status.CANCELLED)
    return Mine(
        as_read(actor, list(fresh)),
        as_read(actor, list(late.order_by("due_on", "pk")[:MOST_TODAY])),
        as_read(actor, list(shipped)),
        _owed(actor, late),
        "mine" if own.exists() else "all",
    )


@dataclass
class Beside:
    """The papers that belong to one."""

    invoices: list[Any] = field(default_factory=list)
    payments: list[Any] = field(default_factory=list)
    orders: list[Any] = field(default_factory=list)
    sent: list[Any] = field(default_factory=list)


def beside(actor: Actor, paper: Any) -> Beside:
    """The order, the invoices, the payments and the customer's own paper that belong to this one.

    Cost: at most 4 queries.
    """
    found = Beside()
    own = Q(system=paper.system)
    orders = {paper.number} if paper.KIND == Order.KIND else {getattr(paper, "order_number", "")} - {""}
    if paper.KIND == Payment.KIND and paper.invoice_number:
        found.invoices = _of(actor, Invoice, own & Q(number=paper.invoice_number))
        orders = {one.order_number for one in found.invoices} - {""}
    if orders and paper.KIND != Order.KIND:
        found.orders = _of(actor, Order, own & Q(number__in=orders))
    if orders and paper.KIND in {Order.KIND, PurchaseOrder.KIND}:
        found.invoices = _of(actor, Invoice, own & Q(order_number__in=orders))
    if orders and paper.KIND != PurchaseOrder.KIND:
        found.sent = _of(actor, PurchaseOrder, own & Q(order_number__in=orders))
    numbers = {paper.number} if paper.KIND == Invoice.KIND else {one.number for one in found.invoices}
    if numbers and paper.KIND != Payment.KIND:
        found.payments = _of(actor, Payment, own & Q(invoice_number__in=numbers))
    return found


def _of(actor: Actor, model: type[Document], which: Q) -> list[Any]:
    return as_read(actor, list(model.objects.visible_to(actor).filter(which).order_by("-on", "-pk")[:20]))


def totals(kind: str, rows: QuerySet[Any], rights: Rights) -> list[dict[str, Any]]:
    """The sums of what a list shows, for each currency.

    Cost: 1 query that reads all of it.
    """
    if rights.hides(kind, "gross"):
        return []
    sums = {"total": Sum("gross")} | (
        {"open": Sum("open_amount")} if kind == Invoice.KIND and not rights.hides(kind, "open_amount") else {}
    )
    return list(rows.order_by().values("currency").annotate(**sums).order_by("-total"))

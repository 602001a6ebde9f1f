"""What orders and invoices show: above their lists, on accounts and contacts, on their own pages, and on Today."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from keen.core import pages
from keen.core.access import KeenRequest
from keen.core.domain.rights import Scope
from keen.orders.models import FEED, MATCH, Invoice, Order
from keen.orders.queries import feeds, papers
from keen.orders.records import TYPES
from keen.records.declare import RecordType
from keen.records.models import Record

KINDS = tuple(one.kind for one in TYPES)
WITH_ORDERS = ("account", "contact")


def may_see(request: KeenRequest) -> bool:
    """Whether the reader sees orders or invoices at all."""
    return any(
        request.actor.rights.scope(kind, "view") is not Scope.NONE for kind in (Order.KIND, Invoice.KIND)
    )


def list_head(request: KeenRequest, record_type: RecordType, record: Record | None = None) -> str:
    """Above the list of a kind: the other kinds, the tray, the way in, what is late, and the sums of what is shown.

    Cost: 1 query for who may say whose papers are, and those of the feeds for who may look after them.
    """
    del record
    actor = request.actor
    context = {
        "kinds": [one for one in TYPES if actor.rights.scope(one.kind, "view") is not Scope.NONE],
        "type": record_type,
        "here": record_type.kind,
        "waiting": feeds.waiting_count() if actor.rights.has(MATCH) else 0,
        "may_match": actor.rights.has(MATCH),
        "may_feed": actor.rights.has(FEED),
        "late": feeds.late(),
        "sums": f"{reverse('orders-totals', args=[record_type.kind])}?{request.GET.urlencode()}",
    }
    return pages.text(request, "orders/_list_head.html", context)


def box(request: KeenRequest, record_type: RecordType, record: Record) -> str:
    """The place of the papers at an account or a contact, fetched after the page."""
    if not may_see(request):
        return ""
    href = reverse("orders-panel", args=[record_type.kind, record.pk])
    return pages.text(request, "records/_later.html", {"href": href, "label": "Orders and invoices"})


def paper(request: KeenRequest, record_type: RecordType, record: Record) -> str:
    """On the page of a paper: its lines, its shipment, and the papers that belong to it.

    Cost: at most 4 queries.
    """
    seen: Any = record_type.as_read_by(request.actor, record)
    context = {
        "type": record_type,
        "paper": seen,
        "beside": papers.beside(request.actor, record),
        "overdue": seen.days_overdue(timezone.localdate()) if isinstance(seen, Invoice) else 0,
        "may_match": request.actor.rights.has(MATCH) and request.actor.may_write,
    }
    return pages.text(request, "orders/_paper.html", context)


def panel(request: KeenRequest, record_type: RecordType | None = None, record: Record | None = None) -> str:
    """The place of "Orders and invoices of my customers" on Today, fetched after the page; nothing for who sees none."""
    del record_type, record
    if not may_see(request):
        return ""
    return pages.text(
        request, "records/_later.html", {"href": reverse("orders-today"), "label": "Orders and invoices"}
    )


def today_context(request: KeenRequest) -> dict[str, Any]:
    """What the template of that place needs.

    Cost: 5 queries, and those of the feeds.
    """
    today = timezone.localdate()
    return {
        "mine": papers.mine(request.actor, today),
        "today": today,
        "late": feeds.late(),
        "may_feed": request.actor.rights.has(FEED),
        "waiting": feeds.waiting_count() if request.actor.rights.has(MATCH) else 0,
    }


def brief(request: KeenRequest, record_type: RecordType, record: Record) -> str:
    """Before a meeting: what they have not paid, and their latest orders.

    Cost: 5 queries, none for who sees no orders.
    """
    if not may_see(request):
        return ""
    whose = papers.at(f"{record_type.kind}_id", [record.pk, *record.absorbed])
    today = timezone.localdate()
    found = papers.around(request.actor, whose, today)
    return pages.text(request, "orders/_brief.html", {"around": found, "today": today})

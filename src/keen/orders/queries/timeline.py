"""What happened to orders and invoices, as lines on the timelines of accounts and contacts."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils import timezone

from keen.activities.queries.timeline import ORDERS, Entry, Place, before
from keen.core.domain.actor import Actor
from keen.core.domain.rights import Scope
from keen.core.jinja import money
from keen.orders.domain.milestones import ICONS, NOON, TONES, WORDS, What
from keen.orders.models import MODELS, Milestone
from keen.records import declare

# The fields that each line tells besides the amount: when, and how.
SAID_ON = {
    What.PLACED: "on", What.SHIPPED: "shipped_on", What.INVOICED: "on", What.DUE: "due_on", What.PAID: "paid_on",
    What.SENT_PO: "on", What.PAYMENT: "on",
}  # fmt: skip
DETAILS = {What.SHIPPED: ("carrier", "tracking"), What.SENT_PO: ("order_number",), What.PAYMENT: ("method",)}
COLUMNS = {"account": "account_id", "contact": "contact_id"}


def lines(actor: Actor, place: Place, cursor: tuple[str, datetime, int] | None, most: int) -> Iterable[Entry]:
    """The lines of papers at an account or a contact that the actor already sees, latest first; none that lie ahead.

    Cost: 1 query, 1 more for each kind of paper where the right to papers reaches less far than all.
    """
    column = COLUMNS.get(place.kind)
    kinds = [kind for kind in MODELS if actor.rights.scope(kind, "view") is not Scope.NONE]
    if column is None or not kinds:
        return []
    # What stands on a day stands at its noon; what is due today is not late before tomorrow.
    today = datetime.combine(timezone.localdate(), NOON, UTC)
    rows = Milestone.objects.filter(**{f"{column}__in": place.ids}, kind__in=kinds, at__lte=today)
    rows = rows.exclude(what=What.DUE, at=today)
    if cursor:
        rows = rows.filter(before(cursor, "o", "pk"))
    found = list(rows.order_by("-at", "-pk")[: most + 1])
    seen = _seen(actor, place, found)
    return [
        _entry(actor, row)
        for row in found
        if (row.kind, row.record_id) in seen and not actor.rights.hides(row.kind, SAID_ON[What(row.what)])
    ]


def _seen(actor: Actor, place: Place, rows: list[Milestone]) -> set[tuple[str, int]]:
    """Which of these papers the actor sees: all at an account that they see, unless their right to papers is narrower."""
    found = set()
    for kind in {row.kind for row in rows}:
        ids = {row.record_id for row in rows if row.kind == kind}
        if place.kind != "account" or actor.rights.scope(kind, "view") is not Scope.ALL:
            ids = set(MODELS[kind].objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
        found |= {(kind, pk) for pk in ids}
    return found


def _entry(actor: Actor, row: Milestone) -> Entry:
    what, record_type = What(row.what), declare.get(row.kind)
    amount = money(row.amount, row.currency) if row.amount is not None and not _hidden(actor, row) else ""
    noun = {"purchase_order": "Purchase order"}.get(row.kind, record_type.label)
    kept = any(actor.rights.hides(row.kind, name) for name in DETAILS.get(what, ()))
    detail = f" ({row.detail})" if row.detail and not kept else ""
    words = f"{WORDS[what]}{f': {amount}' if amount else ''}{detail}"
    if what is What.DUE and amount:
        words = f"was due: {amount} open"
    return Entry(
        at=row.at, id=row.pk, source="o", who=f"{noun} {row.number}", did=words, icon=ICONS[what], tone=TONES.get(what, ""),
        href=f"/{record_type.path}/{row.record_id}/", kind=ORDERS,
    )  # fmt: skip


def _hidden(actor: Actor, row: Milestone) -> bool:
    names = ("open_amount",) if row.what == What.DUE else ("gross", "net")
    return any(actor.rights.hides(row.kind, name) for name in names)

"""Who has to do with a deal, and the deals of a person or a company, as boxes on record pages."""

from django.http import HttpResponse
from django.utils import timezone

from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.lib.errors import NotVisibleError
from keen.people.models import Account, Contact
from keen.records.domain.fieldvalues import id_of
from keen.records.models import Record
from keen.sales.actions import moves
from keen.sales.actions import people as actions
from keen.sales.domain.reasons import ROLES
from keen.sales.models import Opportunity
from keen.sales.panels import shown_money
from keen.sales.queries import board, people
from keen.sales.records import OPPORTUNITY

MOST_SHOWN = 6
KINDS: dict[str, type[Record]] = {"account": Account, "contact": Contact}


@route("opportunity.view")
def involved_panel(request: KeenRequest, record_id: int) -> HttpResponse:
    """The people in a deal, and the form that adds one."""
    deal = Opportunity.objects.visible_to(request.actor).filter(pk=record_id).first()
    if deal is None:
        raise NotVisibleError
    context = {
        "record": deal,
        "rows": people.involved(request.actor, deal),
        "roles": ROLES,
        "may_edit": request.actor.may_write and deal.allows(request.actor, "edit"),
    }
    return pages.render(request, "sales/_involved.html", context)


@route("opportunity.edit", methods=("POST",))
def involve(request: KeenRequest, record_id: int) -> HttpResponse:
    """Note what a contact has to do with a deal."""
    receipt = actions.involve(
        actor=request.actor,
        deal_id=record_id,
        contact_id=id_of(request.POST.get("contact", "")),
        role=request.POST.get("role", ""),
    )
    return pages.answer(request, receipt, to=f"/opportunities/{record_id}/")


@route("opportunity.edit", methods=("POST",))
def release(request: KeenRequest, record_id: int, involvement_id: int) -> HttpResponse:
    """Take a contact off a deal."""
    receipt = actions.release(actor=request.actor, deal_id=record_id, involvement_id=involvement_id)
    return pages.answer(request, receipt, to=f"/opportunities/{record_id}/")


@route("opportunity.edit", methods=("POST",))
def reopen(request: KeenRequest, record_id: int) -> HttpResponse:
    """Open a decided deal again."""
    receipt = moves.reopen(actor=request.actor, deal_id=record_id)
    return pages.answer(request, receipt, to=f"/opportunities/{record_id}/")


@route("opportunity.view")
def deals_panel(request: KeenRequest, kind: str, record_id: int) -> HttpResponse:
    """The deals of a company or a person."""
    model = KINDS.get(kind)
    record: Record | None = (
        model.objects.visible_to(request.actor).filter(pk=record_id).first() if model else None
    )
    if record is None:
        raise NotVisibleError
    now = timezone.now()
    rows = list(people.deals_of(request.actor, kind, record)[: MOST_SHOWN + 1])
    may_add = request.actor.may_write and request.actor.rights.scope(Opportunity.KIND, "add").reach > 0
    context = {
        "kind": kind,
        "record": record,
        "cards": [
            board.card_of(request.actor, deal.facts, board.row_of(deal), now) for deal in rows[:MOST_SHOWN]
        ],
        "more": len(rows) > MOST_SHOWN,
        "may_add": may_add and not record.is_restricted,
        "money": shown_money,
        "account": record.pk if kind == "account" else getattr(record, "account_id", None),
        "hides_stage": request.actor.rights.hides(OPPORTUNITY.kind, "stage"),
    }
    return pages.render(request, "sales/_deals.html", context)

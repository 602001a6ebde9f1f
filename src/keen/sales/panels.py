"""What deals show on record pages: where one stands and what its stage needs; the deals of a person or a company."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from keen.activities.domain.ranking import Moment
from keen.activities.queries.steps import zone_of
from keen.core import pages
from keen.core.access import KeenRequest
from keen.core.domain.rights import Scope
from keen.core.domain.seats import Seat, seat
from keen.lib.money import in_words
from keen.records.actions import asked
from keen.records.declare import RecordType
from keen.records.models import Record
from keen.records.pages import inputs
from keen.sales.actions import moves
from keen.sales.domain import leads
from keen.sales.domain import quotes as offers
from keen.sales.domain.reasons import LABELS
from keen.sales.domain.scoring import reasons
from keen.sales.models import Lead, Opportunity, Price, Quote
from keen.sales.models.leads import score_points
from keen.sales.models.pipelines import pipelines
from keen.sales.queries import board, review
from keen.sales.queries import leads as lead_queries
from keen.sales.queries import people as deal_people
from keen.sales.queries import quotes as quote_queries

MOST_BRIEF = 4
MOST_LEAD = 3
MOST_CHANGES = 5


def shown_money(value: Any, currency: str = "") -> str:
    """An amount as boards and panels say it: without cents where there are none."""
    if value is None or value == "":
        return ""
    if isinstance(value, Mapping):
        return in_words(Decimal(str(value["amount"])), str(value["currency"]))
    return in_words(Decimal(value), currency or settings.KEEN.currency)


def whole_money(value: Decimal) -> str:
    """A total in the company's currency, without cents."""
    return shown_money(value.quantize(Decimal(1)))


def stage_bar(request: KeenRequest, record_type: RecordType, record: Record) -> str:
    """Where a deal stands: the stages of its pipeline, what good looks like here, what is asked for, how long it stands.

    Cost: none; 1 query for people or teams that a form offers.
    """
    deal, actor = cast("Opportunity", record), request.actor
    if actor.rights.hides(deal.KIND, "stage"):
        return ""
    now = timezone.now()
    stage, pipeline = deal.facts, pipelines().of_stage(deal.stage) or pipelines().offered[0]
    row = board.card_of(actor, stage, board.row_of(deal), now)
    may = actor.may_write and deal.allows(actor, "edit") and not actor.rights.locks(deal.KIND, "stage")
    asks = asked.asked_for(record_type, actor, {"stage": deal.stage}, deal) if may else []
    fields = [ask.field for ask in asks]
    ahead = [one for one in pipeline.offered if one.is_open]
    at = next((place for place, one in enumerate(ahead) if one.key == stage.key), len(ahead))
    reasons = moves.ASKS_REASON.get(stage.type) if may and not deal.reason else None
    context = {
        "record": deal,
        "card": row,
        "stage": stage,
        "steps": [(one, place < at) for place, one in enumerate(ahead)],
        "onward": ahead[at + 1] if at + 1 < len(ahead) else None,
        "ends": [one for one in pipeline.offered if not one.is_open and one.key != stage.key],
        "asks": asks,
        "inputs": inputs.inputs(actor, fields, record=deal) if fields else [],
        "reasons": reasons,
        "reason": LABELS.get(row.reason, ""),
        "may_move": may,
        "here": f"/opportunities/{deal.pk}/",
        "one_pipeline": len(pipelines().offered) == 1,
        "type": record_type,
    }
    return pages.text(request, "sales/_stage_bar.html", context)


def people(request: KeenRequest, record_type: RecordType, record: Record) -> str:
    """The place of the people who have to do with a deal."""
    del record_type
    return _later(request, reverse("involved-panel", args=[record.pk]), "People in this deal")


def deals(request: KeenRequest, record_type: RecordType, record: Record) -> str:
    """The place of the deals of a company or a person."""
    if request.actor.rights.scope(Opportunity.KIND, "view") is Scope.NONE:
        return ""
    return _later(request, reverse("deals-panel", args=[record_type.kind, record.pk]), "Deals")


def brief(request: KeenRequest, record_type: RecordType, record: Record) -> str:
    """Before a meeting: the open deals with them, nothing where there are none.

    Cost: 1 query, none for who sees no deals.
    """
    actor = request.actor
    if actor.rights.scope(Opportunity.KIND, "view") is Scope.NONE or actor.rights.hides(
        Opportunity.KIND, "closed_at"
    ):
        return ""
    rows = list(
        deal_people.deals_of(actor, record_type.kind, record).filter(closed_at__isnull=True)[:MOST_BRIEF]
    )
    if not rows:
        return ""
    now = timezone.now()
    context = {
        "cards": [board.card_of(actor, deal.facts, board.row_of(deal), now) for deal in rows],
        "money": shown_money,
        "hides_stage": actor.rights.hides(Opportunity.KIND, "stage"),
    }
    return pages.text(request, "sales/_brief.html", context)


def lead(request: KeenRequest) -> str:
    """What comes first on Today for who leads sales, and for who runs the company.

    Cost: 2 queries, none for others.
    """
    actor, part = request.actor, seat(request.actor.rights)
    moment = Moment(timezone.now(), zone_of(actor))
    if part is Seat.SALES_LEAD:
        found = review.review(actor, moment, most=MOST_LEAD)
        return pages.text(request, "sales/_lead_manager.html", {"review": found})
    if part is Seat.EXECUTIVE:
        changes = review.changed(actor, moment.now - timedelta(days=7))
        context = {
            "ask": next((one for one in changes if one.delta < 0), changes[0] if changes else None),
            "changes": changes[:MOST_CHANGES],
            "may_ask": actor.may_write and actor.rights.scope("activity", "add") is not Scope.NONE,
        }
        return pages.text(request, "sales/_lead_executive.html", context)
    return ""


def quarter(request: KeenRequest) -> str:
    """The place of the quarter on Today, for who sees deals and does not look after something else."""
    rights = request.actor.rights
    apart = seat(rights) in {Seat.ADMINISTRATOR, Seat.STEWARD}
    if apart or rights.scope(Opportunity.KIND, "view") is Scope.NONE:
        return ""
    return _later(request, reverse("quarter-panel"), "The quarter")


def changes(request: KeenRequest) -> str:
    """The place of what changed since yesterday, for who leads sales."""
    if seat(request.actor.rights) is not Seat.SALES_LEAD:
        return ""
    return _later(request, reverse("deal-changes"), "Changed since yesterday")


def _later(request: KeenRequest, href: str, label: str) -> str:
    return pages.text(request, "records/_later.html", {"href": href, "label": label})


def lead_bar(request: KeenRequest, record_type: RecordType, record: Record) -> str:
    """How a lead stands, how promising it is and why, what was promised, and what can be decided about it.

    Cost: 1 query for others with the same addresses; 3 more for what a converted one became.
    """
    del record_type
    lead = cast("Lead", record)
    if request.actor.rights.hides(lead.KIND, "status"):
        return ""
    return pages.text(request, "sales/_lead_bar.html", lead_context(request, lead))


def lead_context(request: KeenRequest, lead: Lead) -> dict[str, Any]:
    """What the bar of a lead needs."""
    actor, now = request.actor, timezone.now()
    steps = leads.STATUSES[:3]
    keys = [key for key, _ in steps]
    rules = lead_queries.why(actor, lead)
    return {
        "lead": lead,
        "label": leads.LABELS[lead.status],
        "reason": dict(leads.REASONS).get(lead.reason, "") if lead.status == leads.Status.UNQUALIFIED else "",
        "steps": steps,
        "at": keys.index(lead.status) if lead.status in keys else 0,
        "reasons": leads.REASONS,
        "why_asked": leads.WHY_ASKED,
        "why": rules,
        "hidden": len(rules) < len(reasons(lead.facts, score_points())),
        "hides_score": actor.rights.hides(lead.KIND, "score"),
        "may_edit": actor.may_write
        and lead.allows(actor, "edit")
        and not actor.rights.locks(lead.KIND, "status"),
        "here": f"/leads/{lead.pk}/",
        "became": lead_queries.became(actor, lead),
        "twins": lead_queries.twins(actor, lead) if lead.is_open else [],
        **_promise(lead, now),
    }


def _promise(lead: Lead, now: datetime) -> dict[str, Any]:
    """How long they waited for a first touch, and how that stands to what was promised."""
    touch, promised = lead.first_touch_at, lead.promised_at
    words = ""
    if promised is not None and touch is None:
        late = promised < now
        words = (
            f"{leads.waited(promised, now)} past the promise"
            if late
            else f"{leads.waited(now, promised)} left of the promise"
        )
    whole = (promised - lead.created_at) if promised else None
    return {
        "touched": leads.waited(lead.created_at, touch) if touch else "",
        "kept": touch <= promised if touch and promised else None,
        "promised": words,
        "late": promised is not None and promised < now,
        "share": max(int((promised - now) / whole * 100), 0) if promised and whole else 100,
        "waiting": leads.waited(lead.created_at, now),
    }


def quotes(request: KeenRequest, record_type: RecordType, record: Record) -> str:
    """The place of the lines and the quotes of a deal."""
    del record_type
    rights = request.actor.rights
    if rights.hides(Opportunity.KIND, "amount") or rights.scope(Quote.KIND, "view") is Scope.NONE:
        return ""
    return _later(request, reverse("quotes-panel", args=[record.pk]), "Lines and quotes")


def prices(request: KeenRequest, record_type: RecordType, record: Record) -> str:
    """The place of the prices in a book, or of a product."""
    if request.actor.rights.scope(Price.KIND, "view") is Scope.NONE:
        return ""
    return _later(request, reverse("prices-panel", args=[record_type.kind, record.pk]), "Prices")


def quote(request: KeenRequest, record_type: RecordType, record: Record) -> str:
    """Where a quote stands, what may be done with it, and what it offers.

    Cost: 2 queries; 2 more for an accepted one.
    """
    del record_type
    row, rights = cast("Quote", record), request.actor.rights
    if rights.hides(Opportunity.KIND, "amount"):
        return ""
    may = request.actor.may_write and row.allows(request.actor, "edit")
    context = {
        "quote": row,
        "stands": row.stands,
        "labels": offers.LABELS,
        "tones": offers.TONES,
        "looks": offers.looks,
        "lines": quote_queries.shown_lines(row),
        "sums": quote_queries.sums(row),
        "total": quote_queries.money(row.gross, row.currency),
        "may_edit": may,
        "has_link": may and row.links.filter(revoked_at=None, expires_at__gt=timezone.now()).exists(),
        "won": quote_queries.won_href(row)
        if may and row.stands == "accepted" and row.opportunity.is_open
        else "",
    }
    return pages.text(request, "sales/_quote.html", context)

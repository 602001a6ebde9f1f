"""What deals show on record pages: where one stands and what its stage needs; the deals of a person or a company."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

from babel.numbers import format_currency, get_currency_symbol
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from keen.core import pages
from keen.core.access import KeenRequest
from keen.core.domain.rights import Scope
from keen.core.jinja import LOCALE
from keen.records.actions import asked
from keen.records.declare import RecordType
from keen.records.models import Record
from keen.records.pages import inputs
from keen.sales.actions import moves
from keen.sales.domain import leads
from keen.sales.domain.reasons import LABELS
from keen.sales.domain.scoring import reasons
from keen.sales.models import Lead, Opportunity
from keen.sales.models.pipelines import pipelines
from keen.sales.queries import leads as lead_queries
from keen.sales.queries import board

NARROW = "\N{NO-BREAK SPACE}"


def shown_money(value: Any, currency: str = "") -> str:
    """An amount as boards and panels say it: without cents where there are none."""
    if value is None or value == "":
        return ""
    if isinstance(value, Mapping):
        return _worded(Decimal(str(value["amount"])), str(value["currency"]))
    return _worded(Decimal(value), currency or settings.KEEN.currency)


def whole_money(value: Decimal) -> str:
    """A total in the company's currency, without cents."""
    return shown_money(value.quantize(Decimal(1)))


@lru_cache(maxsize=8192)
def _worded(amount: Decimal, currency: str) -> str:
    whole = amount == amount.to_integral_value()
    symbol = get_currency_symbol(currency, LOCALE)
    # Letters stand apart from the digits, signs do not.
    pattern = f"¤{NARROW if symbol[-1:].isalpha() else ''}#,##0{'' if whole else '.00'}"
    return str(format_currency(amount, currency, pattern, locale=LOCALE, currency_digits=False))


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
        "hidden": len(rules) < len(reasons(lead.facts)),
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

"""How a lead stands, and the one page on which it is converted."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.crypto import get_random_string

from keen.core import pages
from keen.core.access import KeenRequest, note_refused, route
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people.queries import Similar
from keen.records.actions.values import InvalidError
from keen.records.domain.fieldvalues import id_of
from keen.sales.actions import leads as actions
from keen.sales.actions.convert import NEW, NONE, ConvertWish, convert
from keen.sales.models import Lead
from keen.sales.panels import lead_context
from keen.sales.queries.convert import Found, found_for
from keen.sales.records import LEAD

BOTH = ("GET", "HEAD", "POST")
DEAL = ("name", "amount", "close_date")


@route("lead.edit", methods=("POST",))
def lead_status(request: KeenRequest, record_id: int) -> HttpResponse:
    """How it stands, said with one tap."""
    posted = request.POST
    try:
        receipt = actions.set_status(
            actor=request.actor,
            lead_id=record_id,
            status=posted.get("status", ""),
            reason=posted.get("reason", ""),
        )
    except InvalidError as error:
        lead = _seen(request, record_id)
        context = {**lead_context(request, lead), "errors": error.errors, "alone": True}
        return pages.render(request, "sales/lead_status.html", context, 422)
    return pages.answer(request, receipt, to=f"/leads/{record_id}/")


@route("lead.edit", methods=BOTH)
def lead_convert(request: KeenRequest, record_id: int) -> HttpResponse:
    """What the lead may be already, and what it becomes."""
    lead = _seen(request, record_id)
    if request.method != "POST":
        if not lead.allows(request.actor, "edit"):
            raise ForbiddenError(
                "forbidden",
                f"You can see “{LEAD.told_to(request.actor, lead)}” but not change it. Ask its owner.",
            )
        return _page(request, lead, {}, {})
    try:
        receipt = convert(actor=request.actor, lead_id=record_id, wish=_wish(request.POST))
    except InvalidError as error:
        return _page(request, lead, request.POST.dict(), error.errors)
    except RuleError as error:
        if error.field is None:
            raise
        note_refused(request, error)
        return _page(request, lead, request.POST.dict(), {str(error.field): error.message})
    return pages.answer(request, receipt, to=f"/leads/{record_id}/")


def _seen(request: KeenRequest, record_id: int) -> Lead:
    lead: Lead | None = Lead.objects.visible_to(request.actor).filter(pk=record_id).first()
    if lead is None:
        raise NotVisibleError
    return lead


def _wish(posted: QueryDict) -> ConvertWish:
    deal: dict[str, Any] = {name: str(posted.get(f"deal_{name}", "")) for name in DEAL}
    return ConvertWish(
        _choice(posted.get("account", NONE)), _choice(posted.get("contact", NEW)), _choice(posted.get("deal", NONE)),
        str(posted.get("account_name", "")).strip(), deal, str(posted.get("once", ""))[:40],
    )  # fmt: skip


def _choice(said: str) -> int | str:
    return said if said in {NEW, NONE} else id_of(said) or 0


def _page(request: KeenRequest, lead: Lead, typed: dict[str, Any], errors: dict[str, str]) -> HttpResponse:
    seen = LEAD.as_read_by(request.actor, lead)
    found = found_for(request.actor, lead)
    company = getattr(seen, "company", "")
    usual = {
        "account": found.account or _default(found.accounts, bool(company) and "account" in found.may_add),
        "contact": found.contact or _default(found.contacts, "contact" in found.may_add),
        "deal": NEW if "opportunity" in found.may_add and not found.deals else NONE,
        "account_name": company,
        "deal_name": " · ".join(part for part in (company or seen.called, lead.campaign) if part),
        "once": get_random_string(22),
    }
    context = {
        "lead": seen,
        "found": found,
        "accounts": _options(
            found.accounts,
            "account" in found.may_add,
            f"New account: {company}" if company else "New account",
            "No account",
        ),
        "contacts": _options(found.contacts, "contact" in found.may_add, f"New contact: {seen.called}", ""),
        "deals": _deals(found),
        "typed": {**usual, **typed},
        "today": timezone.localdate(),
        "errors": errors,
    }
    return pages.render(request, "sales/convert.html", context, 422 if errors else 200)


def _default(found: Sequence[Similar], may_add: bool) -> str:
    """What is chosen where nothing is sure: nothing, where something may be it; else a new one."""
    return "" if found else NEW if may_add else NONE


def _options(found: Sequence[Similar], may_add: bool, new: str, none: str) -> list[tuple[Any, str, str]]:
    rows: list[tuple[Any, str, str]] = [
        (one.id, one.title, " · ".join(part for part in (one.subtitle, ", ".join(one.reasons)) if part))
        for one in found
    ]
    if may_add:
        rows.append((NEW, new, ""))
    return [*rows, (NONE, none, "")] if none else rows


def _deals(found: Found) -> list[tuple[Any, str, str]]:
    rows: list[tuple[Any, str, str]] = [
        (one.id, one.name, " · ".join(part for part in (one.stage, one.account_name) if part))
        for one in found.deals
    ]
    if "opportunity" in found.may_add:
        rows.append((NEW, "New deal", ""))
    return [*rows, (NONE, "No deal yet", "")]

"""Quotes of a deal: written, looked at as PDF, sent, answered, made anew."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.http import HttpResponse, HttpResponseRedirect

from keen.core import pages
from keen.core.access import KeenRequest, note_refused, route
from keen.lib import numbers
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.lib.ids import id_of
from keen.records.actions.values import InvalidError
from keen.sales.actions import answers, quotes, sending
from keen.sales.domain import paper, pricing
from keen.sales.domain import quotes as domain
from keen.sales.models import Opportunity, Quote, QuotePaper
from keen.sales.queries import quotes as queries
from keen.sales.views.lines import BOTH, again, mark, once, rows_context, standard_tax, typed_rows

VALUES = ("contact", "email", "valid_until", "introduction", "terms")
# The inputs of the lines have these names, too.
WHOLE = {"discount_whole": "discount", "discount_whole_way": "discount_way"}


@route("opportunity.edit", methods=("POST",))
def quote_new(request: KeenRequest, record_id: int) -> HttpResponse:
    """A quote with the lines of the deal."""
    receipt = quotes.draft(actor=request.actor, deal_id=record_id, once=once(request))
    assert receipt.object is not None  # noqa: S101  a quote that was made is named
    return pages.answer(request, receipt, to=f"{receipt.object.href}edit/")


@route("opportunity.edit", methods=BOTH)
def quote_edit(request: KeenRequest, quote_id: int) -> HttpResponse:
    """The form of a draft; one that was sent is looked at alone."""
    row = _quote(request, quote_id)
    if not row.is_draft:
        return HttpResponseRedirect(f"/quotes/{row.pk}/", status=303)
    if request.method != "POST":
        return _form(
            request,
            row,
            [*map(pricing.as_typed, row.lines), {"quantity": "1", "tax": standard_tax()}],
            _held(row),
        )
    rows, values = typed_rows(request.POST), {name: request.POST.get(name, "") for name in (*VALUES, *WHOLE)}
    if not {"save", "send"} & request.POST.keys():
        return _form(request, row, again(request, rows, row.currency), values)
    wished = {WHOLE.get(name, name): value for name, value in values.items()}
    wish = quotes.Wish(rows, wished, id_of(request.POST.get("version", "")), once(request), mark())
    try:
        receipt = quotes.change(actor=request.actor, quote_id=row.pk, wish=wish)
    except InvalidError as error:
        note_refused(request, error)
        return _form(request, row, again(request, rows, row.currency), values, error.errors)
    except RuleError as error:
        note_refused(request, error)
        return _form(request, row, again(request, rows, row.currency), values, {"quote": error.message})
    onward = f"/quotes/{row.pk}/send/" if "send" in request.POST else f"/quotes/{row.pk}/"
    return pages.answer(request, receipt, to=onward)


def _held(row: Quote) -> dict[str, str]:
    return {
        **{name: str(getattr(row, name) or "") for name in VALUES if name != "contact"},
        "contact": str(row.contact_id or ""),
        "discount_whole": numbers.again(pricing.said(row.discount)) if row.discount else "",
        "discount_whole_way": row.discount_way,
    }


def _quote(request: KeenRequest, quote_id: int, action: str = "edit") -> Quote:
    """The quote, when the reader sees it.

    Raises: NotVisibleError; ForbiddenError when only looking is allowed.
    """
    row = (
        Quote.objects.visible_to(request.actor).select_related("owner", "contact").filter(pk=quote_id).first()
    )
    if row is None or request.actor.rights.hides(Opportunity.KIND, "amount"):
        raise NotVisibleError
    assert isinstance(row, Quote)  # noqa: S101  the table holds quotes
    if action == "edit" and not row.allows(request.actor, "edit"):
        raise ForbiddenError(
            "forbidden", f"You can see quote {row.title} but not change it. Ask the owner of its deal."
        )
    return row


def _form(
    request: KeenRequest,
    row: Quote,
    rows: list[Any],
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    context = {
        **rows_context(rows, row.currency, {own: values.get(name, "") for name, own in WHOLE.items()}),
        "quote": row,
        "values": values,
        "contact_name": request.POST.get("contact_text", row.contact_name),
        "errors": errors or {},
        "version": request.POST.get("version", row.version),
    }
    template = (
        "sales/quote_edit.html#rows"
        if request.headers.get("HX-Request") and not errors
        else "sales/quote_edit.html"
    )
    return pages.render(request, template, context, 422 if errors else 200)


@route("opportunity.edit", methods=BOTH)
def quote_send(request: KeenRequest, quote_id: int) -> HttpResponse:
    """The letter that brings a quote."""
    row = _quote(request, quote_id)
    if not row.is_draft:
        return HttpResponseRedirect(f"/quotes/{row.pk}/", status=303)
    typed = {name: request.POST.get(name, "") for name in ("email", "subject", "message")}
    errors: Mapping[str, str] = {}
    if request.method == "POST":
        letter = sending.Letter(
            typed["email"].strip(), typed["subject"], typed["message"], request.POST.get("once", "")
        )
        try:
            receipt = sending.send(
                actor=request.actor, quote_id=row.pk, letter=letter, reply_to=request.user.email
            )
        except InvalidError as error:
            note_refused(request, error)
            errors = error.errors
        except RuleError as error:
            note_refused(request, error)
            errors = {"quote": error.message}
        else:
            return pages.answer(request, receipt, to=f"/quotes/{row.pk}/")
    else:
        company = QuotePaper.now()["company"]
        subject = f"Quote {row.title}" + (f" from {company}" if company else "")
        greeting = f"Dear {row.contact_name}" if row.contact_name else "Hello"
        message = f"{greeting},\n\nhere is our quote for {row.opportunity_name}.\n\nKind regards\n{request.user.name}"
        typed = {"email": row.email, "subject": subject, "message": message}
    context = {
        "quote": row,
        "typed": typed,
        "errors": errors,
        "once": request.POST.get("once") or uuid4().hex,
        "money": queries.money,
    }
    return pages.render(request, "sales/quote_send.html", context, 422 if errors else 200)


@route("opportunity.edit", methods=("POST",))
def quote_revise(request: KeenRequest, quote_id: int) -> HttpResponse:
    """The next version of a quote that was sent."""
    receipt = quotes.revise(actor=request.actor, quote_id=quote_id, once=once(request))
    assert receipt.object is not None  # noqa: S101  a quote that was made is named
    return pages.answer(request, receipt, to=f"{receipt.object.href}edit/")


@route("opportunity.edit", methods=("POST",))
def quote_discard(request: KeenRequest, quote_id: int) -> HttpResponse:
    """A draft that is not needed."""
    deal_id = _quote(request, quote_id).opportunity_id
    receipt = quotes.discard(actor=request.actor, quote_id=quote_id)
    return pages.answer(request, receipt, to=f"/opportunities/{deal_id}/")


@route("opportunity.edit", methods=("POST",))
def quote_withdraw(request: KeenRequest, quote_id: int) -> HttpResponse:
    """The end of the private link."""
    receipt = sending.withdraw(actor=request.actor, quote_id=quote_id)
    return pages.answer(request, receipt, to=f"/quotes/{quote_id}/")


@route("opportunity.edit", methods=BOTH)
def quote_decide(request: KeenRequest, quote_id: int) -> HttpResponse:
    """An answer that the customer gave by other ways."""
    row = _quote(request, quote_id)
    typed = {name: request.POST.get(name, "") for name in ("name", "reason")}
    typed["name"] = typed["name"] or row.contact_name
    errors: Mapping[str, str] = {}
    if request.method == "POST":
        given = answers.Answer(request.POST.get("answer") == "accepted", typed["name"], typed["reason"])
        try:
            receipt = answers.decide(actor=request.actor, quote_id=row.pk, given=given)
        except InvalidError as error:
            note_refused(request, error)
            errors = error.errors
        else:
            return pages.answer(request, receipt, to=f"/quotes/{row.pk}/")
    return pages.render(
        request,
        "sales/quote_decide.html",
        {"quote": row, "typed": typed, "errors": errors},
        422 if errors else 200,
    )


@route("quote.view")
def quote_pdf(request: KeenRequest, quote_id: int) -> HttpResponse:
    """The quote as the customer gets it."""
    return pdf_of(_quote(request, quote_id, "view"))


def pdf_of(row: Quote) -> HttpResponse:
    """The PDF of a quote: with the letterhead of the day it was sent, or of now while it is a draft."""
    made = paper.pdf(queries.paper_of(row, QuotePaper.now() if row.is_draft else row.letterhead))
    name = f"{row.title.replace(' ', '-')}.pdf"
    headers = {
        "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(made, content_type="application/pdf", headers=headers)


@route("opportunity.view")
def quotes_panel(request: KeenRequest, record_id: int) -> HttpResponse:
    """The lines and the quotes of a deal."""
    deal = Opportunity.objects.visible_to(request.actor).filter(pk=record_id).first()
    if deal is None or request.actor.rights.hides(Opportunity.KIND, "amount"):
        raise NotVisibleError
    may = request.actor.may_write and deal.allows(request.actor, "edit")
    rows = list(queries.of_deal(request.actor, deal.pk))
    accepted = next((row for row in rows if row.status == "accepted"), None)
    context = {
        "deal": deal,
        "lines": queries.shown_lines(deal) if deal.lines else [],
        "net": queries.money(deal.amount["amount"], deal.amount["currency"]) if deal.lines else "",
        "rows": rows,
        "looks": domain.looks,
        "labels": domain.LABELS,
        "tones": domain.TONES,
        "money": queries.money,
        "may_edit": may,
        "won": queries.won_href(accepted) if accepted and deal.is_open and may else "",
    }
    return pages.render(request, "sales/_quotes.html", context)

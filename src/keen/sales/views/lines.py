"""Lines of deals, typed row by row: the server says what they come to, with scripts while one types, without them on a press."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.utils import timezone

from keen.core import pages
from keen.core.access import KeenRequest, note_refused, route
from keen.lib import numbers
from keen.lib.errors import NotVisibleError, RuleError
from keen.lib.ids import id_of
from keen.records.actions.values import InvalidError
from keen.sales.actions import lines as actions
from keen.sales.domain import pricing
from keen.sales.models import Opportunity
from keen.sales.models.products import taxes
from keen.sales.queries import prices
from keen.sales.queries.quotes import money, plain

BOTH = ("GET", "HEAD", "POST")
PARTS = ("product", "held", "text", "article", "unit", "quantity", "price", "discount_way", "discount", "tax")
MOST_ROWS = pricing.MOST_LINES
EMPTY: dict[str, Any] = {"quantity": "1"}


@route("opportunity.edit", methods=BOTH)
def deal_lines(request: KeenRequest, record_id: int) -> HttpResponse:
    """The lines of a deal, and what it is worth by them."""
    deal = _deal(request, record_id)
    currency = request.POST.get("currency") or actions.currency_of(deal)
    if request.method != "POST":
        return _page(
            request, deal, currency, [*map(pricing.as_typed, deal.lines), {**EMPTY, "tax": standard_tax()}]
        )
    rows = typed_rows(request.POST)
    if "save" not in request.POST:
        return _page(request, deal, currency, again(request, rows, currency))
    wish = actions.Wish(rows, currency, id_of(request.POST.get("version", "")), once(request), mark())
    try:
        receipt = actions.set_lines(actor=request.actor, deal_id=deal.pk, wish=wish)
    except InvalidError as error:
        note_refused(request, error)
        return _page(request, deal, currency, again(request, rows, currency), error.errors)
    except RuleError as error:
        note_refused(request, error)
        return _page(request, deal, currency, again(request, rows, currency), {"deal": error.message})
    return pages.answer(request, receipt, to=f"/opportunities/{deal.pk}/")


def _deal(request: KeenRequest, record_id: int) -> Opportunity:
    deal = Opportunity.objects.visible_to(request.actor).filter(pk=record_id).first()
    if deal is None or request.actor.rights.hides(Opportunity.KIND, "amount"):
        raise NotVisibleError
    assert isinstance(deal, Opportunity)  # noqa: S101  the table holds deals
    return deal


def _page(
    request: KeenRequest,
    deal: Opportunity,
    currency: str,
    rows: list[Any],
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    context = {
        **rows_context(rows, currency, {}),
        "deal": deal,
        "errors": errors or {},
        "books": prices.books_for(currency, timezone.localdate()),
        "version": request.POST.get("version", deal.version),
    }
    template = (
        "sales/lines.html#rows" if request.headers.get("HX-Request") and not errors else "sales/lines.html"
    )
    return pages.render(request, template, context, 422 if errors else 200)


def mark() -> str:
    """The sign before the fraction where the company is."""
    return numbers.mark_of(settings.KEEN.region)


def once(request: KeenRequest) -> str:
    """The name of this one sending of a form."""
    return str(request.POST.get("_once", ""))[:80]


def typed_rows(posted: QueryDict) -> list[dict[str, str]]:
    """The rows of inputs as they were typed. A row that was to be taken away is left out."""
    columns = {name: posted.getlist(name)[:MOST_ROWS] for name in PARTS}
    count = len(columns["text"])
    gone = posted.get("drop", "")
    return [
        {name: columns[name][place] if place < len(columns[name]) else "" for name in PARTS}
        for place in range(count)
        if str(place + 1) != gone
    ]


def again(request: KeenRequest, rows: list[dict[str, str]], currency: str) -> list[dict[str, Any]]:
    """The rows shown again: products bring their price, and there is an empty one to go on in."""
    found = actions.filled(request.actor, rows, currency)
    if not found or any(str(found[-1].get(name) or "").strip() for name in ("text", "price")):
        found.append({**EMPTY, "tax": standard_tax()})
    return found


def standard_tax() -> str:
    """What a line without a product starts with."""
    return pricing.said(taxes()[0].percent)


def rows_context(rows: list[Any], currency: str, discount: Mapping[str, Any]) -> dict[str, Any]:
    """What the inputs of lines are shown with: each with what it comes to, and all together."""
    shown, lines = [], []
    for row in rows:
        amount, wrong = "", ""
        if str(row.get("text") or row.get("price") or "").strip():
            try:
                line = pricing.read_line(row, currency, mark())
                amount = money(pricing.amount_of(line, currency), currency)
                lines.append(line)
            except RuleError as error:
                wrong = error.message
        shown.append({**row, "amount_said": amount, "wrong": wrong})
    try:
        totals = pricing.total(lines, currency, pricing.read_discount(discount, mark()) if discount else None)
    except RuleError:
        totals = pricing.total(lines, currency)
    return {
        "rows": shown,
        "currency": currency,
        "totals": totals,
        "money": money,
        "plain": plain,
        "taxes": [(pricing.said(one.percent), f"{one.name} {plain(one.percent)} %") for one in taxes()],
    }

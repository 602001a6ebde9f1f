"""What prices and quotes start with, and the prices that a book holds."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.urls import reverse

from keen.core import pages
from keen.core.access import KeenRequest, note_refused, route
from keen.lib import numbers
from keen.lib.errors import NotVisibleError
from keen.records.actions.values import InvalidError
from keen.sales.actions import catalogue as actions
from keen.sales.domain.pricing import said
from keen.sales.models import Price, PriceBook, Product, QuotePaper
from keen.sales.models.products import taxes
from keen.sales.queries.quotes import money, plain

MANAGE = "power:prices.manage"
BOTH = ("GET", "HEAD", "POST")
MOST_SHOWN = 50


@route(MANAGE, methods=BOTH)
def price_settings(request: KeenRequest) -> HttpResponse:
    """Tax rates, and the paper of quotes."""
    if request.method != "POST":
        return _page(request, QuotePaper.now(), {})
    try:
        receipt = actions.set_paper(actor=request.actor, given=request.POST.dict())
    except InvalidError as error:
        note_refused(request, error)
        return _page(request, request.POST.dict(), error.errors)
    return pages.answer(request, receipt, to=reverse("price-settings"))


def _page(request: KeenRequest, paper: Mapping[str, object], errors: Mapping[str, str]) -> HttpResponse:
    context = {
        "paper": paper,
        "errors": errors,
        "taxes": taxes(),
        "plain": plain,
        "again": lambda value: numbers.again(said(value)),
        "books": PriceBook.objects.visible_to(request.actor).order_by("-standard", "name"),
        "products": Product.objects.visible_to(request.actor).filter(active=True).count(),
    }
    return pages.render(request, "sales/prices.html", context, 422 if errors else 200)


@route(MANAGE, methods=("POST",))
def tax_save(request: KeenRequest) -> HttpResponse:
    """What a tax class takes."""
    given = request.POST
    try:
        receipt = actions.set_tax(
            actor=request.actor,
            key=given.get("key", ""),
            name=given.get("name", ""),
            percent=given.get("percent", ""),
        )
    except InvalidError as error:
        note_refused(request, error)
        return _page(request, QuotePaper.now(), error.errors)
    return pages.answer(request, receipt, to=reverse("price-settings"))


@route(MANAGE, methods=("POST",))
def price_book_standard(request: KeenRequest, record_id: int) -> HttpResponse:
    """The book that deals start with."""
    receipt = actions.make_standard(actor=request.actor, book_id=record_id)
    return pages.answer(request, receipt, to=f"/price-books/{record_id}/")


@route("price.view")
def prices_panel(request: KeenRequest, kind: str, record_id: int) -> HttpResponse:
    """The prices in a book, or those of a product."""
    model = {"price_book": PriceBook, "product": Product}.get(kind)
    record = model.objects.visible_to(request.actor).filter(pk=record_id).first() if model else None
    if record is None:
        raise NotVisibleError
    of = {"book_id": record.pk} if kind == "price_book" else {"product_id": record.pk}
    rows = (
        Price.objects.visible_to(request.actor)
        .filter(**of)
        .select_related("book")
        .order_by("product_name", "book_name", "pk")
    )
    context = {
        "record": record,
        "kind": kind,
        "rows": rows[: MOST_SHOWN + 1],
        "most": MOST_SHOWN,
        "money": money,
        "may_edit": request.actor.may_write and request.actor.rights.scope(Price.KIND, "add").reach > 0,
    }
    return pages.render(request, "sales/_prices.html", context)

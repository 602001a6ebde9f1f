"""Customers of other systems whose account is not known yet."""

from django.http import HttpResponse
from django.urls import reverse

from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.lib.errors import RuleError
from keen.lib.ids import id_of
from keen.orders.actions import customers
from keen.orders.models import Customer
from keen.orders.queries import tray as waiting


@route("power:orders.match")
def show(request: KeenRequest) -> HttpResponse:
    """The tray."""
    return _page(request)


def _page(request: KeenRequest, errors: dict[int, str] | None = None) -> HttpResponse:
    state = Customer.ASIDE if request.GET.get("state") == Customer.ASIDE else Customer.WAITING
    found = waiting.page(request.actor, state, id_of(request.GET.get("after", "")) or 0)
    context = {"tray": found, "state": state, "errors": errors or {}, "may_write": request.actor.may_write}
    return pages.render(request, "orders/unmatched.html", context, 422 if errors else 200)


@route("power:orders.match", methods=("POST",))
def tie(request: KeenRequest, customer_id: int) -> HttpResponse:
    """Say which account a customer is."""
    try:
        receipt = customers.tie(
            actor=request.actor,
            customer_id=customer_id,
            account_id=id_of(request.POST.get("account", "")) or 0,
        )
    except RuleError as error:
        if error.field is None:
            raise
        return _page(request, {customer_id: error.message})
    return pages.answer(request, receipt, to=reverse("orders-unmatched"))


@route("power:orders.match", methods=("POST",))
def likely(request: KeenRequest) -> HttpResponse:
    """Tie all of the named ones for whom one account is likely."""
    ids = [pk for pk in map(id_of, request.POST.getlist("customer")) if pk]
    receipt = customers.tie_likely(actor=request.actor, customer_ids=ids[: waiting.MOST_LIKELY])
    return pages.answer(request, receipt, to=reverse("orders-unmatched"))


@route("power:orders.match", methods=("POST",))
def aside(request: KeenRequest, customer_id: int) -> HttpResponse:
    """Say that a customer is none of ours."""
    receipt = customers.set_aside(actor=request.actor, customer_id=customer_id)
    return pages.answer(request, receipt, to=reverse("orders-unmatched"))


@route("power:orders.match", methods=("POST",))
def again(request: KeenRequest, customer_id: int) -> HttpResponse:
    """Put a customer back into the tray."""
    receipt = customers.ask_again(actor=request.actor, customer_id=customer_id)
    return pages.answer(request, receipt, to=reverse("orders-unmatched"))

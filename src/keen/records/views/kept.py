"""Undo, permanent links, favourites and saved lists."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect

from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.core.domain.receipts import Receipt
from keen.lib.errors import NotVisibleError
from keen.records import declare
from keen.records.actions import life, lists
from keen.records.actions.lists import ListWish

POST = ("POST",)


@route(methods=POST)
def undo(request: KeenRequest, operation_id: UUID) -> HttpResponse:
    """Take something of one's own back."""
    receipt = life.undo(actor=request.actor, operation_id=operation_id)
    response = _back(request, receipt)
    response["HX-Trigger"] = '{"keen-changed": {"target": "body"}}'  # what is on the page asks for itself again
    return response


@route()
def link(request: KeenRequest, code: str, record_id: int) -> HttpResponse:
    """Where a permanent link leads; that of a merged record leads to the one that took it in."""
    record_type = declare.by_code(code)
    if record_type is None:
        raise NotVisibleError
    return HttpResponseRedirect(f"/{record_type.path}/{record_id}/")


@route(methods=POST)
def star(request: KeenRequest, kind: str, record_id: int) -> HttpResponse:
    """Make a record a favourite, or no longer one."""
    _known(kind)
    _, receipt = lists.star(actor=request.actor, kind=kind, record_id=record_id)
    return _back(request, receipt)


@route(methods=POST)
def list_save(request: KeenRequest) -> HttpResponse:
    """Keep a list with its filters, columns and order."""
    given = request.POST
    _known(given.get("kind", ""))
    wish = ListWish(
        given.get("kind", ""), given.get("name", ""), given.get("query", ""), given.get("share", "me"), "pin" in given
    )
    kept, receipt = lists.save_list(actor=request.actor, wish=wish)
    href = receipt.object.href if receipt.object else f"/{declare.get(kept.kind).path}/"
    return pages.answer(request, receipt, to=href)


@route(methods=POST)
def list_pin(request: KeenRequest, list_id: int) -> HttpResponse:
    """Pin a list to the navigation, or take it off."""
    return _back(request, lists.pin_list(actor=request.actor, list_id=list_id))


@route(methods=POST)
def list_delete(request: KeenRequest, list_id: int) -> HttpResponse:
    """Delete a list of one's own."""
    return _back(request, lists.delete_list(actor=request.actor, list_id=list_id))


def _known(kind: str) -> None:
    if declare.find(kind) is None:
        raise NotVisibleError


def _back(request: KeenRequest, receipt: Receipt) -> HttpResponse:
    """To the object of the receipt, or to where the person came from."""
    came = request.headers.get("Referer", "")
    here = came.split(request.get_host(), 1)[-1] if request.get_host() in came else ""
    to = pages.local_address(request, _without_receipt(here), receipt.object.href if receipt.object else "/")
    return pages.answer(request, receipt, to=to)


def _without_receipt(address: str) -> str:
    path, _, query = address.partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.startswith("r="))
    return f"{path}?{kept}" if kept else path

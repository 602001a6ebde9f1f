"""Undo, permanent links, favourites and saved lists."""

from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect

from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.core.domain.receipts import Receipt
from keen.lib.errors import NotVisibleError
from keen.records import declare
from keen.records.actions import life, lists
from keen.records.actions.lists import ListWish
from keen.records.domain.fieldvalues import id_of
from keen.records.pages import imported
from keen.records.queries import imports, trail

POST = ("POST",)
CHANGED = '{"keen-changed": {"target": "body"}}'  # what is on the page asks for itself again


@route(methods=POST)
def undo(request: KeenRequest, operation_id: UUID) -> HttpResponse:
    """Take something of one's own back."""
    if run := imports.run_by_operation(request.actor, operation_id):
        return imported.take_back(request, run)
    receipt = life.undo(actor=request.actor, operation_id=operation_id)
    to = _came_from(request, receipt)
    kind, record_id = _record_at(to)
    if record_id and not _is_seen(request, kind, record_id):
        to = receipt.object.href if receipt.object else "/"
    if request.headers.get("HX-Request") and trail.touched(operation_id, kind):
        # The page itself shows what was taken back, so all of it comes anew.
        joined = "&" if "?" in to else "?"
        return HttpResponse(status=204, headers={"HX-Redirect": f"{to}{joined}r={receipt.operation}"})
    response = pages.answer(request, receipt, to=to)
    response["HX-Trigger"] = CHANGED
    return response


def _record_at(address: str) -> tuple[str, int]:
    """The kind and the id of the record that the page is about, "" and 0 for others."""
    path, _, rest = urlsplit(address).path.strip("/").partition("/")
    record_type = next((known for known in declare.types() if known.path == path), None)
    return (record_type.kind, id_of(rest.partition("/")[0]) or 0) if record_type else ("", 0)


def _is_seen(request: KeenRequest, kind: str, record_id: int) -> bool:
    """Whether the record can still be seen: it may have gone with the undo."""
    found: bool = declare.get(kind).model.objects.visible_to(request.actor).filter(pk=record_id).exists()
    return found


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
        given.get("kind", ""),
        given.get("name", ""),
        given.get("query", ""),
        given.get("share", "me"),
        "pin" in given,
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
    return pages.answer(request, receipt, to=_came_from(request, receipt))


def _came_from(request: KeenRequest, receipt: Receipt) -> str:
    """The page that the person was on, without its receipt; else the object of the receipt."""
    otherwise = receipt.object.href if receipt.object else "/"
    try:
        came = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    except ValueError:
        return otherwise
    here = came.path if came.netloc == request.get_host() else ""
    query = "&".join(part for part in came.query.split("&") if part and not part.startswith("r="))
    return pages.local_address(request, f"{here}?{query}" if here and query else here, otherwise)

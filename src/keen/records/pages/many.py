"""One act on many records: shown before it is done, taken back by one undo."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode

from keen.core import pages
from keen.core.access import KeenRequest
from keen.core.domain.receipts import Receipt
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.records.actions import many
from keen.records.actions.values import InvalidError
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain.fieldvalues import id_of
from keen.records.pages import inputs
from keen.records.pages.edit import field_error

ACTS = {
    "change": "Change one field",
    "assign": "Give to somebody",
    "tag": "Add a tag",
    "delete": "Move to the trash",
}


def bulk(request: KeenRequest, record_type: RecordType) -> HttpResponse:
    """The act that the selection's bar names: first what it will do, then the doing."""
    ids = selected(request)
    act = request.POST.get("act", "")
    if act == "export":
        joined = urlencode([("ids", ",".join(str(pk) for pk in ids))])
        return HttpResponseRedirect(f"/{record_type.path}/export/?{joined}")
    if act not in ACTS:
        raise NotVisibleError
    if not request.POST.get("_sure"):
        return preview(request, record_type, ids, act)
    try:
        receipt = _do(request, record_type, ids, act)
    except InvalidError as error:
        return preview(request, record_type, ids, act, errors=error.errors)
    except ForbiddenError as error:
        return preview(request, record_type, ids, act, errors=field_error(request, record_type, error))
    back = pages.local_address(request, request.POST.get("back", ""), f"/{record_type.path}/")
    return pages.answer(request, receipt, to=back)


def selected(request: KeenRequest) -> list[int]:
    """The ids that were ticked.

    Raises: RuleError when there are none.
    """
    found = [id_of(pk) for pk in request.POST.getlist("ids")]
    ids = list(dict.fromkeys(pk for pk in found if pk is not None))
    if not ids:
        raise RuleError("none_selected", "Nothing is selected. Tick the rows that you mean.")
    return ids


def preview(
    request: KeenRequest,
    record_type: RecordType,
    ids: list[int],
    act: str,
    *,
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    """What the act will do to how many, and what is still to be said."""
    action = "delete" if act == "delete" else "edit"
    model = record_type.model
    rows = model.objects.visible_to(request.actor).filter(model.allowed(request.actor, action), pk__in=ids)
    count = rows.count()
    fields = _offered(record_type, request, act)
    wanted = request.POST.get("field") or request.GET.get("field", "")
    chosen = [field for field in fields if field.name == wanted] or fields[:1]
    typed = {
        "owner": "",
        "team": "",
        **inputs.read(record_type, request.POST, [field.name for field in chosen]),
    }
    context = {
        "type": record_type,
        "act": act,
        "title": ACTS[act],
        "ids": ids,
        "count": count,
        "left": len(ids) - count,
        "sample": [record_type.as_read_by(request.actor, row).title for row in rows.order_by("pk")[:5]],
        "fields": [(field.name, field.label) for field in fields],
        "chosen": chosen[0].name if chosen else "",
        "inputs": inputs.inputs(request.actor, chosen, typed=typed, errors=errors),
        "errors": errors or {},
        "back": pages.local_address(request, request.POST.get("back", ""), f"/{record_type.path}/"),
    }
    return pages.render(request, "records/bulk.html", context, 422 if errors else 200)


def _offered(record_type: RecordType, request: KeenRequest, act: str) -> list[Field]:
    writable = record_type.writable(request.actor)
    if act == "assign":
        return [field for field in writable if field.name == "owner"]
    if act == "tag":
        return [field for field in writable if field.name == "tags"]
    if act == "change":
        simple = {
            Kind.TEXT,
            Kind.CHOICE,
            Kind.BOOLEAN,
            Kind.DATE,
            Kind.USER,
            Kind.TEAM,
            Kind.NUMBER,
            Kind.URL,
            Kind.MONEY,
            Kind.CHOICES,
        }
        return [field for field in writable if field.kind in simple and not field.required]
    return []


def _do(request: KeenRequest, record_type: RecordType, ids: list[int], act: str) -> Receipt:
    if act == "delete":
        return many.delete_many(record_type, actor=request.actor, ids=ids)
    if act == "tag":
        return many.tag_many(record_type, actor=request.actor, ids=ids, tag=request.POST.get("tags", ""))
    name = "owner" if act == "assign" else request.POST.get("field", "")
    offered = {field.name for field in _offered(record_type, request, act)}
    if name not in offered:
        raise NotVisibleError
    typed: dict[str, Any] = inputs.read(record_type, request.POST, [name])
    return many.change_many(record_type, actor=request.actor, ids=ids, values=typed)

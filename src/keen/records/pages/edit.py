"""Making and changing a record: the forms, facts in place, conflicts, trash."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from keen.core import pages
from keen.core.access import KeenRequest
from keen.core.actions.operations import AlreadyDoneError
from keen.core.domain.receipts import Receipt
from keen.lib.errors import ForbiddenError, NotVisibleError
from keen.records.actions import life
from keen.records.actions.save import ConflictError, InvalidError, Saved, Wish, address, save
from keen.records.declare import Field, RecordType
from keen.records.models import Record
from keen.records.pages import inputs
from keen.records.pages.shown import links, readable_row, shown


def new(request: KeenRequest, record_type: RecordType) -> HttpResponse:
    """The form of a new record; what the address holds is filled in."""
    if request.method == "POST":
        return _write(request, record_type, None)
    fields = _new_fields(record_type, request)
    given = {field.name: request.GET[field.name] for field in record_type.writable(request.actor) if field.name in request.GET}
    return _form(request, record_type, None, fields, typed=given)


def _new_fields(record_type: RecordType, request: KeenRequest) -> list[Field]:
    writable = record_type.writable(request.actor)
    if request.GET.get("all") or request.POST.get("_all"):
        return writable
    return [field for field in writable if field.quick]


def edit(request: KeenRequest, record_type: RecordType, record_id: int) -> HttpResponse:
    """The form of all fields of a record."""
    record = changeable(request, record_type, record_id)
    if request.method == "POST":
        return _write(request, record_type, record)
    return _form(request, record_type, record, record_type.writable(request.actor))


def changeable(request: KeenRequest, record_type: RecordType, record_id: int) -> Record:
    """The record, when the actor may change it.

    Raises: NotVisibleError; ForbiddenError.
    """
    record: Record | None = record_type.model.objects.visible_to(request.actor).select_related(*links(record_type)).filter(pk=record_id).first()
    if record is None:
        raise NotVisibleError
    if not record.allows(request.actor, "edit"):
        raise ForbiddenError("forbidden", f"You can see “{record.title}” but not change it. Ask its owner.")
    return record


def wish_of(request: KeenRequest, record_type: RecordType, record: Record | None, typed: Mapping[str, Any]) -> Wish:
    """What the posted form asks for."""
    version = request.POST.get("_version", "")
    return Wish(
        typed,
        record.pk if record else None,
        int(version) if version.isdigit() and len(version) < 10 else None,
        request.POST.get("_once", "")[:80],
    )


def _write(request: KeenRequest, record_type: RecordType, record: Record | None) -> HttpResponse:
    names = [field.name for field in record_type.writable(request.actor)]
    typed = inputs.read(record_type, request.POST, names)
    fields = [field for field in record_type.writable(request.actor) if record or field in _new_fields(record_type, request)]
    try:
        done = save(record_type, actor=request.actor, wish=wish_of(request, record_type, record, typed))
    except AlreadyDoneError as error:
        receipt = error.receipt()
        return pages.answer(request, receipt, to=receipt.object.href if receipt.object else f"/{record_type.path}/")
    except InvalidError as error:
        return _form(request, record_type, record, fields, typed=typed, errors=error.errors)
    except ConflictError as error:
        return conflict(request, record_type, error, typed)
    return pages.answer(request, done.receipt, to=_onward(request, record_type, done))


def _onward(request: KeenRequest, record_type: RecordType, done: Saved) -> str:
    """Where a saved form leads: back to where it was opened from, if that was said."""
    here = address(record_type, done.record.pk)
    return pages.local_address(request, request.POST.get("_back", ""), here)


def _form(
    request: KeenRequest,
    record_type: RecordType,
    record: Record | None,
    fields: list[Field],
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    made = inputs.inputs(record_type, request.actor, fields, record=record, typed=typed, errors=errors)
    sections: dict[str, list[inputs.Input]] = {}
    for one in made:
        sections.setdefault(one.field.section, []).append(one)
    context = {
        "type": record_type,
        "record": record,
        "sections": sections,
        "errors": errors or {},
        "version": request.POST.get("_version") or (record.version if record else ""),
        "once": request.POST.get("_once", ""),
        "back": request.GET.get("back") or request.POST.get("_back", ""),
        "all": bool(request.GET.get("all") or request.POST.get("_all") or record),
        "countries": inputs.country_options(),
    }
    return pages.render(request, "records/form.html", context, 422 if errors else 200)


def again(request: KeenRequest, record_type: RecordType, record: Record, typed: Mapping[str, Any], error: InvalidError) -> HttpResponse:
    """The form of all fields with what is to be mended."""
    return _form(request, record_type, record, record_type.writable(request.actor), typed=typed, errors=error.errors)


def conflict(request: KeenRequest, record_type: RecordType, error: ConflictError, typed: Mapping[str, Any]) -> HttpResponse:
    """The page on which the person chooses between what they typed and what somebody else saved meanwhile."""
    kept = {
        name: value
        for name, value in typed.items()
        if name not in {clash.field for clash in error.clashes}
    }
    context = {
        "type": record_type,
        "record": error.record,
        "clashes": error.clashes,
        "kept": inputs.inputs(record_type, request.actor, [record_type.by_name[name] for name in kept], typed=kept),
        "version": error.record.version,
        "message": error.message,
        "countries": inputs.country_options(),
        "inputs": {
            one.field.name: one
            for one in inputs.inputs(
                record_type,
                request.actor,
                [record_type.by_name[clash.field] for clash in error.clashes],
                typed={clash.field: clash.mine for clash in error.clashes},
            )
        },
    }
    return pages.render(request, "records/conflict.html", context, 409)


def fact(request: KeenRequest, record_type: RecordType, record_id: int, name: str) -> HttpResponse:
    """One fact: its form in place, and the fact again with the receipt after it was saved."""
    record = changeable(request, record_type, record_id)
    field = record_type.by_name.get(name)
    if field is None or field not in record_type.writable(request.actor):
        raise NotVisibleError
    if request.method != "POST":
        return fact_form(request, record_type, record, field)
    typed = inputs.read(record_type, request.POST, [name])
    try:
        done = save(record_type, actor=request.actor, wish=wish_of(request, record_type, record, typed))
    except InvalidError as error:
        return fact_form(request, record_type, record, field, typed=typed, errors=error.errors)
    except ConflictError as error:
        return conflict(request, record_type, error, typed)
    html = pages.text(request, "records/_fact.html", fact_context(request, record_type, done.record, field))
    return pages.answer(request, done.receipt, to=address(record_type, record_id), fragment=html)


def fact_form(
    request: KeenRequest,
    record_type: RecordType,
    record: Record,
    field: Field,
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The form of one fact."""
    one = inputs.inputs(record_type, request.actor, [field], record=record, typed=typed, errors=errors)[0]
    context = {"type": record_type, "record": record, "input": one, "countries": inputs.country_options()}
    template = "records/_fact_form.html" if request.headers.get("HX-Request") else "records/fact.html"
    return pages.render(request, template, context, 422 if errors else 200)


def fact_context(request: KeenRequest, record_type: RecordType, record: Record, field: Field) -> dict[str, Any]:
    """What showing one fact needs."""
    row = readable_row(record_type, request.actor, record)
    return {"type": record_type, "record": record, "field": field, "parts": shown(field, row), "may_edit": True}


def show_fact(request: KeenRequest, record_type: RecordType, record_id: int, name: str) -> HttpResponse:
    """One fact as it is read: what Esc brings back."""
    record: Record | None = record_type.model.objects.visible_to(request.actor).select_related(*links(record_type)).filter(pk=record_id).first()
    field = next((known for known in record_type.readable(request.actor) if known.name == name), None)
    if record is None or field is None:
        raise NotVisibleError
    return pages.render(request, "records/_fact.html", fact_context(request, record_type, record, field))


def delete(request: KeenRequest, record_type: RecordType, record_id: int) -> HttpResponse:
    """To the trash."""
    receipt = life.delete(record_type, actor=request.actor, record_id=record_id)
    return _done(request, receipt, f"/{record_type.path}/")


def restore(request: KeenRequest, record_type: RecordType, record_id: int) -> HttpResponse:
    """Out of the trash."""
    receipt = life.restore(record_type, actor=request.actor, record_id=record_id)
    return _done(request, receipt, address(record_type, record_id))


def _done(request: KeenRequest, receipt: Receipt, to: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = f"{to}?r={receipt.operation}"
        return response
    return pages.answer(request, receipt, to=to)

"""Making and changing a record: its form, facts in place, trash."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.http import HttpResponse, HttpResponseRedirect

from keen.core import pages
from keen.core.access import KeenRequest, note_refused
from keen.core.actions.operations import AlreadyDoneError
from keen.core.domain.receipts import Receipt
from keen.lib.errors import ForbiddenError, NotVisibleError
from keen.records.actions import life
from keen.records.actions.conflicts import ConflictError
from keen.records.actions.save import Saved, Wish, address, save
from keen.records.actions.values import InvalidError
from keen.records.declare import Field, RecordType
from keen.records.domain.fieldvalues import id_of, plain
from keen.records.models import Record
from keen.records.pages import conflicts, inputs
from keen.records.pages.shown import links, readable_row, shown


@dataclass(frozen=True)
class Typed:
    """What a form holds: what was typed into it, what is to be mended, and what somebody else wrote meanwhile."""

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    clash: ConflictError | None = None


def new(request: KeenRequest, record_type: RecordType) -> HttpResponse:
    """The form of a new record; what the address holds is filled in."""
    if request.method == "POST":
        return _write(request, record_type, None)
    names = [field.name for field in record_type.writable(request.actor)]
    return _form(request, record_type, None, Typed(inputs.read(record_type, request.GET, names)))


def edit(request: KeenRequest, record_type: RecordType, record_id: int) -> HttpResponse:
    """The form of all fields of a record."""
    record = changeable(request, record_type, record_id)
    return (
        _write(request, record_type, record)
        if request.method == "POST"
        else _form(request, record_type, record)
    )


def changeable(request: KeenRequest, record_type: RecordType, record_id: int) -> Record:
    """The record, when the actor may change it.

    Raises: NotVisibleError; ForbiddenError.
    """
    record = visible(request, record_type, record_id)
    if not record.allows(request.actor, "edit"):
        title = record_type.as_read_by(request.actor, record).title
        raise ForbiddenError("forbidden", f"You can see “{title}” but not change it. Ask its owner.")
    return record


def visible(request: KeenRequest, record_type: RecordType, record_id: int) -> Record:
    """The record with its people and team, when the actor may see it.

    Raises: NotVisibleError.
    """
    rows = record_type.model.objects.visible_to(request.actor).select_related(*links(record_type))
    record: Record | None = rows.filter(pk=record_id).first()
    if record is None:
        raise NotVisibleError
    return record


def wish_of(request: KeenRequest, record: Record | None, typed: Mapping[str, Any]) -> Wish:
    """What the posted form asks for. The same form sent again with other words in it is another wish."""
    once = request.POST.get("_once", "")[:40]
    told = repr(sorted((name, plain(value)) for name, value in typed.items()))
    return Wish(
        typed,
        record.pk if record else None,
        id_of(request.POST.get("_version", "")),
        f"{once}:{sha256(told.encode()).hexdigest()[:24]}" if once else "",
    )


def _write(request: KeenRequest, record_type: RecordType, record: Record | None) -> HttpResponse:
    inputs.check_names(record_type, request.actor, request.POST)
    typed = inputs.read(
        record_type, request.POST, [field.name for field in record_type.writable(request.actor)]
    )
    if "_more" in request.POST:
        return _form(request, record_type, record, Typed(typed))
    try:
        done = save(record_type, actor=request.actor, wish=wish_of(request, record, typed))
    except AlreadyDoneError as error:
        return already_done(request, error, f"/{record_type.path}/")
    except ConflictError as error:
        return conflicts.page(request, record_type, error, typed)
    except InvalidError as error:
        return _form(request, record_type, record, Typed(typed, error.errors))
    except ForbiddenError as error:
        return _form(request, record_type, record, Typed(typed, field_error(request, record_type, error)))
    return pages.answer(request, done.receipt, to=_onward(request, record_type, done))


def already_done(request: KeenRequest, error: AlreadyDoneError, otherwise: str) -> HttpResponse:
    """The answer that the same wish got the first time."""
    receipt = error.receipt()
    return pages.answer(request, receipt, to=receipt.object.href if receipt.object else otherwise)


def field_error(request: KeenRequest, record_type: RecordType, error: ForbiddenError) -> dict[str, str]:
    """The refusal, noted, beside the field that it is about, so that nothing typed is lost.

    Raises: the error itself when it is about no field.
    """
    if error.field not in record_type.by_name:
        raise error
    note_refused(request, error)
    return {str(error.field): error.message}


def _onward(request: KeenRequest, record_type: RecordType, done: Saved) -> str:
    """Where a saved form leads: back to where it was opened from, if that was said."""
    seen = done.record.allows(request.actor, "view")
    here = address(record_type, done.record.pk) if seen else f"/{record_type.path}/"
    return pages.local_address(request, request.POST.get("_back", ""), here)


def _form(
    request: KeenRequest, record_type: RecordType, record: Record | None, typed: Typed | None = None
) -> HttpResponse:
    typed = typed or Typed()
    asked = request.POST if request.method == "POST" else request.GET
    whole = record is not None or bool({"all", "_all", "_more"} & set(asked))
    fields = [
        field
        for field in record_type.writable(request.actor)
        if whole or field.quick or field.name in typed.values or field.name in typed.errors
    ]
    sections: dict[str, list[inputs.Input]] = {}
    for one in inputs.inputs(request.actor, fields, record=record, typed=typed.values, errors=typed.errors):
        sections.setdefault(one.field.section, []).append(one)
    context = {
        "type": record_type,
        "record": record and record_type.as_read_by(request.actor, record),
        "sections": sections,
        "errors": typed.errors,
        "version": request.POST.get("_version") or (record.version if record else ""),
        "once": request.POST.get("_once") or uuid4().hex,
        "back": pages.local_address(request, asked.get("back") or asked.get("_back", ""), ""),
        "whole": whole,
        "countries": inputs.country_options(),
    }
    return pages.render(request, "records/form.html", context, 422 if typed.errors else 200)


def again(
    request: KeenRequest,
    record_type: RecordType,
    record: Record,
    typed: Mapping[str, Any],
    errors: Mapping[str, str],
) -> HttpResponse:
    """The form of all fields with what is to be mended."""
    return _form(request, record_type, record, Typed(typed, errors))


def fact(request: KeenRequest, record_type: RecordType, record_id: int, name: str) -> HttpResponse:
    """One fact: its form in place, and the fact again with the receipt after it was saved."""
    record = changeable(request, record_type, record_id)
    field = next((known for known in record_type.readable(request.actor) if known.name == name), None)
    if field is None:
        raise NotVisibleError
    if field not in record_type.writable(request.actor):
        raise ForbiddenError("field_forbidden", f"You cannot change: {field.label}.", name)
    if request.method != "POST":
        return _fact_form(request, record_type, record, field, Typed())
    inputs.check_names(record_type, request.actor, request.POST)
    typed = inputs.read(record_type, request.POST, [name])
    if request.POST.get("_keep") == "both" and name in typed:
        typed[name] = conflicts.joined(record, field, typed[name])
    return _write_fact(request, record_type, record, field, typed)


def _write_fact(
    request: KeenRequest, record_type: RecordType, record: Record, field: Field, typed: Mapping[str, Any]
) -> HttpResponse:
    try:
        done = save(record_type, actor=request.actor, wish=wish_of(request, record, typed))
    except AlreadyDoneError as error:
        return already_done(request, error, address(record_type, record.pk))
    except ConflictError as error:
        if not request.headers.get("HX-Request"):
            return conflicts.page(request, record_type, error, typed)
        refused = Typed(typed, clash=error)
    except InvalidError as error:
        # What another field asks for because of this one is said here: its own input is not on the page.
        said = error.errors.get(field.name) or " ".join(error.errors.values())
        refused = Typed(typed, {field.name: said})
    except ForbiddenError as error:
        refused = Typed(typed, field_error(request, record_type, error))
    else:
        return _fact_answer(request, record_type, done, field)
    return _fact_form(request, record_type, record, field, refused)


def _fact_answer(request: KeenRequest, record_type: RecordType, done: Saved, field: Field) -> HttpResponse:
    if not done.record.allows(request.actor, "view"):
        return pages.answer(request, done.receipt, to=f"/{record_type.path}/")
    now = visible(request, record_type, done.record.pk)
    html = pages.text(request, "records/_fact.html", _fact_context(request, record_type, now, field))
    return pages.answer(request, done.receipt, to=address(record_type, now.pk), fragment=html)


def _fact_form(
    request: KeenRequest, record_type: RecordType, record: Record, field: Field, typed: Typed
) -> HttpResponse:
    """The form of one fact; after a conflict with what somebody else wrote."""
    clash = typed.clash
    one = inputs.inputs(request.actor, [field], record=record, typed=typed.values, errors=typed.errors)[0]
    context = {
        "type": record_type,
        "record": record_type.as_read_by(request.actor, record),
        "input": one,
        "version": clash.record.version if clash else request.POST.get("_version") or record.version,
        "clashes": conflicts.told(request, record_type, clash) if clash else [],
        "countries": inputs.country_options(),
    }
    template = "records/_fact_form.html" if request.headers.get("HX-Request") else "records/fact.html"
    return pages.render(request, template, context, 409 if clash else 422 if typed.errors else 200)


def _fact_context(
    request: KeenRequest, record_type: RecordType, record: Record, field: Field
) -> dict[str, Any]:
    """What showing one fact needs."""
    row = readable_row(record_type, request.actor, record)
    return {
        "type": record_type,
        "record": record_type.as_read_by(request.actor, record),
        "field": field,
        "parts": shown(field, row),
        "may_edit": record.allows(request.actor, "edit") and request.actor.may_write,
        "editable": field in record_type.writable(request.actor),
    }


def show_fact(request: KeenRequest, record_type: RecordType, record_id: int, name: str) -> HttpResponse:
    """One fact as it is read: what Esc brings back. Without scripts it is read on the page of its record."""
    record = visible(request, record_type, record_id)
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(address(record_type, record.pk))
    field = next((known for known in record_type.readable(request.actor) if known.name == name), None)
    if field is None:
        raise NotVisibleError
    return pages.render(request, "records/_fact.html", _fact_context(request, record_type, record, field))


def delete(request: KeenRequest, record_type: RecordType, record_id: int) -> HttpResponse:
    """To the trash; first asked, and told how much leads to the record, where anything does."""
    if not request.POST.get("_sure"):
        record = visible(request, record_type, record_id)
        if not record.allows(request.actor, "delete"):
            name = record_type.told_to(request.actor, record)
            raise ForbiddenError("forbidden", f"You can see “{name}” but not delete it. Ask its owner.")
        found = life.linked(record_type, request.actor, [record_id])
        if found or request.method != "POST":
            return _ask(request, record_type, record, found)
    receipt = life.delete(record_type, actor=request.actor, record_id=record_id)
    return _done(request, receipt, f"/{record_type.path}/")


def _ask(
    request: KeenRequest, record_type: RecordType, record: Record, found: Mapping[str, int]
) -> HttpResponse:
    """What leads to the record, before it goes."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": f"{address(record_type, record.pk)}delete/"})
    seen = record_type.as_read_by(request.actor, record)
    return pages.render(
        request, "records/delete.html", {"type": record_type, "record": seen, "linked": list(found.items())}
    )


def restore(request: KeenRequest, record_type: RecordType, record_id: int) -> HttpResponse:
    """Out of the trash."""
    receipt = life.restore(record_type, actor=request.actor, record_id=record_id)
    return _done(request, receipt, address(record_type, record_id))


def _done(request: KeenRequest, receipt: Receipt, to: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": f"{to}?r={receipt.operation}"})
    return pages.answer(request, receipt, to=to)

"""A record's page: facts, what comes next, the timeline, panels of other packages, its history."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone

from keen.core import pages
from keen.core.access import KeenRequest
from keen.core.wiring import wired
from keen.lib.errors import NotVisibleError
from keen.records.actions import lists as remember
from keen.records.declare import Field, Kind, RecordType
from keen.records.models import Record
from keen.records.pages.shown import links, readable_row, shown
from keen.records.queries import saved, trail

HEADLINE_FACTS = 12


def show(request: KeenRequest, record_type: RecordType, record_id: int) -> HttpResponse:
    """The record's page; the address of a record that was merged leads to the one that took it in."""
    actor = request.actor
    record: Record | None = (
        record_type.model.objects.visible_to(actor).select_related(*links(record_type))
        .annotate(starred=saved.starred_by(actor, record_type.kind)).filter(pk=record_id).first()
    )
    if record is None:
        return _moved(request, record_type, record_id)
    context = {
        "type": record_type,
        "record": record,
        "facts": facts(request, record_type, record),
        "may_edit": record.allows(actor, "edit") and actor.may_write,
        "may_delete": record.allows(actor, "delete") and actor.may_write,
        "starred": getattr(record, "starred", False),
        "link": short_link(record_type, record),
        "side": panels(request, record_type, record, "side"),
        "main": panels(request, record_type, record, "main"),
        "lit": panels(request, record_type, record, "lit"),
        "phone": _first(record, "phones"),
        "email": _first(record, "emails"),
    }
    template = "records/record.html#panel" if request.GET.get("mode") == "peek" else "records/record.html"
    response = pages.render(request, template, context)
    if actor.acting_by is None:
        # Written after the answer has gone out, so that nobody waits for it.
        response._resource_closers.append(lambda: remember.opened(actor=actor, kind=record_type.kind, record_id=record.pk))  # type: ignore[attr-defined]  # noqa: SLF001
    return response


def _moved(request: KeenRequest, record_type: RecordType, record_id: int) -> HttpResponse:
    """Where a merged record went.

    Raises: NotVisibleError when the record that took it in cannot be seen.
    """
    into = record_type.model.objects.filter(pk=record_id).values_list("merged_into_id", flat=True).first()
    if into and record_type.model.objects.visible_to(request.actor).filter(pk=into).exists():
        return HttpResponseRedirect(f"/{record_type.path}/{into}/")
    raise NotVisibleError


def facts(request: KeenRequest, record_type: RecordType, record: Record) -> dict[str, list[dict[str, Any]]]:
    """The facts by section: those that hold something, and the empty ones apart.

    Cost: 2 queries for the names of people and teams.
    """
    fields = [field for field in record_type.readable(request.actor) if _on_page(field)]
    row = readable_row(record_type, request.actor, record)
    writable = {field.name for field in record_type.writable(request.actor)}
    sections: dict[str, list[dict[str, Any]]] = {}
    for field in fields:
        fact = {"field": field, "parts": shown(field, row), "editable": field.name in writable}
        if fact["parts"] or fact["editable"]:
            sections.setdefault(field.section, []).append(fact)
    return sections


def _on_page(field: Field) -> bool:
    return field.name not in {"city", "country", "updated_at", "created_at"} and (
        field.editable or field.kind in {Kind.DATETIME, Kind.DATE}
    )


def panels(request: KeenRequest, record_type: RecordType, record: Record, place: str) -> Sequence[str]:
    """What other packages show on the page, as keen.site.wiring lists it."""
    return [
        html
        for panel in wired().panels
        if panel.place == place and record_type.kind in panel.kinds
        if (html := panel.render(request, record_type, record))
    ]


def _first(record: Record, name: str) -> dict[str, str]:
    entries = getattr(record, name, None) or [{}]
    return dict(entries[0])


def short_link(record_type: RecordType, record: Record) -> dict[str, str]:
    """The permanent link with a preview to paste: it says what it leads to before anybody opens it."""
    href = f"{settings.KEEN.base_url}/r/{record_type.code}-{record.pk}"
    about = ", ".join(part for part in (record.title, record.subtitle) if part)
    return {"href": href, "text": f"{about} ({record_type.label} in Keen)", "label": about}


def history(request: KeenRequest, record_type: RecordType, record_id: int) -> HttpResponse:
    """Everything that was changed on the record, in words, within the reader's rights."""
    record: Record | None = record_type.model.objects.visible_to(request.actor).filter(pk=record_id).first()
    if record is None:
        raise NotVisibleError
    entries = trail.of_record(record_type, request.actor, record, before=request.GET.get("before", ""))
    return pages.render(request, "records/history.html", {"type": record_type, "record": record, "entries": entries})


def trash(request: KeenRequest, record_type: RecordType) -> HttpResponse:
    """What lies in the trash and may be taken out by the reader."""
    model = record_type.model
    gone = model.objects.filter(model.allowed(request.actor, "delete"), deleted_at__isnull=False, merged_into__isnull=True)
    rows = gone.order_by("-deleted_at", "-pk")[:200]
    context = {"type": record_type, "rows": rows, "since": timezone.now() - timedelta(days=settings.KEEN.undo_days_bulk)}
    return pages.render(request, "records/trash.html", context)

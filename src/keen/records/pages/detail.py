"""A record's page: facts, what comes next, the timeline, panels of other packages, its history."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect

from keen.core import pages
from keen.core.access import KeenRequest
from keen.core.wiring import wired
from keen.lib.errors import NotVisibleError
from keen.records.actions import lists as remember
from keen.records.declare import Field, Kind, RecordType
from keen.records.models import Record
from keen.records.pages.edit import visible
from keen.records.pages.shown import Shown, links, readable_row, shown
from keen.records.queries import saved, trail
from keen.records.queries.trash import lying

MOST_IN_TRASH = 200
# The record is read for these first, wherever they are declared.
FIRST_SECTION, LAST_SECTION = "Reach", "Who"
OPEN_SECTION = "Not known yet"


@dataclass(frozen=True)
class Fact:
    """A field of the record with its value in parts."""

    field: Field
    parts: Sequence[Shown]
    editable: bool


@dataclass
class Section:
    """Facts under one heading: the known ones, and those that could be filled in."""

    title: str
    known: list[Fact] = field(default_factory=list)
    open: list[Fact] = field(default_factory=list)


def show(request: KeenRequest, record_type: RecordType, record_id: int) -> HttpResponse:
    """The record's page; the address of a record that was merged leads to the one that took it in."""
    actor = request.actor
    rows = record_type.model.objects.visible_to(actor).select_related(*links(record_type))
    starred = saved.starred_by(actor, record_type.kind)
    known = saved.opened_lately(actor, record_type.kind)
    record: Record | None = rows.annotate(starred=starred, opened_lately=known).filter(pk=record_id).first()
    if record is None:
        return _moved(request, record_type, record_id)
    seen = record_type.as_read_by(actor, record)
    may_edit = not record_type.mirror and record.allows(actor, "edit") and actor.may_write
    context = {
        "type": record_type,
        "record": seen,
        "sections": sections(request, record_type, record, may_edit=may_edit),
        "may_edit": may_edit,
        "may_delete": not record_type.mirror and record.allows(actor, "delete") and actor.may_write,
        "starred": getattr(record, "starred", False),
        "link": short_link(record_type, seen),
        "phone": _first(seen, "phones"),
        "email": _first(seen, "emails"),
        **{place: panels(request, record_type, record, place) for place in ("side", "main", "lit", "acts")},
    }
    template = "records/record.html#panel" if request.GET.get("mode") == "peek" else "records/record.html"
    response = pages.keep_copy(request, pages.render(request, template, context))
    if actor.acting_by is None and request.method == "GET" and not getattr(record, "opened_lately", False):
        pages.afterwards(
            response, lambda: remember.opened(actor=actor, kind=record_type.kind, record_id=record.pk)
        )
    return response


def _moved(request: KeenRequest, record_type: RecordType, record_id: int) -> HttpResponse:
    """Where a merged record went.

    Raises: NotVisibleError when the record that took it in cannot be seen.
    """
    into = record_type.model.objects.filter(pk=record_id).values_list("merged_into_id", flat=True).first()
    if into and record_type.model.objects.visible_to(request.actor).filter(pk=into).exists():
        return HttpResponseRedirect(f"/{record_type.path}/{into}/")
    raise NotVisibleError


def sections(
    request: KeenRequest, record_type: RecordType, record: Record, *, may_edit: bool
) -> list[Section]:
    """The facts by section. What could be filled in stands beside what is known, or in a last section of its own."""
    row = readable_row(record_type, request.actor, record)
    writable = {field.name for field in record_type.writable(request.actor)} if may_edit else set()
    found: dict[str, Section] = {}
    for declared in record_type.readable(request.actor):
        if _on_page(declared):
            parts = shown(declared, row)
            fact = Fact(
                declared, unreachable(parts) if record.is_restricted else parts, declared.name in writable
            )
            section = found.setdefault(declared.section, Section(declared.section))
            (section.known if fact.parts else section.open).append(fact)
    for section in found.values():
        section.open = [fact for fact in section.open if fact.editable]
    known = [section for section in found.values() if section.known]
    known.sort(key=lambda section: (section.title == LAST_SECTION, section.title != FIRST_SECTION))
    empty = [fact for section in found.values() if not section.known for fact in section.open]
    return [*known, Section(OPEN_SECTION, open=empty)] if empty else known


def unreachable(parts: Sequence[Shown]) -> list[Shown]:
    """The parts without a click that calls or writes."""
    return [replace(part, href="") if part.href.startswith(("tel:", "mailto:")) else part for part in parts]


def _on_page(field: Field) -> bool:
    """Whether the field is a fact: the title says some, and addresses hold others."""
    return field.name not in {"city", "country", "updated_at"} and (
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
    record = visible(request, record_type, record_id)
    entries = trail.of_record(record_type, request.actor, record, before=request.GET.get("before", ""))
    context: dict[str, Any] = {
        "type": record_type,
        "record": record_type.as_read_by(request.actor, record),
        "entries": entries,
        "older": entries[-1].id if len(entries) == trail.MOST else 0,
    }
    return pages.render(request, "records/history.html", context)


def trash(request: KeenRequest, record_type: RecordType) -> HttpResponse:
    """What lies in the trash and may be taken out by the reader."""
    rows = lying(record_type, request.actor)[:MOST_IN_TRASH]
    seen = [record_type.as_read_by(request.actor, row) for row in rows]
    return pages.render(request, "records/trash.html", {"type": record_type, "rows": seen})

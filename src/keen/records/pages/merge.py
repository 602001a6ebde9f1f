"""Duplicates: shown while one types, listed for a record, merged side by side."""

from typing import Any

from django.http import HttpResponse

from keen.core import pages
from keen.core.access import KeenRequest
from keen.core.wiring import wired
from keen.lib.errors import NotVisibleError
from keen.records.actions import life
from keen.records.actions.save import address
from keen.records.declare import Field, Kind, RecordType
from keen.records.models import Record
from keen.records.pages import inputs
from keen.records.pages.edit import changeable
from keen.records.pages.shown import links, readable_row, shown


def check(request: KeenRequest, record_type: RecordType) -> HttpResponse:
    """The records that what is being typed may already be, each with the reason."""
    names = [field.name for field in record_type.writable(request.actor)]
    typed = inputs.read(record_type, request.GET, names)
    return pages.render(request, "records/_duplicates.html", {"type": record_type, "found": similar(request, record_type, typed)})


def similar(request: KeenRequest, record_type: RecordType, typed: dict[str, Any], but: int = 0) -> list[Any]:
    """What the package of the kind finds alike, as keen.site.wiring names its search."""
    finders = dict(wired().lookalikes)
    finder = finders.get(record_type.kind)
    return finder(request.actor, typed, but) if finder else []


def candidates(request: KeenRequest, record_type: RecordType, record_id: int) -> HttpResponse:
    """The records that may be the same as this one."""
    record = changeable(request, record_type, record_id)
    typed = {field.name: getattr(record, field.column) for field in record_type.fields if field.editable}
    context = {"type": record_type, "record": record, "found": similar(request, record_type, typed, record.pk)}
    return pages.render(request, "records/duplicates.html", context)


def merge(request: KeenRequest, record_type: RecordType, record_id: int, other_id: int) -> HttpResponse:
    """Two records side by side, and the merge of what was chosen."""
    keep = changeable(request, record_type, record_id)
    lose = changeable(request, record_type, other_id)
    if not record_type.mergeable:
        raise NotVisibleError
    differing = [field for field in record_type.writable(request.actor) if _differs(field, keep, lose)]
    if request.method == "POST":
        chosen = {
            field.name: getattr(lose, field.column)
            for field in differing
            if request.POST.get(f"m-{field.name}") == "1"
        }
        receipt = life.merge(record_type, actor=request.actor, keep_id=keep.pk, lose_id=lose.pk, chosen=chosen)
        return pages.answer(request, receipt, to=address(record_type, keep.pk))
    context = {"type": record_type, "keep": keep, "lose": lose, "rows": _rows(request, record_type, keep, lose, differing)}
    return pages.render(request, "records/merge.html", context)


def _differs(field: Field, keep: Record, lose: Record) -> bool:
    mine, theirs = getattr(keep, field.column), getattr(lose, field.column)
    joined = field.kind in {Kind.EMAILS, Kind.PHONES, Kind.ADDRESSES, Kind.TAGS}
    return not joined and mine != theirs and theirs not in (None, "") and mine not in (None, "")


def _rows(request: KeenRequest, record_type: RecordType, keep: Record, lose: Record, differing: list[Field]) -> list[Any]:
    """The table of the two: label, both values, which is chosen, whether there is something to choose, the field's name."""
    fields = [field for field in record_type.readable(request.actor) if field.editable]
    both = [readable_row(record_type, request.actor, record) for record in (keep, lose)]
    rows = []
    for field in fields:
        texts = [", ".join(part.text for part in shown(field, row)) for row in both]
        if any(texts):
            rows.append((field.label, texts, 0, field in differing, field.name))
    return rows

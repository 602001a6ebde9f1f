"""Duplicates: shown while one types, listed for a record, merged side by side."""

from typing import Any

from django.http import HttpResponse

from keen.core import pages
from keen.core.access import KeenRequest, note_refused
from keen.core.wiring import wired
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.records.actions import merge as merging
from keen.records.actions.save import address, may_reassign
from keen.records.declare import LISTS, Field, Kind, RecordType
from keen.records.domain.fieldvalues import is_empty
from keen.records.models import Record
from keen.records.pages import inputs
from keen.records.pages.edit import changeable
from keen.records.pages.shown import readable_row, shown

# Of these nothing is chosen: both values are kept.
JOINED = LISTS | {Kind.LONG_TEXT, Kind.BOOLEAN}


def check(request: KeenRequest, record_type: RecordType) -> HttpResponse:
    """The records that what is being typed may already be, each with the reason."""
    names = [field.name for field in record_type.writable(request.actor)]
    typed = inputs.read(record_type, request.GET, names)
    return pages.render(
        request,
        "records/_duplicates.html",
        {"type": record_type, "found": similar(request, record_type, typed)},
    )


def similar(request: KeenRequest, record_type: RecordType, typed: dict[str, Any], but: int = 0) -> list[Any]:
    """What the package of the kind finds alike, as keen.site.wiring names its search."""
    finders = dict(wired().lookalikes)
    finder = finders.get(record_type.kind)
    return finder(request.actor, typed, but) if finder else []


def candidates(request: KeenRequest, record_type: RecordType, record_id: int) -> HttpResponse:
    """The records that may be the same as this one."""
    record = changeable(request, record_type, record_id)
    readable = [field for field in record_type.readable(request.actor) if field.editable]
    typed = {field.name: getattr(record, field.column) for field in readable}
    seen = record_type.as_read_by(request.actor, record)
    context = {"type": record_type, "record": seen, "found": similar(request, record_type, typed, record.pk)}
    return pages.render(request, "records/duplicates.html", context)


def merge(request: KeenRequest, record_type: RecordType, record_id: int, other_id: int) -> HttpResponse:
    """Two records side by side, and the merge of what was chosen."""
    keep = changeable(request, record_type, record_id)
    lose = changeable(request, record_type, other_id)
    if not record_type.mergeable:
        raise NotVisibleError
    if not request.actor.rights.has("merge"):
        raise ForbiddenError("forbidden", "Your role does not merge records. Ask an administrator.")
    given_away = {"owner", "team"} if not may_reassign(request.actor, keep) else set()
    writable = [field for field in record_type.writable(request.actor) if field.name not in given_away]
    differing = [field for field in writable if _differs(field, keep, lose)]
    refused, status = "", 200
    if request.method == "POST":
        chosen = {
            field.name: getattr(lose, field.column)
            for field in differing
            if request.POST.get(f"m-{field.name}") == "1"
        }
        try:
            receipt = merging.merge(
                record_type, actor=request.actor, keep_id=keep.pk, lose_id=lose.pk, chosen=chosen
            )
        except NotVisibleError:
            raise
        except RuleError as error:
            note_refused(request, error)
            refused, status = error.message, 403 if isinstance(error, ForbiddenError) else 422
        else:
            return pages.answer(request, receipt, to=address(record_type, keep.pk))
    context = {
        "type": record_type,
        "keep": record_type.as_read_by(request.actor, keep),
        "lose": record_type.as_read_by(request.actor, lose),
        "rows": _rows(request, record_type, (keep, lose), differing),
        "refused": refused,
    }
    return pages.render(request, "records/merge.html", context, status)


def _differs(field: Field, keep: Record, lose: Record) -> bool:
    mine, theirs = getattr(keep, field.column), getattr(lose, field.column)
    return field.kind not in JOINED and mine != theirs and not is_empty(theirs) and not is_empty(mine)


def _rows(
    request: KeenRequest, record_type: RecordType, pair: tuple[Record, Record], differing: list[Field]
) -> list[Any]:
    """The table of the two: label, both values, which is chosen, whether there is something to choose, the field's name."""
    fields = [field for field in record_type.readable(request.actor) if field.editable]
    both = [readable_row(record_type, request.actor, record) for record in pair]
    rows = []
    for field in fields:
        texts = [", ".join(part.text for part in shown(field, row)) for row in both]
        if any(texts):
            rows.append((field.label, texts, 0, field in differing, field.name))
    return rows

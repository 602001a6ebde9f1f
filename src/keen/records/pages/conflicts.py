"""Two people changed the same field: the choice between what both wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from keen.core import pages
from keen.core.access import KeenRequest
from keen.records.actions.conflicts import Clash, ConflictError
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain.fieldvalues import NewRecord, plain
from keen.records.models import Record
from keen.records.pages import inputs
from keen.records.queries import trail

JOINABLE = frozenset({Kind.EMAILS, Kind.PHONES, Kind.ADDRESSES, Kind.TAGS, Kind.IDS, Kind.LONG_TEXT})


@dataclass(frozen=True)
class Told:
    """A clash in words."""

    field: Field
    base: str
    theirs: str
    who: str
    joinable: bool
    input: inputs.Input


def page(
    request: KeenRequest, record_type: RecordType, error: ConflictError, typed: Mapping[str, Any]
) -> HttpResponse:
    """The page on which the person chooses between what they typed and what somebody else saved meanwhile."""
    clashing = {clash.field for clash in error.clashes}
    kept = {name: value for name, value in typed.items() if name not in clashing}
    fields = [record_type.by_name[name] for name in kept]
    context = {
        "type": record_type,
        "record": record_type.as_read_by(request.actor, error.record),
        "clashes": told(request, record_type, error),
        "kept": inputs.inputs(request.actor, fields, record=error.record, typed=kept),
        "version": error.record.version,
        "message": error.message,
        "countries": inputs.country_options(),
    }
    return pages.render(request, "records/conflict.html", context, 409)


def told(request: KeenRequest, record_type: RecordType, error: ConflictError) -> Sequence[Told]:
    """The clashes in words, within what the reader may see."""
    values = [(clash.field, plain(value)) for clash in error.clashes for value in (clash.base, clash.theirs)]
    words = trail.Words(request.actor, [(record_type.by_name[name], value) for name, value in values])
    return [_told(request, record_type, error.record, clash, words) for clash in error.clashes]


def _told(
    request: KeenRequest, record_type: RecordType, record: Record, clash: Clash, words: trail.Words
) -> Told:
    field = record_type.by_name[clash.field]
    mine = f"new:{clash.mine.name}" if isinstance(clash.mine, NewRecord) else clash.mine
    one = inputs.inputs(request.actor, [field], record=record, typed={field.name: mine})[0]
    base, theirs = words.of(field, plain(clash.base)), words.of(field, plain(clash.theirs))
    return Told(field, base, theirs, clash.who, field.kind in JOINABLE, one)


def joined(record: Record, field: Field, mine: Any) -> Any:
    """What the record has with what was typed, for fields that can hold both; else what was typed."""
    theirs = getattr(record, field.column)
    if field.kind not in JOINABLE:
        return mine
    if field.kind is Kind.LONG_TEXT:
        return f"{theirs}\n\n{mine}".strip()
    if isinstance(mine, str):
        mine = [one.strip() for one in mine.split(",") if one.strip()]
    return [*theirs, *mine]

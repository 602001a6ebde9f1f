"""The trash for programs: what may be taken out of it, the latest first."""

from django.http import HttpResponse
from django.utils.dateparse import parse_datetime

from keen.core.domain.problems import Problem
from keen.lib.errors import RuleError
from keen.records.declare import RecordType
from keen.records.domain import cursors
from keen.records.queries import trash
from keen.records.rest import asking
from keen.records.rest.answers import RefusedError, link_header, respond
from keen.records.rest.door import ApiRequest


def show(request: ApiRequest, record_type: RecordType) -> HttpResponse:
    """A page of what lies in the trash and may be restored by whoever asks."""
    size, after, shape = asking.for_trash(request, record_type, request.actor)
    try:
        place = _place(after)
    except RuleError as error:
        raise RefusedError(Problem(400, error.code, error.message)) from None
    rows = trash.page(record_type, request.actor, place, size + 1, ["deleted_at", *shape.columns])
    more, rows = len(rows) > size, rows[:size]
    last = rows[-1] if more else None
    cursor = cursors.encode([last["deleted_at"].isoformat(), last["id"]]) if last else ""
    told = {
        "data": [{**shape.of(row), "deleted_at": row["deleted_at"]} for row in rows],
        "page": {"limit": size, "next": cursor or None},
    }
    given = request.GET.copy()
    given["after"] = cursor
    return respond(told, headers=link_header(next=f"{request.path}?{given.urlencode()}" if cursor else ""))


def _place(cursor: str) -> trash.Place | None:
    if not cursor:
        return None
    said, pk = cursors.decode(cursor)
    try:
        at = parse_datetime(said) if isinstance(said, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise cursors.no_such_place()
    return at, pk

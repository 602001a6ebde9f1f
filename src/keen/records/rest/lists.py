"""Lists of records for programs: a page, and where the next one begins."""

from django.http import HttpResponse

from keen.core.domain.problems import Problem
from keen.lib.errors import RuleError
from keen.records.declare import RecordType
from keen.records.queries import listing
from keen.records.rest import asking, including
from keen.records.rest.answers import RefusedError, link_header, respond
from keen.records.rest.asking import Asked
from keen.records.rest.door import ApiRequest


def show(request: ApiRequest, record_type: RecordType) -> HttpResponse:
    """The page that the address asks for."""
    asked = asking.from_address(request, record_type, request.actor)
    page = _page(request, record_type, asked)
    return respond(
        _told(request, record_type, asked, page), headers=link_header(next=_next(request, page.next))
    )


def query(request: ApiRequest, record_type: RecordType) -> HttpResponse:
    """The page that the body asks for: for questions that are too long for an address."""
    asked = asking.from_body(request, record_type, request.actor)
    return respond(_told(request, record_type, asked, _page(request, record_type, asked)))


def _page(request: ApiRequest, record_type: RecordType, asked: Asked) -> listing.Page:
    try:
        return listing.page(record_type, request.actor, asked.listing, asked.shape.columns)
    except RuleError as error:
        raise RefusedError(Problem(400, error.code, str(error.message))) from None


def _told(
    request: ApiRequest, record_type: RecordType, asked: Asked, page: listing.Page
) -> dict[str, object]:
    """The envelope of every list. A total over a thousand is said to be at least that."""
    data = [asked.shape.of(row) for row in page.rows]
    told: dict[str, object] = {
        "data": data,
        "page": {"limit": asked.listing.size, "next": page.next or None},
    }
    if asked.total:
        told["total"] = {
            "count": min(page.total, listing.COUNT_CAP),
            "exact": page.total <= listing.COUNT_CAP,
        }
    if asked.include:
        told["included"] = including.included(record_type, request.actor, asked.include, data)
    return told


def _next(request: ApiRequest, cursor: str) -> str:
    if not cursor:
        return ""
    given = request.GET.copy()
    given["after"] = cursor
    return f"{request.path}?{given.urlencode()}"

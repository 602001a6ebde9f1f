"""The page of fields of one's own."""

from django.http import HttpResponse

from keen.core import pages
from keen.core.access import KeenRequest, route


@route("power:fields.manage", methods=("GET", "HEAD"))
def fields(request: KeenRequest) -> HttpResponse:
    return pages.render(request, "records/fields.html", {})

"""The audit trail over everything."""

from django.http import HttpResponse

from keen.core import pages
from keen.core import queries as core
from keen.core.access import KeenRequest, route
from keen.lib.ids import id_of
from keen.records import declare
from keen.records.queries import audit
from keen.records.queries.audit import AuditWish


@route("power:audit.view")
def audit_trail(request: KeenRequest) -> HttpResponse:
    """Every change that the reader may see, newest first."""
    wish = AuditWish(request.GET.get("kind", ""), _number(request, "user"), _number(request, "before"))
    lines, older = audit.lines(request.actor, wish)
    context = {
        "lines": lines,
        "older": older,
        "wish": wish,
        "kinds": [
            ("", "Everything"),
            *((one.kind, one.plural) for one in declare.types()),
            ("user", "People"),
            ("view", "Saved views"),
            ("refusal", "Refused attempts"),
        ],
        "people": [("", "Everybody"), *((person.pk, person.name) for person in core.people())],
    }
    return pages.render(request, "records/audit.html", context)


def _number(request: KeenRequest, name: str) -> int:
    return id_of(request.GET.get(name, "")) or 0

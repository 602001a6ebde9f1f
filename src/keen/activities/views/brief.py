"""One screen before a meeting."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from keen.activities import panels
from keen.activities.queries.brief import brief as read
from keen.activities.queries.timeline import Place
from keen.activities.views.timeline import seen
from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.core.domain.actor import Actor
from keen.core.wiring import wired
from keen.lib.errors import NotVisibleError
from keen.people.models import Account, Contact
from keen.records import declare
from keen.records.declare import RecordType
from keen.records.models import Record


def _company(actor: Actor, record: Record) -> tuple[RecordType, Record] | None:
    """The company of a person, whose deals and papers one speaks about with them; None where the actor sees none.

    Cost: 1 query for a person with a company.
    """
    account_id = getattr(record, "account_id", None)
    if not isinstance(record, Contact) or not account_id or actor.rights.hides(Contact.KIND, "account"):
        return None
    found: Record | None = Account.objects.visible_to(actor).filter(pk=account_id).first()
    return (declare.get(Account.KIND), found) if found else None


@route()
def brief(request: KeenRequest, kind: str, record_id: int) -> HttpResponse:
    """The last contacts, promises, open papers and deals, and the people: what one reads on the way in."""
    record_type, record = seen(request, kind, record_id)
    boxes = [panel for panel in wired().panels if panel.place == "brief" and kind in panel.kinds]
    if (
        not any(panel.place == "lit" and kind in panel.kinds for panel in wired().panels)
        or kind == "activity"
    ):
        raise NotVisibleError
    shown: Any = record_type.as_read_by(request.actor, record)
    theirs = _company(request.actor, record) or (record_type, record)
    found = read(request.actor, Place(kind, record.pk, record.absorbed), record, timezone.now())
    quiet = [] if found.promised else ["Nothing with a date is promised."]
    context = {
        "type": record_type,
        "record": shown,
        "name": record_type.told_to(request.actor, record),
        "brief": found,
        "quiet": quiet,
        "boxes": [html for panel in boxes if (html := panel.render(request, *theirs))],
        "here": panels.address(record_type, record),
        "phone": "" if record.is_restricted else getattr(shown, "phone", ""),
    }
    return pages.render(request, "activities/brief.html", context)

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
from keen.core.wiring import wired
from keen.lib.errors import NotVisibleError


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
    context = {
        "type": record_type,
        "record": shown,
        "name": record_type.told_to(request.actor, record),
        "brief": read(request.actor, Place(kind, record.pk, record.absorbed), record, timezone.now()),
        "boxes": [html for panel in boxes if (html := panel.render(request, record_type, record))],
        "here": panels.address(record_type, record),
        "phone": "" if record.is_restricted else getattr(shown, "phone", ""),
    }
    return pages.render(request, "activities/brief.html", context)

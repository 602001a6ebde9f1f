"""Parts of pages that are fetched after them: papers at an account or a contact, sums of a list, Today."""

from django.http import HttpResponse
from django.utils import timezone

from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.core.domain.rights import Scope
from keen.lib.errors import NotVisibleError
from keen.orders import panels
from keen.orders.models import FEED
from keen.orders.queries import feeds, papers
from keen.orders.records import BY_KIND
from keen.records import declare
from keen.records.pages import lists
from keen.records.queries import listing
from keen.records.queries.patience import within


@route()
def panel(request: KeenRequest, kind: str, record_id: int) -> HttpResponse:
    """The papers at an account or a contact, for its page."""
    if kind not in panels.WITH_ORDERS or not panels.may_see(request):
        raise NotVisibleError
    record_type = declare.get(kind)
    record = record_type.model.objects.visible_to(request.actor).filter(pk=record_id).first()
    if record is None:
        raise NotVisibleError
    today = timezone.localdate()
    found = papers.around(request.actor, papers.at(f"{kind}_id", [record.pk, *record.absorbed]), today)
    context = {
        "type": record_type,
        "record": record,
        "around": found,
        "late": feeds.late(),
        "is_fed": not found.is_empty or bool(feeds.feeds()),
        "may_feed": request.actor.rights.has(FEED),
        "today": today,
    }
    return pages.render(request, "orders/_around.html", context)


@route()
def totals(request: KeenRequest, kind: str) -> HttpResponse:
    """The sums of what a list shows, for each currency."""
    record_type = BY_KIND.get(kind)
    if record_type is None or request.actor.rights.scope(kind, "view") is Scope.NONE:
        raise NotVisibleError
    rows = listing.matching(record_type, request.actor, lists.read_listing(request, record_type))
    with within():
        found = papers.totals(kind, rows, request.actor.rights)
    return pages.render(request, "orders/_totals.html", {"sums": found, "type": record_type})


@route()
def today(request: KeenRequest) -> HttpResponse:
    """Orders and invoices of the reader's customers, for Today."""
    if not panels.may_see(request):
        raise NotVisibleError
    return pages.render(request, "orders/_today.html", panels.today_context(request))

"""The search page, the answers of the command palette, and of fields that name another record."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse

from keen.core import guide, pages
from keen.core.access import KeenRequest, route
from keen.lib import text
from keen.lib.errors import NotVisibleError
from keen.records import declare, search
from keen.records.pages import searching


@route()
def page(request: KeenRequest) -> HttpResponse:
    """All that is found, by kind."""
    kind = request.GET.get("kind", "")
    known = kind if declare.find(kind) else ""
    return pages.render(
        request, "records/search.html", searching.results(request.actor, request.GET.get("q", ""), known)
    )


@route()
def palette(request: KeenRequest) -> HttpResponse:
    """The first hits as options of the palette; what was starred and opened last when nothing is typed."""
    asked = text.clean(request.GET.get("q", ""), 200)
    hits = (
        search.find(request.actor, asked, most=searching.IN_PALETTE)
        if asked
        else search.lately(request.actor)
    )
    everything = f"{reverse('search')}?{urlencode({'q': asked})}"
    offers = [] if hits else searching.offers(request.actor, asked)
    shown = {
        "hits": hits,
        "asked": asked,
        "everything": everything,
        "offers": offers,
        "topics": guide.find(asked),
        "marked": searching.marked,
    }
    return pages.render(request, "records/_options.html#palette", shown)


@route()
def link(request: KeenRequest, kind: str) -> HttpResponse:
    """The records of a kind that a field can name."""
    if declare.find(kind) is None:
        raise NotVisibleError
    asked = request.GET.get("q", "")
    hits = search.find(request.actor, asked, kinds=[kind], most=searching.IN_LOOKUP)
    return pages.render(request, "records/_options.html#lookup", {"hits": hits})

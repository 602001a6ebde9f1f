"""What is there for everybody: notices, help, and what Keen keeps about people."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from keen.core import guide, pages, queries
from keen.core.access import KeenRequest, public, route
from keen.core.actions.notices import read_notices
from keen.lib.errors import NotVisibleError
from keen.lib.ids import id_of

SHOWN = 100


@route()
def notices(request: KeenRequest) -> HttpResponse:
    return pages.render(
        request,
        "core/notices.html",
        {"waiting": queries.as_told_now(request.actor, queries.unread(request.actor)[:SHOWN])},
    )


@route(methods=("POST",))
def notices_read(request: KeenRequest) -> HttpResponse:
    """Take one notice off the list and go where it leads, or take all off."""
    given = request.POST.get("notice", "")
    notice_id = id_of(given)
    if given and notice_id is None:
        raise NotVisibleError
    read_notices(actor=request.actor, notice_id=notice_id)
    to = pages.local_address(request, request.POST.get("next", ""), reverse("notices"))
    return HttpResponseRedirect(to, status=303)


@public
def help_page(request: HttpRequest) -> HttpResponse:
    came = urlsplit(request.headers.get("Referer", ""))
    context = {
        "contacts": _administrators(request),
        "stuck": "stuck" in request.GET,
        "came_from": came.path if came.netloc == request.get_host() else "",
        "topics": guide.topics() if request.user.is_authenticated else (),
    }
    return pages.render(request, "core/help.html", context)


@route()
def guide_page(request: KeenRequest, topic: str) -> HttpResponse:
    """A page of the guide."""
    found, html = guide.page(topic)
    context = {"topic": found, "html": html, "topics": guide.topics()}
    return pages.render(request, "core/guide.html", context)


def _administrators(request: HttpRequest) -> list[str]:
    """Whom to ask, for those who have signed in: names are not told to strangers."""
    return (
        [user.name for user in queries.administrators().order_by("name")[:5]]
        if request.user.is_authenticated
        else []
    )


@public
def privacy(request: HttpRequest) -> HttpResponse:
    return pages.render(request, "core/privacy.html", {})


@route()
def components(request: KeenRequest) -> HttpResponse:
    """Every component in every state: what reviewers and contrast checks look at."""
    return pages.render(request, "core/ui.html", {})

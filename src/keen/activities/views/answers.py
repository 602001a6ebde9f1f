"""How writes of activities answer: the receipt, and what changed on the page where they were made."""

from urllib.parse import urlsplit

from django.http import HttpResponse

from keen.activities import panels
from keen.core import pages
from keen.core.access import KeenRequest
from keen.core.domain.receipts import Receipt

READS = ("GET", "HEAD")
WRITES = ("POST",)
BOTH = ("GET", "HEAD", "POST")


def answer(request: KeenRequest, receipt: Receipt, *, otherwise: str = "/") -> HttpResponse:
    """The receipt on the page that the write came from; with htmx also the parts of that page that changed."""
    here = came_from(request, otherwise)
    if not request.headers.get("HX-Request"):
        return pages.answer(request, receipt, to=here)
    return pages.answer(request, receipt, to=here, fragment=panels.refreshed(request, here))


def came_from(request: KeenRequest, otherwise: str) -> str:
    """The address of the page that the write came from, without an old receipt."""
    wanted = request.POST.get("next", "") or _page_of(request)
    path, _, query = wanted.partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.startswith("r="))
    return pages.local_address(request, f"{path}?{kept}" if kept else path, otherwise)


def _page_of(request: KeenRequest) -> str:
    """The page of this installation on which the button stood, as the browser says: not a form sent to itself."""
    said = urlsplit(request.headers.get("HX-Current-URL", "") or request.headers.get("Referer", ""))
    if said.netloc != request.get_host() or said.path == request.path:
        return ""
    return f"{said.path}?{said.query}" if said.query else said.path


def once(request: KeenRequest) -> str:
    """The name of this one sending of a form."""
    return request.POST.get("_once", "")[:80]

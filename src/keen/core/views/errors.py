"""How errors answer: in words that say what to mend."""

import orjson
from django.http import HttpRequest, HttpResponse

from keen.core import pages
from keen.core.domain.problems import MEDIA_TYPE, Problem, status_of
from keen.core.domain.receipts import Receipt
from keen.lib.errors import KeenError, RuleError

API = "/api/"
CODES = {400: "bad_request", 403: "forbidden", 404: "not_found", 413: "too_large", 500: "broken"}
TITLES = {
    400: "That address does not fit",
    403: "This is not open to you",
    404: "Nothing here that you can see",
    409: "Somebody else was quicker",
    413: "Too large",
    422: "Not saved",
    500: "Something broke on our side",
}


def answer(request: HttpRequest, error: KeenError) -> HttpResponse:
    """The page of a refused wish; for htmx the receipt that says why."""
    status = status_of(error)
    message = error.message if isinstance(error, RuleError) else str(error)
    return page(request, status, message)


def page(request: HttpRequest, status: int, message: str) -> HttpResponse:
    """An error page, its receipt alone for htmx, or the problem that a program reads."""
    if request.path_info.startswith(API):
        return problem(Problem(status, CODES.get(status, "refused"), message))
    if request.headers.get("HX-Request"):
        receipt = Receipt("not_saved", message)
        return pages.render(request, "core/_receipt.html", {"receipt": receipt}, status)
    context = {"status": status, "title": TITLES.get(status, TITLES[500]), "message": message}
    return pages.render(request, "core/error.html", context, status)


def problem(told: Problem) -> HttpResponse:
    """The problem as RFC 9457 writes it."""
    answer = HttpResponse(orjson.dumps(told.to_json()), content_type=MEDIA_TYPE, status=told.status)
    answer["Cache-Control"] = "no-store"
    return answer


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django refused before a view was asked."""
    del exception
    return page(request, 400, "The request could not be read. Go back and try again.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A route that the person's roles do not open."""
    del exception
    return page(
        request,
        403,
        "Your roles do not open this page. An administrator can change that under People and teams.",
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that leads nowhere, or to something that is not shared with the person."""
    del exception
    return page(
        request, 404, "This does not exist, or it is not shared with you. Search for it, or ask its owner."
    )


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of Keen's own."""
    return page(
        request,
        500,
        "Nothing that was saved before is lost. Try again; if it stays, tell an administrator the time it happened.",
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that came without its token: usually a page that was open while somebody signed in again."""
    del reason
    return page(
        request, 403, "This page is too old to be sent. Load it again; what you typed is kept as a draft."
    )

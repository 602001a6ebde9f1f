"""The page that a customer reaches by a private link: a quote to read, to accept, to refuse, without signing in."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from keen.core import limits, pages
from keen.core.access import public
from keen.lib.errors import NotVisibleError, RuleError
from keen.records.actions.values import InvalidError
from keen.sales.actions import answers
from keen.sales.domain import quotes
from keen.sales.models import Quote
from keen.sales.queries import quotes as queries
from keen.sales.views.quotes import pdf_of

COUNTED = "quote-limits"
PER_MINUTE = 60
TOO_OFTEN = "Too much came from your address just now. Please wait a minute, then try again."


@public
@require_http_methods(["GET", "HEAD", "POST"])
def quote_door(request: HttpRequest, token: str) -> HttpResponse:
    """The quote behind the link, and the customer's answer."""
    if not _may_pass(request):
        return _alone(HttpResponse(TOO_OFTEN, content_type="text/plain", status=429))
    row = _behind(token)
    if request.method == "POST":
        return _answered(request, token, row)
    if _is_a_person(request):
        answers.look(token=token, now=timezone.now())
    return _page(request, token, row)


@public
@require_http_methods(["GET", "HEAD"])
def quote_door_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The same on paper."""
    if not _may_pass(request):
        return _alone(HttpResponse(TOO_OFTEN, content_type="text/plain", status=429))
    return _alone(pdf_of(_behind(token)))


def _may_pass(request: HttpRequest) -> bool:
    return limits.take_address(COUNTED, _address(request), timezone.now().timestamp(), PER_MINUTE).allowed


def _address(request: HttpRequest) -> str:
    return get_adapter().get_client_ip(request) or ""


def _is_a_person(request: HttpRequest) -> bool:
    """Whether somebody looks who does not work here: no colleague, no program that fetches pages beforehand."""
    ahead = "prefetch" in f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}"
    return request.method == "GET" and not ahead and not request.user.is_authenticated


def _behind(token: str) -> Quote:
    link = queries.by_token(token, timezone.now())
    if link is None:
        raise Http404
    quote: Quote = link.quote
    return quote


def _answered(request: HttpRequest, token: str, row: Quote) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in ("name", "reason")}
    accepted = request.POST.get("answer") == "accepted"
    given = answers.Answer(accepted, typed["name"], typed["reason"], _address(request))
    try:
        answers.answer(token=token, given=given, now=timezone.now())
    except InvalidError as error:
        return _page(request, token, row, typed=typed, errors=error.errors, refusing=not accepted, status=422)
    except NotVisibleError:
        raise Http404 from None
    except RuleError as error:
        return _page(request, token, row, typed=typed, errors={"quote": error.message}, status=422)
    return _alone(HttpResponseRedirect(reverse("quote-door", args=[token]) + "#answer", status=303))


def _page(request: HttpRequest, token: str, row: Quote, status: int = 200, **more: Any) -> HttpResponse:
    contact = row.owner
    context = {
        "typed": {"name": row.contact_name},
        "errors": {},
        "refusing": "refuse" in request.GET,
        "quote": row,
        "stands": row.stands,
        "open": row.stands == quotes.Status.SENT,
        "label": quotes.LABELS[row.stands],
        "tone": quotes.TONES.get(row.stands, ""),
        "head": row.letterhead,
        "lines": queries.shown_lines(row),
        "sums": queries.sums(row),
        "total": queries.money(row.totals.gross, row.currency),
        "contact": contact.name if contact else "",
        "contact_mail": contact.email if contact else "",
        "here": reverse("quote-door", args=[token]),
        "pdf": reverse("quote-door-pdf", args=[token]),
        **more,
    }
    return _alone(pages.render(request, "sales/_quote_door.html", context, status))


def _alone(response: HttpResponse) -> HttpResponse:
    """The answer as nobody keeps it, finds it, or passes its address on."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    # Not "no-referrer": a form would then come from nowhere, and its answer be refused as forged.
    response["Referrer-Policy"] = "same-origin"
    return response

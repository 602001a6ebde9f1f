"""The one page for strangers: a web form, which works without scripts, without cookies, and within other sites.

It carries no token of a session, for a browser sends none from within another site; its own signed stamp says which form
it is, when it was shown, and that it was shown by this house.
"""

from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from csp.constants import NONE
from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from keen.core import limits, pages
from keen.core.access import public
from keen.core.edge import NUL, without_nul
from keen.records import declare
from keen.records.actions.values import InvalidError
from keen.records.declare import Kind
from keen.records.pages import inputs
from keen.sales.actions import entries
from keen.sales.actions.entries import Posted
from keen.sales.domain.spam import SHORTEST_SECONDS, Fate
from keen.sales.models import Lead, WebForm
from keen.sales.queries.forms import asks_of, open_form

SALT = "keen.sales.web-form"
COUNTED = "form-limits"
# A name that programs like to fill in, and that says nothing to people.
TRAP = "fax_number"
AGAIN = "This page was open for long. Everything you typed is still here: please send it again."
TOO_OFTEN = "Too much came from your address just now. Please wait a minute, then send it again; what you typed is kept."


@dataclass(frozen=True)
class Shown:
    """The form as it is shown: what was typed, what is to be mended, and its stamp."""

    typed: dict[str, Any]
    stamp: str
    errors: dict[str, str]
    message: str = ""
    consented: bool = False


@public
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def web_form(request: HttpRequest, key: str) -> HttpResponse:
    """A form for visitors, and what becomes of what they send."""
    form = open_form(key)
    if form is None:
        raise Http404
    if request.method == "POST":
        return _alone(form, request, _posted(request, form))
    if "sent" in request.GET:
        return _alone(
            form, request, pages.render(request, "sales/_web_form.html", {"form": form, "sent": True})
        )
    return _page(request, form, Shown({}, _stamp(form, new_mark(), 0), {}))


def new_mark() -> str:
    """A mark by which the page that is shown is known again."""
    return get_random_string(22)


def _posted(request: HttpRequest, form: WebForm) -> HttpResponse:
    if any(NUL in value for _, values in request.POST.lists() for value in values):
        request.POST = without_nul(request.POST)  # type: ignore[assignment]
    names = [ask.field.name for ask in asks_of(form)]
    typed = inputs.read(declare.get(Lead.KIND), request.POST, names)
    once, age = _read_stamp(form, request.POST.get("stamp", ""))
    consented = "consent" in request.POST
    shown = Shown(typed, request.POST.get("stamp", ""), {}, consented=consented)
    now = timezone.now().timestamp()
    address = get_adapter().get_client_ip(request) or ""
    if not limits.take_address(COUNTED, address, now, settings.KEEN.forms_per_minute).allowed:
        return _page(request, form, Shown(typed, shown.stamp, {}, TOO_OFTEN, consented), 429)
    try:
        posted = Posted(typed, once, age, request.POST.get(TRAP, ""), consented)
        fate = entries.take(form=form, posted=posted)
    except InvalidError as error:
        return _page(request, form, Shown(typed, shown.stamp, error.errors, consented=consented), 422)
    if fate is Fate.AGAIN:
        fresh = _stamp(form, new_mark(), SHORTEST_SECONDS)
        return _page(request, form, Shown(typed, fresh, {}, AGAIN, consented), 422)
    return HttpResponseRedirect(f"/f/{form.key}/?sent=1", status=303)


def _stamp(form: WebForm, mark: str, before: int) -> str:
    """The signed stamp of a page that is shown now, or was so many seconds ago."""
    return signing.dumps([form.key, mark, timezone.now().timestamp() - before], salt=SALT)


def _read_stamp(form: WebForm, stamp: str) -> tuple[str, float | None]:
    """The mark of the page and its age; a mark of its own and None for a stamp that is missing, forged or of another form."""
    try:
        key, mark, at = signing.loads(stamp, salt=SALT)
    except (signing.BadSignature, ValueError):
        return new_mark(), None
    return (str(mark), timezone.now().timestamp() - float(at)) if key == form.key else (new_mark(), None)


def _page(request: HttpRequest, form: WebForm, shown: Shown, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "asks": [(ask, _text(ask.field.kind, shown.typed.get(ask.field.name, ""))) for ask in asks_of(form)],
        "stamp": shown.stamp,
        "errors": shown.errors,
        "message": shown.message,
        "consented": shown.consented,
        "trap": TRAP,
        "sent": False,
    }
    return _alone(form, request, pages.render(request, "sales/_web_form.html", context, status))


def _text(kind: Kind, value: Any) -> Any:
    """What was typed, as its input holds it."""
    if kind in {Kind.EMAILS, Kind.PHONES}:
        part = inputs.MAIN_PART[kind]
        return value[0][part] if isinstance(value, list) and value else ""
    return value


def _alone(form: WebForm, request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer without a cookie, kept by nobody, framed by the sites that the form names and by no other."""
    request.META.pop("CSRF_COOKIE_NEEDS_UPDATE", None)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    response._csp_replace = {"frame-ancestors": form.sites or [NONE]}  # type: ignore[attr-defined]  # noqa: SLF001  django-csp's own mark
    return response

"""The one page for strangers: a web form, which works without scripts, without cookies, and within other sites.

It carries no token of a session, for a browser sends none from within another site; its own signed stamp says which form
it is, when it was shown, and that it was shown by this house.
"""

from dataclasses import dataclass, replace
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
    """The form as it is shown: what was typed, what is to be mended, its stamp, and how it asks for consent."""

    typed: dict[str, Any]
    stamp: str
    errors: dict[str, str]
    wording: str = ""
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
    return _page(request, form, Shown({}, _stamp(form, new_mark(), 0), {}, form.consent_text))


def new_mark() -> str:
    """A mark by which the page that is shown is known again."""
    return get_random_string(22)


def _posted(request: HttpRequest, form: WebForm) -> HttpResponse:
    if any(NUL in value for _, values in request.POST.lists() for value in values):
        request.POST = without_nul(request.POST)  # type: ignore[assignment]
    names = [ask.field.name for ask in asks_of(form)]
    typed = inputs.read(declare.get(Lead.KIND), request.POST, names)
    stamp = _read_stamp(form, request.POST.get("stamp", ""))
    consented = "consent" in request.POST
    same = stamp.age is not None
    wording = stamp.wording if same else form.consent_text
    shown = Shown(typed, request.POST.get("stamp", ""), {}, wording, consented=consented and same)
    now = timezone.now().timestamp()
    address = get_adapter().get_client_ip(request) or ""
    if not limits.take_address(COUNTED, address, now, settings.KEEN.forms_per_minute).allowed:
        return _page(request, form, replace(shown, message=TOO_OFTEN), 429)
    try:
        posted = Posted(typed, stamp.mark, stamp.age, request.POST.get(TRAP, ""), consented, stamp.wording)
        fate = entries.take(form=form, posted=posted)
    except InvalidError as error:
        return _page(request, form, replace(shown, errors=error.errors), 422)
    if fate is Fate.AGAIN:
        fresh = _stamp(form, new_mark(), SHORTEST_SECONDS)
        # A yes to other words is no yes to these.
        agreed = shown.consented and wording == form.consent_text
        again = replace(shown, stamp=fresh, wording=form.consent_text, message=AGAIN, consented=agreed)
        return _page(request, form, again, 422)
    return HttpResponseRedirect(f"/f/{form.key}/?sent=1", status=303)


def _stamp(form: WebForm, mark: str, before: int) -> str:
    """The signed stamp of a page that is shown now, or was so many seconds ago."""
    told = [form.key, mark, timezone.now().timestamp() - before, form.consent_text]
    return signing.dumps(told, salt=SALT, compress=True)


@dataclass(frozen=True)
class Stamp:
    """What the page that was sent says of itself: its mark, its age in seconds, and how it asked for consent."""

    mark: str
    age: float | None = None
    wording: str = ""


def _read_stamp(form: WebForm, stamp: str) -> Stamp:
    """What a stamp says; a mark of its own and no age for one that is missing, forged or of another form.

    Shape: the question is the one that was shown, whatever the form asks by now: the proof of a yes is its words.
    """
    try:
        key, mark, at, wording = signing.loads(stamp, salt=SALT)
    except (signing.BadSignature, ValueError):
        return Stamp(new_mark())
    if key != form.key:
        return Stamp(new_mark())
    return Stamp(str(mark), timezone.now().timestamp() - float(at), str(wording))


def _page(request: HttpRequest, form: WebForm, shown: Shown, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "asks": [(ask, _text(ask.field.kind, shown.typed.get(ask.field.name, ""))) for ask in asks_of(form)],
        "stamp": shown.stamp,
        "errors": shown.errors,
        "message": shown.message,
        "consent_text": shown.wording,
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

"""Tokens of one's own, for programs."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from keen.core import accounts, pages, queries
from keen.core.access import KeenRequest, route
from keen.core.actions import tokens
from keen.core.actions.operations import AlreadyDoneError
from keen.core.domain import scopes
from keen.core.domain.rights import POWERS
from keen.core.models import ApiToken
from keen.core.views.people import BOTH
from keen.core.wiring import mirrors, wired
from keen.lib.errors import RuleError
from keen.lib.ids import id_of

DAYS = (7, 30, 90, 180, 365)


@dataclass(frozen=True)
class Line:
    """A token as its owner reads it."""

    row: ApiToken
    may: str
    live: bool


@route(methods=BOTH)
def token_list(request: KeenRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    if not accounts.has_shown_lately(
        request
    ):  # a token outlives the session: whoever finds one open makes none
        return HttpResponseRedirect(accounts.where_to_show(request, reverse("token-list")))
    try:
        made, receipt = tokens.make_token(
            actor=request.actor,
            owner=request.user,
            wish=_wish(request),
            once=request.POST.get("_once", "")[:80],
        )
    except AlreadyDoneError:
        return _page(
            request, {"": "This token was made and shown already. If it is lost, revoke it and make another."}
        )
    except RuleError as error:
        return _page(request, {error.field or "": error.message})
    answer = _page(request, more={"made": made.token, "receipt": receipt})
    answer["Cache-Control"] = "no-store"  # the token must not lie in anybody's cache
    return answer


@route(methods=("POST",))
def token_revoke(request: KeenRequest, token_id: int) -> HttpResponse:
    receipt = tokens.revoke_token(actor=request.actor, token_id=token_id)
    return pages.answer(request, receipt, to=reverse("token-list"))


def _wish(request: HttpRequest) -> tokens.Wish:
    given = request.POST
    chosen = {kind: given.get(f"may_{kind}", "") for kind, _ in _kinds()}
    return tokens.Wish(name=given.get("name", ""), scopes=chosen, days=id_of(given.get("days", "")) or 0)


def _page(
    request: KeenRequest, errors: dict[str, str] | None = None, more: dict[str, Any] | None = None
) -> HttpResponse:
    now, labels = timezone.now(), dict(_kinds())
    lines = [
        Line(row, _may(row, labels), row.is_live(now)) for row in queries.tokens_of(request.actor.user_id)
    ]
    given = request.POST if errors else {}
    context = {
        "live": [line for line in lines if line.live],
        "dead": [line for line in lines if not line.live][:20],
        "kinds": [(kind, label, given.get(f"may_{kind}", ""), _levels(kind)) for kind, label in _kinds()],
        "name": given.get("name", ""),
        "days": given.get("days") or str(scopes.USUAL_DAYS),
        "day_options": [(str(days), "1 year" if days == DAYS[-1] else f"{days} days") for days in DAYS],
        "errors": errors or {},
        "may_write": request.actor.may_write,
        "prove": ""
        if accounts.has_shown_lately(request)
        else accounts.where_to_show(request, reverse("token-list")),
        "once": uuid4().hex,
        "now": now,
        **(more or {}),
    }
    return pages.render(request, "core/tokens.html", context, 422 if errors else 200)


def _kinds() -> list[tuple[str, str]]:
    named = [(name, POWERS[name]) for name in sorted(scopes.NAMED_POWERS)]
    return [*((record_type.kind, record_type.plural) for record_type in wired().record_types), *named]


def _levels(kind: str) -> list[tuple[str, str]]:
    """What a token can be given of the kind: nobody writes what is read from elsewhere."""
    if kind in scopes.NAMED_POWERS:
        return [("", "No"), (scopes.WRITE, "Yes")]
    both = [("", "Nothing"), (scopes.READ, "Read")]
    return both if kind in mirrors() else [*both, (scopes.WRITE, "Read and write")]


def _may(row: ApiToken, labels: dict[str, str]) -> str:
    words = {scopes.READ: "reads {}", scopes.WRITE: "reads and writes {}"}
    said = [
        ("{}" if kind in scopes.NAMED_POWERS else words.get(level, "{}")).format(
            labels.get(kind, kind).lower()
        )
        for kind, level in sorted(row.scopes.items())
    ]
    return ", ".join(said)

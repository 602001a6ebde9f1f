"""The door of every route: who may come in is said beside the view, or the server does not start."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.checks import CheckMessage, Error
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.decorators.http import require_http_methods

from keen.core.actions.refusals import Refusal, note_refusal
from keen.core.domain.actor import Actor
from keen.core.models import User
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError

View = Callable[..., HttpResponseBase]
SIGNED_IN = "signed-in"
PUBLIC = "public"
TOKEN = "token"  # noqa: S105  a program with a token of its own; no cookie opens it
ACTING_AS = "acting_as"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN_PREFIXES = ("allauth.",)
LONGEST_NAME = 40


class KeenRequest(HttpRequest):
    """A request of somebody who has signed in, as the middleware hands it to views."""

    actor: Actor
    user: User
    htmx: Any


def public(view: View) -> View:
    """The view, open to everybody."""
    view.keen_permission = PUBLIC  # type: ignore[attr-defined]
    return view


def route(
    permission: str = SIGNED_IN, *, methods: tuple[str, ...] = ("GET", "HEAD")
) -> Callable[[View], View]:
    """A decorator that lets in who has the permission.

    Shape: "signed-in" for everybody with an account, "power:NAME" for a power, "KIND.ACTION" for any scope above none.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: KeenRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if getattr(request, "actor", None) is None:  # set for those who have signed in
                return ask_to_sign_in(request)
            if not is_granted(request.actor, permission):
                raise PermissionDenied(permission)
            if request.method not in SAFE and not request.actor.may_write:
                raise ForbiddenError(
                    "looking-only", "You see the app as somebody else, so nothing can be changed."
                )
            return view(request, *args, **kwargs)

        held = require_http_methods(list(methods))(guarded)
        held.keen_permission = permission  # type: ignore[attr-defined]
        held.keen_methods = methods  # type: ignore[attr-defined]
        return held

    return decorate


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page and back to where the person was; 401 for a part of a page, which stays as it is."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    if request.method in SAFE:
        return redirect_to_login(request.get_full_path())
    came_from = urlsplit(request.headers.get("Referer", ""))
    here = came_from.netloc == request.get_host() and not came_from.path.startswith("//")
    return redirect_to_login(f"{came_from.path}?{came_from.query}".rstrip("?") if here else "/")


def is_granted(actor: Actor, permission: str) -> bool:
    """Whether the actor has the permission that a route names."""
    if permission == SIGNED_IN:
        return True
    if permission.startswith("power:"):
        return actor.rights.has(permission.removeprefix("power:"))
    kind, action = permission.split(".")
    return actor.rights.scope(kind, action).reach > 0


def note_refused(request: HttpRequest, error: Exception) -> None:
    """Put into the audit trail what somebody who has signed in was refused by their rights.

    Shape: what one cannot see counts where it was to be changed; to look for it is no attempt, but often a dead link.
    """
    unseen = isinstance(error, NotVisibleError) and request.method not in SAFE
    actor: Actor | None = getattr(request, "actor", None)
    found = request.resolver_match
    if actor is None or found is None or not (unseen or isinstance(error, ForbiddenError | PermissionDenied)):
        return
    # What is asked for by a token is not to be read by others, so of such addresses the pattern is kept.
    secret = any(isinstance(value, str) and len(value) > LONGEST_NAME for value in found.kwargs.values())
    refusal = Refusal(
        route=found.url_name or found.route,
        address=f"/{found.route}" if secret else request.path,
        method=request.method or "",
        why=error.code if isinstance(error, RuleError) else str(error),
    )
    note_refusal(actor=actor, refusal=refusal)


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address pattern with its route, depth first."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern), pattern


def check_routes(**_: object) -> list[CheckMessage]:
    """An error for each route without a declared permission."""
    return [
        Error(f"{address} has no declared permission: add @route(...) or @public", id="keen.E001")
        for address, pattern in routes()
        if not hasattr(pattern.callback, "keen_permission")
        and not getattr(pattern.callback, "__module__", "").startswith(OPEN_PREFIXES)
    ]

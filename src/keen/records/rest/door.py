"""The door of the API: who asks, how often, whether they may, and what is answered when something is refused."""

import logging
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils import timezone

from keen.core import limits, queries
from keen.core.access import TOKEN, KeenRequest, View, note_refused
from keen.core.actions import tokens
from keen.core.domain import scopes
from keen.core.domain.actor import Actor
from keen.core.domain.problems import Problem
from keen.core.models import ApiToken, User
from keen.core.wiring import without_closed_links
from keen.lib.errors import ForbiddenError, KeenError
from keen.records import declare
from keen.records.declare import RecordType
from keen.records.rest.answers import NOT_FOUND, RefusedError, problem_of, refuse

MAY = {"view": "read", "add": "add", "edit": "change", "delete": "delete"}
LARGEST_ID = 10**18
log = logging.getLogger(__name__)


class ApiRequest(KeenRequest):
    """A request of a program. `token` is None where somebody who has signed in reads the documentation."""

    token: ApiToken | None


Handler = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Method:
    """What a method of an address does. `needs` is the action on the records of the kind that the address names."""

    handler: Handler
    needs: str = ""
    writes: bool = False
    sessions: bool = False


def resource(methods: Mapping[str, Method]) -> View:
    """The view of an address with these methods. It declares that tokens open it."""
    offered = dict(methods)
    if "GET" in offered:
        offered["HEAD"] = offered["GET"]
    allow = ", ".join([*offered, "OPTIONS"])

    def view(request: HttpRequest, **parts: object) -> HttpResponse:
        asked = cast("ApiRequest", request)
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": allow})
        try:
            method = offered.get(request.method or "")
            if method is None:
                raise RefusedError(
                    Problem(405, "method_not_allowed", f"This address takes {allow}."), {"Allow": allow}
                )
            enter(asked, method)
            with timezone.override(_zone(asked)):
                return _called(asked, method, parts)
        except KeenError as error:
            note_refused(request, error)
            return refuse(problem_of(error), getattr(error, "headers", None))
        except (RequestDataTooBig, UnreadablePostError):
            return refuse(
                Problem(400, "unreadable", "The body is too large, or ended before all of it had come.")
            )
        except OperationalError as error:
            # A lock that did not come free in time; what was begun is rolled back.
            log.warning("%s %s was not done: %s", request.method, request.path, error)
            problem = Problem(503, "busy", "The database was too busy. Nothing was done; send it again.")
            return refuse(problem, {"Retry-After": "2"})

    view.keen_permission = TOKEN  # type: ignore[attr-defined]
    view.keen_methods = tuple(offered)  # type: ignore[attr-defined]
    view.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie opens a write here
    return view


def _zone(request: ApiRequest) -> zoneinfo.ZoneInfo | None:
    name = request.user.zone
    return zoneinfo.ZoneInfo(name) if name else None


def enter(request: ApiRequest, method: Method) -> None:
    """Set who asks. Counted before anything else is asked of the database for them.

    Raises: RefusedError.
    """
    given = request.headers.get("Authorization", "")
    if not given and method.sessions and getattr(request, "actor", None) is not None:
        request.token = None
        return
    token = _token(given)
    now = timezone.now()
    verdict = limits.take(token.pk, limits.WRITES if method.writes else limits.READS, now.timestamp())
    if not verdict.allowed:
        wait = str(int(verdict.wait_seconds) + 1)
        words = f"This token asks too often. Come again in {wait} s, and send many records in one batch."
        raise RefusedError(Problem(429, "too_many_requests", words), {"Retry-After": wait})
    tokens.note_use(token)
    request.token, request.user = token, token.owner
    request.actor = actor_of(token)


def actor_of(token: ApiToken) -> Actor:
    """The owner of the token, with what is left of their rights of this moment."""
    owner: User = token.owner
    actor = owner.actor(via="api")
    return Actor(
        **{**vars(actor), "rights": without_closed_links(scopes.narrowed(actor.rights, token.scopes))}
    )


def _token(header: str) -> ApiToken:
    """The living token that the header holds.

    Raises: RefusedError, the same for every token that opens nothing.
    """
    kind, _, text = header.partition(" ")
    text = text.strip()
    found = None
    if kind.lower() == "bearer" and scopes.is_token(text):
        found = queries.token_called(scopes.fingerprint(text), timezone.now())
    if found is None:
        challenge = 'Bearer realm="Keen"' + (', error="invalid_token"' if header else "")
        words = "Send a token that is neither expired nor revoked: Authorization: Bearer keen_…"
        raise RefusedError(Problem(401, "token_needed", words), {"WWW-Authenticate": challenge})
    return found


def _called(request: ApiRequest, method: Method, parts: dict[str, object]) -> HttpResponse:
    """The handler's answer, for the kind and the record that the address names."""
    if "plural" in parts:
        parts["record_type"] = _kind(request.actor, str(parts.pop("plural")), method.needs)
    record_id = parts.get("record_id")
    if isinstance(record_id, int) and record_id >= LARGEST_ID:
        raise RefusedError(NOT_FOUND)
    return method.handler(request, **parts)


def _kind(actor: Actor, plural: str, needs: str) -> RecordType:
    """The kind that the address names.

    Raises: RefusedError when there is none; ForbiddenError, which is noted, when role or token do not open it.
    """
    found = next((known for known in declare.types() if known.path == plural), None)
    if found is None:
        raise RefusedError(NOT_FOUND)
    if needs and not actor.rights.scope(found.kind, needs).reach:
        words = f"This token may not {MAY[needs]} {found.plural.lower()}, or its owner may not."
        raise ForbiddenError("forbidden", words)
    return found

"""What the browser tells: hesitations and dead ends that no request would show. And “I'm stuck”."""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from keen.core.access import KeenRequest, route
from keen.telemetry import capture
from keen.telemetry.domain.catalogue import CATALOGUE, Draft
from keen.telemetry.domain.properties import MOST_NAMES, UNKNOWN, known_name
from keen.telemetry.vocabulary import field_of, kind_of, page_at, vocabulary

MOST_BYTES = 16_384
MOST_EVENTS = 40
MOST_A_MINUTE = 30
MOST_REMEMBERED = 10_000
_minutes: OrderedDict[int, tuple[int, int]] = OrderedDict()


@route(methods=("POST",))
def usage(request: KeenRequest) -> HttpResponse:
    """A batch of events. The answer says nothing: nobody waits for it."""
    given = request.POST.get("events", "")
    if len(given) > MOST_BYTES or not _has_room(request.user.pk):
        capture.losses.add("too_many", 1, "a batch of a browser")
        return HttpResponse(status=429 if len(given) <= MOST_BYTES else 413)
    here = _page_of(request)
    for one in _batch(given):
        draft = draft_of(one, here)
        if draft is not None:
            capture.note(draft.name, kind=draft.kind, outcome=draft.outcome, **draft.props)
    return HttpResponse(status=204)


@route(methods=("POST",))
def stuck(request: KeenRequest) -> HttpResponse:
    """Somebody says that they do not get on: noted, and led to whoever can help."""
    page = page_at(urlsplit(request.POST.get("from", "")).path or "/")
    capture.note("stuck", screen=page)
    return HttpResponseRedirect(reverse("help") + f"?stuck={page}", status=303)


def _batch(given: str) -> list[Mapping[str, Any]]:
    try:
        told = orjson.loads(given)
    except orjson.JSONDecodeError:
        told = None
    if not isinstance(told, list):
        capture.losses.add("not_allowed", 1, "a batch that is no list")
        return []
    if len(told) > MOST_EVENTS:
        capture.losses.add("too_many", len(told) - MOST_EVENTS, "a batch of a browser")
    return [one for one in told[:MOST_EVENTS] if isinstance(one, dict)]


def _has_room(user_id: int) -> bool:
    """Whether the person may send another batch this minute, as far as this process knows."""
    minute = int(time.monotonic() // 60)
    at, count = _minutes.pop(user_id, (minute, 0))
    count = count + 1 if at == minute else 1
    _minutes[user_id] = (minute, count)
    if len(_minutes) > MOST_REMEMBERED:
        _minutes.popitem(last=False)
    return count <= MOST_A_MINUTE


def _page_of(request: HttpRequest) -> str:
    """The name of the page that sent the batch, as the browser says itself."""
    said = urlsplit(request.headers.get("Referer", ""))
    return page_at(said.path) if said.netloc == request.get_host() else UNKNOWN


def draft_of(told: Mapping[str, Any], here: str) -> Draft | None:
    """The event that a browser tells of, None when it may not be one; addresses become names, unknown names `other`."""
    name = told.get("name")
    spec = CATALOGUE.get(name) if isinstance(name, str) else None
    if spec is None or not spec.client:
        capture.losses.add("not_allowed", 1, f"event {str(name)[:40]!r} of a browser")
        return None
    props: dict[str, Any] = {}
    for wanted in spec.properties:
        read = READ.get(wanted)
        if wanted == "screen":
            props[wanted] = here
        elif wanted in told:
            props[wanted] = read(told[wanted]) if read else told[wanted]
    about = str(props.get("form") or (_address(told["to"]) if "to" in told else here))
    outcome = told.get("outcome", "")
    draft = Draft(
        spec.name,
        kind_of(about) if spec.kind else "",
        None,
        outcome if isinstance(outcome, str) else "?",
        props,
    )
    return capture.checked(draft, outside=True)


def _address(told: Any) -> str:
    return page_at(urlsplit(told).path) if isinstance(told, str) and told.startswith("/") else UNKNOWN


def _fields(told: Any) -> list[str]:
    given = told if isinstance(told, list) else []
    return sorted({field_of(name) for name in given[:50]})[:MOST_NAMES]


def _number(told: Any) -> Any:
    return round(told) if isinstance(told, int | float) and abs(told) < 1e9 else told


def _control(told: Any) -> str:
    """A control by its sort and by where it leads, what it opens or which field it is."""
    parts = told if isinstance(told, dict) else {}
    sort = known_name(parts.get("sort"), vocabulary()["controls"])
    aim = str(parts.get("opens") or "")
    if parts.get("field"):
        aim = f"field {field_of(parts['field'])}"
    elif parts.get("to"):
        aim = _address(parts["to"])
    whole = f"{sort} {aim}"[:48]
    return whole if whole in vocabulary()["controls"] else sort


def _key(told: Any) -> str:
    return known_name(told, vocabulary()["keys"])


READ: Mapping[str, Callable[[Any], Any]] = {
    "form": _address,
    "to": _address,
    "fields": _fields,
    "control": _control,
    "key": _key,
    "seconds": _number,
    "server_ms": _number,
    "client_ms": _number,
}

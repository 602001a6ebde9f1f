"""Idempotency keys: a request that is sent again under its key is answered as the first time, and does nothing."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256

from django.db import transaction
from django.http import HttpResponse

from keen.core.domain.problems import Problem
from keen.records.actions import answers
from keen.records.actions.answers import AnsweredError, Kept, Wanted
from keen.records.rest.answers import RefusedError
from keen.records.rest.door import ApiRequest, Handler

HEADER = "Idempotency-Key"
LONGEST = 255
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
TRIES = 3


def once(handler: Handler) -> Handler:
    """The handler, granted once for each key. What is refused is not remembered: it may be sent again, mended.

    The answer is written in the transaction of the effect, so there is never one without the other.
    """

    @wraps(handler)
    def granted(request: ApiRequest, **parts: object) -> HttpResponse:
        wanted = _wanted(request)
        if wanted is None:
            return handler(request, **parts)
        for _ in range(TRIES):
            try:
                return _first(wanted, lambda: handler(request, **parts))
            except AnsweredError:
                found = answers.kept(wanted)
            if found is not None:
                return _again(wanted, found)
        raise RefusedError(
            Problem(409, "in_progress", "The same request is being worked on. Send it again later.")
        )

    return granted


def _wanted(request: ApiRequest) -> Wanted | None:
    key = request.headers.get(HEADER, "")
    if not key or request.token is None:
        return None
    if len(key) > LONGEST or not key.isprintable():
        raise RefusedError(
            Problem(400, "bad_key", f"An {HEADER} has at most {LONGEST} printable characters.")
        )
    told = f"{request.method} {request.get_full_path()}\n".encode()
    asked = sha256(told + request.headers.get("If-Match", "").encode() + b"\n" + request.body)
    return Wanted(request.token.pk, sha256(key.encode()).hexdigest(), asked.hexdigest())


def _first(wanted: Wanted, handle: Callable[[], HttpResponse]) -> HttpResponse:
    with transaction.atomic():
        place = answers.claim(wanted)
        answer = handle()
        headers = {name: answer[name] for name in KEPT_HEADERS if answer.has_header(name)}
        answers.keep(place, Kept(answer.status_code, headers, answer.content))
        return answer


def _again(wanted: Wanted, found: Kept) -> HttpResponse:
    if found.asked != wanted.asked:
        words = f"This {HEADER} was used for another request. Take a new key for a new request."
        raise RefusedError(Problem(422, "key_reused", words))
    answer = HttpResponse(found.body, status=found.status, headers=dict(found.headers))
    answer["Cache-Control"], answer["Vary"] = "private, no-cache", "Authorization"
    answer["Idempotency-Replayed"] = "true"
    return answer

"""Idempotency keys: a request that is sent again under its key is answered as the first time, and does nothing.

The record in the answer is read anew, as it is now and as far as the token may read it. Where an answer holds none, what
names records is left out, for nobody can tell whether the token still reads them.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from hashlib import sha256
from typing import Any

import orjson
from django.db import transaction
from django.http import HttpResponse

from keen.core.domain.problems import Problem
from keen.records.actions import answers
from keen.records.actions.answers import AnsweredError, Kept, Wanted
from keen.records.declare import RecordType
from keen.records.rest.answers import RefusedError, entity_tag, respond
from keen.records.rest.door import ApiRequest, Handler
from keen.records.rest.single import shaped

HEADER = "Idempotency-Key"
LONGEST = 255
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
TRIES = 3
# Refusals that repeat what stands in records; the others are about what was sent.
TELLING = frozenset({409, 412})
PLAIN = ("type", "title", "status", "code")
DONE = "This was done before."
REFUSED = "It was refused before. Send it again under another key to be told why."
GONE = "This was done before. The record is not there any more, or not shared with you."


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
                return _again(request, wanted, found, parts)
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


def _again(request: ApiRequest, wanted: Wanted, found: Kept, parts: Mapping[str, object]) -> HttpResponse:
    if found.asked != wanted.asked:
        words = f"This {HEADER} was used for another request. Take a new key for a new request."
        raise RefusedError(Problem(422, "key_reused", words))
    told = orjson.loads(found.body)
    headers = {name: said for name, said in found.headers.items() if name != "Content-Type"}
    record_type = parts.get("record_type")
    holds_record = isinstance(record_type, RecordType) and isinstance(told.get("data"), dict)
    if not holds_record or "verb" in parts:
        _without_texts(told)
    if isinstance(record_type, RecordType) and holds_record:
        _look_again(request, record_type, told, headers)
    answer = respond(told, found.status, headers)
    answer["Idempotency-Replayed"] = "true"
    return answer


def _look_again(
    request: ApiRequest, record_type: RecordType, told: dict[str, Any], headers: dict[str, str]
) -> None:
    """Put the record as the token may read it now into the answer: it may have been given away or erased since."""
    record = shaped(request, record_type).one(told["data"]["id"])
    told["data"] = record
    headers.pop("ETag", None)
    if record is not None:
        headers["ETag"] = entity_tag(record)
    else:
        told["receipt"] = {**told["receipt"], "text": GONE, "also": [], "next": None, "undo": None}


def _without_texts(told: dict[str, Any]) -> None:
    """Leave of the answer what was done and to which numbers; words and values may be of records out of sight by now."""
    if isinstance(told.get("receipt"), dict):
        told["receipt"] = {**told["receipt"], "text": DONE, "also": [], "next": None}
    for item in told["data"] if isinstance(told.get("data"), list) else ():
        problem = item.get("problem")
        if problem and problem["status"] in TELLING:
            item["problem"] = {name: problem[name] for name in PLAIN if name in problem} | {"detail": REFUSED}

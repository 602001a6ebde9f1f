"""One record: read, made, changed, put into the trash and taken out of it; operations taken back."""

import re
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from keen.core.domain.problems import Fault, Problem
from keen.core.domain.receipts import Receipt
from keen.core.models import Operation
from keen.lib.errors import ForbiddenError, NotVisibleError
from keen.records import declare
from keen.records.actions import life
from keen.records.actions.save import Wish, save
from keen.records.actions.upsert import Match, field_of, keys, the_one, upsert
from keen.records.declare import RecordType
from keen.records.rest import asking, body, including
from keen.records.rest.answers import NOT_FOUND, RefusedError, entity_tag, receipt_json, respond
from keen.records.rest.door import ApiRequest
from keen.records.rest.reading import Reader
from keen.records.rest.shape import Shape

_TAG = re.compile(r'(?:W/)?"(\d{1,9})(?:-[0-9a-f]+)?"')


def show(request: ApiRequest, record_type: RecordType, record_id: int) -> HttpResponse:
    """The record, or 304 where the program has it already."""
    given = _only(request, {"fields", "include"})
    include = including.wanted(record_type, request.actor, given.get("include", ""))
    found = asking.shape(record_type, request.actor, given.get("fields"), along=include).one(record_id)
    if found is None:
        raise NotVisibleError
    tag = entity_tag(found)
    if include:  # the tag is of the record alone: what goes along may have changed although it stayed
        along = including.included(record_type, request.actor, include, [found])
        return respond({"data": found, "included": along}, headers={"ETag": tag})
    if tag in {
        part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")
    }:
        answer = HttpResponse(status=304, headers={"ETag": tag, "Cache-Control": "private, no-cache"})
        answer["Vary"] = "Authorization"
        return answer
    return respond({"data": found}, headers={"ETag": tag})


def show_by(request: ApiRequest, record_type: RecordType, key: str, value: str) -> HttpResponse:
    """The record that is recognised by an address or by its id elsewhere."""
    found = the_one(record_type, request.actor, known_match(request, record_type, key, value))
    if found is None:
        raise NotVisibleError
    return show(request, record_type, found)


def create(request: ApiRequest, record_type: RecordType) -> HttpResponse:
    """A new record; with ?match=email, the one that has the address changed instead where there is one."""
    key = _only(request, {"match", "fields"}).get("match", "")
    values = Reader(record_type, request.actor).values(body.read(request))
    if key:
        return _upsert(
            request,
            record_type,
            known_match(request, record_type, key, _said(record_type, key, values)),
            values,
        )
    done = save(record_type, actor=request.actor, wish=Wish(values))
    return written(request, record_type, done.record.pk, done.receipt, 201)


def put_by(request: ApiRequest, record_type: RecordType, key: str, value: str) -> HttpResponse:
    """The record that is recognised changed, or one made."""
    _only(request, {"fields"})
    values = Reader(record_type, request.actor).values(body.read(request))
    return _upsert(request, record_type, known_match(request, record_type, key, value), values)


def _upsert(
    request: ApiRequest, record_type: RecordType, match: Match, values: dict[str, Any]
) -> HttpResponse:
    version = _version(request) if "If-Match" in request.headers else None
    wish = Wish(values, version=version, exact=True)
    done, new = upsert(record_type, actor=request.actor, match=match, wish=wish)
    return written(request, record_type, done.record.pk, done.receipt, 201 if new else 200)


def change(request: ApiRequest, record_type: RecordType, record_id: int) -> HttpResponse:
    """The record with other values: a JSON merge patch, for the version that the program read."""
    _only(request, {"fields"})
    version = _version(request)
    values = Reader(record_type, request.actor).values(body.read(request))
    done = save(record_type, actor=request.actor, wish=Wish(values, record_id, version, exact=True))
    return written(request, record_type, record_id, done.receipt, 200)


def delete(request: ApiRequest, record_type: RecordType, record_id: int) -> HttpResponse:
    """Into the trash."""
    _only(request, set())
    receipt = life.delete(record_type, actor=request.actor, record_id=record_id, version=_version(request))
    return respond({"data": None, "receipt": receipt_json(receipt)})


def restore(request: ApiRequest, record_type: RecordType, record_id: int) -> HttpResponse:
    """Out of the trash."""
    _only(request, {"fields"})
    body.members(request, (), optional=True)
    receipt = life.restore(record_type, actor=request.actor, record_id=record_id)
    return written(request, record_type, record_id, receipt, 200)


def undo(request: ApiRequest, operation_id: UUID) -> HttpResponse:
    """An operation of one's own taken back, when all that it changed is open to the token."""
    body.members(request, (), optional=True)
    mine = Operation.objects.filter(pk=operation_id, actor_id=request.actor.user_id).first()
    if mine is None:
        raise RefusedError(NOT_FOUND)
    kinds = set(mine.changes.values_list("kind", flat=True))
    closed = [
        kind
        for kind in sorted(kinds)
        if declare.find(kind) is None or not request.actor.rights.scope(kind, "edit").reach
    ]
    if closed:
        words = (
            f"This token may not change {closed[0].replace('_', ' ')} records, so it cannot take this back."
        )
        raise ForbiddenError("forbidden", words)
    receipt = life.undo(actor=request.actor, operation_id=operation_id)
    return respond({"data": None, "receipt": receipt_json(receipt)})


def written(
    request: ApiRequest, record_type: RecordType, record_id: int, receipt: Receipt, status: int
) -> HttpResponse:
    """The answer to a write: the record as it is now, where the actor still sees it, and the receipt."""
    found = shaped(request, record_type).one(record_id)
    headers = {"ETag": entity_tag(found)} if found else {}
    if status == 201:
        headers["Location"] = f"/api/v1/{record_type.path}/{record_id}"
    return respond({"data": found, "receipt": receipt_json(receipt)}, status, headers)


def shaped(request: ApiRequest, record_type: RecordType) -> Shape:
    """How the request wants its record, with what the actor may read of it.

    Raises: RefusedError.
    """
    return asking.shape(record_type, request.actor, _only(request, {"fields", "match"}).get("fields"))


def _only(request: ApiRequest, known: set[str]) -> dict[str, str]:
    """The parameters of the address, with none but the known ones, each once.

    Raises: RefusedError.
    """
    for name, values in request.GET.lists():
        if name not in known or len(values) > 1:
            words = (
                f"“{name[:60]}” stands there twice."
                if name in known
                else f"There is no parameter “{name[:60]}”."
            )
            fault = Fault(words, "unknown_parameter", parameter=name[:100])
            raise RefusedError(Problem(400, "unknown_parameter", words, [fault]))
    return {name: request.GET[name] for name in request.GET}


def _version(request: ApiRequest) -> int | None:
    """The version that the program read; None for any (If-Match: *).

    Raises: RefusedError without one.
    """
    given = request.headers.get("If-Match", "").strip()
    if not given:
        words = "Send If-Match with the ETag of the record as you read it, or If-Match: * to overwrite whatever is there."
        raise RefusedError(Problem(428, "precondition_required", words))
    if given == "*":
        return None
    found = _TAG.fullmatch(given)
    if found is None:
        raise RefusedError(Problem(412, "stale_version", "If-Match holds no ETag of this record."))
    return int(found[1])


def known_match(request: ApiRequest, record_type: RecordType, key: str, value: str) -> Match:
    """What the record is to be recognised by.

    Raises: RefusedError for what the kind does not have or the actor may not read, and for an empty value.
    """
    offered = keys(record_type, request.actor)
    if key not in offered:
        words = f"A {record_type.label.lower()} is not recognised by “{key[:40]}”, but by: {', '.join(offered) or 'nothing'}."
        raise RefusedError(
            Problem(400, "unknown_match", words, [Fault(words, "unknown_match", parameter="match")])
        )
    if not value.strip() or "\x00" in value:
        raise RefusedError(Problem(400, "missing_value", f"Say which {key} the record has."))
    return Match(key, value.strip()[:254])


def _said(record_type: RecordType, key: str, values: dict[str, Any]) -> str:
    """What the values say that the record is recognised by: its first address, or its id elsewhere."""
    given = values.get(field_of(record_type, key)) or ""
    if isinstance(given, list):
        first = given[0]
        return str(first["address"] if isinstance(first, dict) else first)
    return str(given)

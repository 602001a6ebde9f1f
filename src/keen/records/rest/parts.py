"""What hangs on a record and is no field of it: relations. Declared as data, wired in keen.site with the verbs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from keen.core.domain.actor import Actor
from keen.core.domain.problems import Problem
from keen.core.wiring import wired
from keen.lib.errors import NotVisibleError
from keen.records.declare import RecordType
from keen.records.models import Record
from keen.records.rest.answers import NOT_FOUND, RefusedError, respond
from keen.records.rest.door import ApiRequest
from keen.records.rest.schemas import Schema
from keen.records.rest.verbs import verbs_of


@dataclass(frozen=True)
class Part:
    """A list that hangs on the records of a kind. `read` is given the actor and the record, which the actor sees.

    Shape: `schema` are the members of an entry, all of which are there.
    """

    kind: str
    name: str
    summary: str
    read: Callable[[Actor, Record], list[dict[str, Any]]]
    schema: Mapping[str, Schema]


def parts_of(kind: str) -> list[Part]:
    """The parts of a record kind."""
    return [part for part in wired().verbs if isinstance(part, Part) and part.kind == kind]


def show(request: ApiRequest, record_type: RecordType, record_id: int, verb: str) -> HttpResponse:
    """The part of this name."""
    part = next((one for one in parts_of(record_type.kind) if one.name == verb), None)
    if part is None:
        if any(one.name == verb and one.on == "record" for one in verbs_of(record_type.kind)):
            refusal = Problem(405, "method_not_allowed", "This address takes POST, OPTIONS.")
            raise RefusedError(refusal, {"Allow": "POST, OPTIONS"})
        raise RefusedError(NOT_FOUND)
    record: Record | None = record_type.model.objects.visible_to(request.actor).filter(pk=record_id).first()
    if record is None:
        raise NotVisibleError
    return respond({"data": part.read(request.actor, record)})

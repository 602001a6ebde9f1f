"""What is said to an endpoint: built when it is sent, from what its owner may read at that moment."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings

from keen.core.domain.actor import Actor
from keen.integrations.domain import topics
from keen.integrations.models import Delivery, Endpoint
from keen.records import declare
from keen.records.domain.fieldvalues import plain
from keen.records.models import Record
from keen.records.rest.answers import OPTIONS
from keen.records.rest.shape import Shape

MOST = 20_000
"""Bytes of a body: what a receiver need not be prepared for is left out, and says so."""


@dataclass(frozen=True)
class Message:
    """A body as it is sent, and the part of it that is kept in the log. `told_all` says that the record goes along."""

    delivery: Delivery
    body: bytes
    kept: dict[str, Any]
    told_all: bool


def messages(endpoint: Endpoint, deliveries: Sequence[Delivery]) -> tuple[list[Message], list[Delivery]]:
    """The messages in the order given, and the deliveries that the owner may not know of (any more).

    Shape: a change of fields that are all hidden from the owner is not told.
    Cost: 1 query for each kind of record, 2 where the record goes along.
    """
    actor = endpoint.owner.actor(via="webhook")
    rows = _rows(actor, deliveries)
    shown = _shown(actor, rows) if endpoint.with_record else {}
    said: list[Message] = []
    hidden: list[Delivery] = []
    for delivery in deliveries:
        record = rows.get((delivery.kind, delivery.record_id))
        data = _data(actor, endpoint, delivery, record)
        if data is None:
            hidden.append(delivery)
        elif record is not None and (record.KIND, record.pk) in shown:
            said.append(_message(delivery, {**data, "record": shown[record.KIND, record.pk]}))
        else:
            said.append(_message(delivery, data))
    return said, hidden


def _shown(actor: Actor, rows: Iterable[tuple[str, int | None]]) -> dict[tuple[str, int], dict[str, Any]]:
    """The living ones of the records, as the API shows them to the actor."""
    ids: dict[str, list[int]] = defaultdict(list)
    for kind, pk in rows:
        if pk is not None:
            ids[kind].append(pk)
    return {
        (kind, record["id"]): record
        for kind, wanted in ids.items()
        for record in Shape(declare.get(kind), actor).many(wanted)
    }


def _rows(actor: Actor, deliveries: Iterable[Delivery]) -> dict[tuple[str, int | None], Record]:
    """The records that the actor may see, in the trash or not."""
    ids: dict[str, set[int]] = defaultdict(set)
    for delivery in deliveries:
        if delivery.record_id is not None:
            ids[delivery.kind].add(delivery.record_id)
    found: dict[tuple[str, int | None], Record] = {}
    for kind, wanted in ids.items():
        if record_type := declare.find(kind):
            model = record_type.model
            for row in model.objects.filter(model.allowed(actor, "view"), pk__in=wanted):
                found[kind, row.pk] = row
    return found


def _data(
    actor: Actor, endpoint: Endpoint, delivery: Delivery, record: Record | None
) -> dict[str, Any] | None:
    if delivery.topic == topics.TEST:
        return {"webhook": endpoint.name, "url": settings.KEEN.base_url + endpoint.get_absolute_url()}
    if record is None:
        return None
    record_type = declare.get(delivery.kind)
    data: dict[str, Any] = {
        "id": record.pk,
        "kind": delivery.kind,
        "url": f"{settings.KEEN.base_url}/{record_type.path}/{record.pk}/",
        "api_url": f"{settings.KEEN.base_url}/api/v1/{record_type.path}/{record.pk}",
        "version": record.version,
    }
    if delivery.topic.endswith(".updated"):
        readable = {field.column: field.name for field in record_type.readable(actor)}
        data["changed"] = topics.changed_names(delivery.told.get("columns", ()), readable)
        if not data["changed"]:
            return None
    data |= {name: value for name, value in delivery.told.items() if name != "columns"}
    return data


def _message(delivery: Delivery, data: dict[str, Any]) -> Message:
    thin = {name: value for name, value in data.items() if name != "record"}
    body = _body(delivery, data)
    if len(body) > MOST:
        data = {**thin, "record": None, "left_out": "record"}
        body = _body(delivery, data)
    return Message(delivery, body, _envelope(delivery, thin), told_all=bool(data.get("record")))


def _body(delivery: Delivery, data: dict[str, Any]) -> bytes:
    return orjson.dumps(_envelope(delivery, data), default=plain, option=OPTIONS)


def _envelope(delivery: Delivery, data: dict[str, Any]) -> dict[str, Any]:
    at = delivery.happened_at.isoformat().replace("+00:00", "Z")
    return {"type": delivery.topic, "timestamp": at, "data": data}

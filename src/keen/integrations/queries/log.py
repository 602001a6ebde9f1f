"""What somebody may read of the log of messages: it names records, and fields of them, that are not everybody's to know."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from keen.core.domain.actor import Actor
from keen.integrations.models import Attempt, Delivery
from keen.records import declare


@dataclass(frozen=True)
class Seen:
    """A message as its reader may know it: `topic` and `record` are empty for what is about a record they may not see."""

    delivery: Delivery
    topic: str
    record: str

    @property
    def is_hidden(self) -> bool:
        """Whether it stays untold what the message is about."""
        return not self.topic


def seen_by(actor: Actor, deliveries: Sequence[Delivery]) -> list[Seen]:
    """The messages as the actor may know them, in the order given.

    Shape: of a record that is gone for good, the kind is told to who may see that kind.
    Cost: 2 queries for each kind of record among them.
    """
    hidden = _hidden(actor, deliveries)
    return [
        Seen(one, "", "")
        if (one.kind, one.record_id) in hidden
        else Seen(one, one.topic, f"{_label(one.kind)} {one.record_id}" if one.record_id else "")
        for one in deliveries
    ]


def _label(kind: str) -> str:
    record_type = declare.find(kind)
    return record_type.label if record_type else kind.capitalize()


def _hidden(actor: Actor, deliveries: Iterable[Delivery]) -> set[tuple[str, int | None]]:
    """The records, as (kind, id), that the actor may not see."""
    named: dict[str, set[int]] = defaultdict(set)
    for one in deliveries:
        if one.record_id is not None:
            named[one.kind].add(one.record_id)
    hidden: set[tuple[str, int | None]] = set()
    for kind, ids in named.items():
        record_type = declare.find(kind)
        if record_type is None or not actor.rights.scope(kind, "view").reach:
            hidden |= {(kind, pk) for pk in ids}
            continue
        model = record_type.model
        there = set(model.objects.filter(pk__in=ids).values_list("pk", flat=True))
        allowed = model.objects.filter(model.allowed(actor, "view"), pk__in=ids)
        hidden |= {(kind, pk) for pk in there - set(allowed.values_list("pk", flat=True))}
    return hidden


def said_to(actor: Actor, seen: Seen, tried: Attempt) -> tuple[dict[str, Any] | None, int]:
    """What was sent, as far as the actor may read it, and how many names of fields are left out of it; None for all of it."""
    body = tried.request.get("body")
    if seen.is_hidden or not isinstance(body, dict):
        return None, 0
    data = body.get("data")
    record_type = declare.find(seen.delivery.kind)
    if record_type is None or not isinstance(data, dict) or "changed" not in data:
        return body, 0
    readable = {field.name for field in record_type.readable(actor)}
    told = [name for name in data["changed"] if name in readable]
    return {**body, "data": {**data, "changed": told}}, len(data["changed"]) - len(told)

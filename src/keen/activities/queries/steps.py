"""What comes next for a record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, QuerySet

from keen.activities.domain.choices import KINDS
from keen.activities.domain.marks import Mark, Times, mark
from keen.activities.models import Activity, ActivityLink
from keen.activities.queries.links import Reader, as_told
from keen.activities.queries.timeline import Place
from keen.core.domain.actor import Actor
from keen.core.prepared import Prepared, filled

MOST_STEPS = 5
MOST_READ = 1000
NAMES = dict(KINDS)


@dataclass(frozen=True)
class Step:
    """An open activity with its mark."""

    activity: Activity
    mark: Mark
    owner: str


def _open(reader: Reader, *ids: int) -> QuerySet[ActivityLink]:
    links = reader.links(*ids).filter(at__isnull=True).select_related("activity__owner")
    ordered = links.order_by(F("activity__act_at").asc(nulls_last=True), "activity_id")
    return ordered[: MOST_STEPS * len(ids)]


def _open_of_many(reader: Reader, *ids: int) -> QuerySet[Any, Any]:
    names = ("record_id", "activity__kind", "activity__plan_on", "activity__due_at", "activity__starts_at")
    found = reader.links(*ids).filter(at__isnull=True).values_list(*names)
    return found.order_by(F("activity__act_at").asc(nulls_last=True), "activity_id")[:MOST_READ]


_open_links = Prepared(_open)
_nearest_links = Prepared(_open_of_many)


def next_steps(actor: Actor, place: Place, now: datetime) -> list[Step]:
    """The open activities of a record that the actor can see, the nearest first, five at most.

    Cost: 1 query.
    """
    zone = zone_of(actor)
    links = _open_links.rows(Reader.of(actor, place.kind), *place.ids)
    found = {link.activity_id: link.activity for link in links}
    return [
        Step(activity, mark(activity.times, now, zone), activity.owner.name if activity.owner else "nobody")
        for activity in as_told(actor, list(found.values())[:MOST_STEPS])
    ]


def nearest(actor: Actor, kind: str, ids: Sequence[int], now: datetime) -> dict[int, Mark]:
    """The mark of the nearest open activity of each of the records that the actor can see, with what it is.

    Cost: 1 query.
    """
    if not ids:
        return {}
    zone, marks = zone_of(actor), dict[int, Mark]()
    for record_id, what, *times in _nearest_links.rows(Reader.of(actor, kind), *filled(ids)):
        if record_id not in marks:
            told = mark(Times(*times), now, zone)
            marks[record_id] = Mark(told.state, f"{NAMES[what]}: {told.text}")
    return marks


def zone_of(actor: Actor) -> ZoneInfo:
    """The time zone of the person, or the company's."""
    return ZoneInfo(actor.zone or settings.TIME_ZONE)

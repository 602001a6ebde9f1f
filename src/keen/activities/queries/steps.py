"""What comes next for a record."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F

from keen.activities.domain.marks import Mark, mark
from keen.activities.models import Activity, ActivityLink
from keen.activities.queries.timeline import Place, linked
from keen.core.domain.actor import Actor

MOST_STEPS = 5


@dataclass(frozen=True)
class Step:
    """An open activity with its mark."""

    activity: Activity
    mark: Mark
    owner: str


def next_steps(actor: Actor, place: Place, now: datetime) -> list[Step]:
    """The open activities of a record that the actor can see, the nearest first, five at most.

    Cost: 1 query.
    """
    open_ones = ActivityLink.objects.filter(linked(actor, place), at__isnull=True).select_related(
        "activity__owner"
    )
    ordered = open_ones.order_by(F("activity__act_at").asc(nulls_last=True), "activity_id")
    zone = zone_of(actor)
    found = {link.activity_id: link.activity for link in ordered[: MOST_STEPS * len(place.ids)]}
    return [
        Step(activity, mark(activity.times, now, zone), activity.owner.name if activity.owner else "nobody")
        for activity in list(found.values())[:MOST_STEPS]
    ]


def zone_of(actor: Actor) -> ZoneInfo:
    """The time zone of the person, or the company's."""
    return ZoneInfo(actor.zone or settings.TIME_ZONE)

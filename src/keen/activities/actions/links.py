"""The places of activities on timelines, kept in step with their rows."""

from collections.abc import Sequence

from keen.activities.models import Activity, ActivityLink
from keen.activities.queries.notices import MENTION
from keen.core.actions import rows
from keen.core.models import Notice


def follow(activities: Sequence[Activity]) -> None:
    """Write the places of the activities anew; those in the trash have none, and nobody is told of them any more.

    Cost: 2 queries a batch of 500, 1 more where some are private or in the trash.
    """
    _unmention([activity.pk for activity in activities if activity.is_private or activity.deleted_at])
    ActivityLink.objects.filter(activity_id__in=[activity.pk for activity in activities]).delete()
    places = [
        (activity.pk, kind, pk, activity.stands_at)
        for activity in activities
        if activity.deleted_at is None
        for kind, pk in sorted(activity.places())
    ]
    rows.write(ActivityLink, ("activity_id", "record_kind", "record_id", "at"), places)


def _unmention(ids: Sequence[int]) -> None:
    """Take back what a mention showed of notes that others may no longer read."""
    if ids:
        Notice.objects.filter(kind=MENTION, once__in=[f"{MENTION}:{pk}" for pk in ids]).delete()

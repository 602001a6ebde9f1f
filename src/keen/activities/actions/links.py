"""The places of activities on timelines, kept in step with their rows."""

from collections.abc import Sequence

from keen.activities.models import PEOPLE, Activity, ActivityLink
from keen.activities.queries.notices import MENTION
from keen.core.actions import rows
from keen.core.actions.operations import Work
from keen.core.models import Notice
from keen.records import declare
from keen.records.actions import store
from keen.records.models import Record


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


def bring_along(work: Work, keep: Record, lose: Record) -> int:
    """How many activities are about the kept record now. Those of people and companies follow these already.

    Cost: 1 query and those of `store.alter`.
    """
    if lose.KIND in PEOPLE:
        return 0
    found = Activity.objects.select_for_update().filter(about_kind=lose.KIND, about_id=lose.pk).order_by("pk")
    made = [store.Alteration(one, {"about_id": keep.pk}, "relinked") for one in found]
    return len(store.alter(work, declare.get(Activity.KIND), made))


def _unmention(ids: Sequence[int]) -> None:
    """Take back what a mention showed of notes that others may no longer read."""
    if ids:
        Notice.objects.filter(kind=MENTION, once__in=[f"{MENTION}:{pk}" for pk in ids]).delete()

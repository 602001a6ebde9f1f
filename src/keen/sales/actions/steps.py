"""What comes next for each deal, kept beside it: lists and boards need no look at the activities."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from keen.activities.domain.choices import Status
from keen.activities.models import Activity
from keen.sales.models import Opportunity

COLUMNS = ("next_step_on", "next_step", "next_kind", "stale_on")


def follow(activities: Sequence[Activity]) -> None:
    """Write the nearest open activity beside the deals that these activities are about.

    Shape: private activities are no next step here, for others would read them.
    Cost: none where no deal is concerned, else 2 queries and 1 for each deal that changes.
    """
    ids = {one.about_id for one in activities if one.about_kind == Opportunity.KIND and one.about_id}
    if not ids:
        return
    waiting = Activity.objects.living().filter(
        about_kind=Opportunity.KIND, about_id__in=ids, status=Status.OPEN.value, is_private=False
    )
    nearest: dict[int, Activity] = {}
    for activity in waiting.order_by("act_at", "pk"):
        nearest.setdefault(activity.about_id, activity)
    for deal in Opportunity.objects.filter(pk__in=ids):
        _keep(deal, nearest.get(deal.pk))


def _keep(deal: Opportunity, step: Activity | None) -> None:
    before = [getattr(deal, name) for name in COLUMNS]
    zone = ZoneInfo(settings.TIME_ZONE)
    deal.next_step_on = _day_of(step, zone) if step else None
    deal.next_step = step.subject if step else ""
    deal.next_kind = step.kind if step else ""
    deal.derive_stale()
    after = {name: getattr(deal, name) for name in COLUMNS}
    if [*after.values()] != before:
        Opportunity.objects.filter(pk=deal.pk).update(**after)


def _day_of(step: Activity, zone: ZoneInfo) -> date | None:
    at: date | datetime | None = step.plan_on or step.starts_at or step.due_at
    return at.astimezone(zone).date() if isinstance(at, datetime) else at

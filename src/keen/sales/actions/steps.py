"""What comes next for each deal and lead, kept beside it: lists and boards need no look at the activities."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from keen.activities.domain.choices import Status, is_contact
from keen.activities.models import Activity
from keen.sales.models import Lead, Opportunity

STEP = ("next_step_on", "next_step", "next_kind")
KEPT: dict[type[Opportunity | Lead], tuple[str, ...]] = {
    Opportunity: (*STEP, "stale_on"),
    Lead: (*STEP, "first_touch_at", "touches", "score"),
}


def follow(activities: Sequence[Activity]) -> None:
    """Write the nearest open activity beside the deals and leads that these activities are about.

    Shape: private activities are no next step here, for others would read them.
    Cost: none where neither is concerned, else 2 queries a kind, 1 more for leads, and 1 for each record that changes.
    """
    for model in KEPT:
        ids = {one.about_id for one in activities if one.about_kind == model.KIND and one.about_id}
        if ids:
            _follow(model, ids)


def _follow(model: type[Opportunity | Lead], ids: set[int]) -> None:
    about = Activity.objects.living().filter(about_kind=model.KIND, about_id__in=ids)
    waiting = about.filter(status=Status.OPEN.value, is_private=False)
    nearest: dict[int, Activity] = {}
    for activity in waiting.order_by("act_at", "pk"):
        nearest.setdefault(activity.about_id, activity)
    touched = _touches(about) if model is Lead else {}
    for row in model.objects.filter(pk__in=ids):
        _keep(row, nearest.get(row.pk), touched.get(row.pk, []))


def _touches(about: Any) -> dict[int, list[datetime]]:
    """When somebody was really in touch with each lead, in order."""
    done = about.filter(done_at__isnull=False).order_by("done_at", "pk")
    found: dict[int, list[datetime]] = {}
    for pk, kind, outcome, at in done.values_list("about_id", "kind", "outcome", "done_at"):
        if is_contact(kind, outcome):
            found.setdefault(pk, []).append(at)
    return found


def _keep(row: Opportunity | Lead, step: Activity | None, touched: Sequence[datetime]) -> None:
    names = KEPT[type(row)]
    before = [getattr(row, name) for name in names]
    zone = ZoneInfo(settings.TIME_ZONE)
    row.next_step_on = _day_of(step, zone) if step else None
    row.next_step = step.subject if step else ""
    row.next_kind = step.kind if step else ""
    if isinstance(row, Lead):
        row.first_touch_at, row.touches = (touched[0] if touched else None), len(touched)
        row.derive()
    else:
        row.derive_stale()
    after = {name: getattr(row, name) for name in names}
    if [*after.values()] != before:
        type(row).objects.filter(pk=row.pk).update(**after)


def _day_of(step: Activity, zone: ZoneInfo) -> date | None:
    at: date | datetime | None = step.plan_on or step.starts_at or step.due_at
    return at.astimezone(zone).date() if isinstance(at, datetime) else at

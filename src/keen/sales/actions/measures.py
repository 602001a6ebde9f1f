"""What the background sees: how long deals usually stand where, and what a new day changes for each of them."""

from datetime import datetime

from django.db import transaction

from keen.core.actions import stamps
from keen.sales.actions.pipelines import rederive
from keen.sales.domain.attention import median_days
from keen.sales.domain.pipeline import ENOUGH_STAYS
from keen.sales.models import Opportunity, Stage, StageStay
from keen.sales.models.pipelines import rates

MOST_STAYS = 500


def measure_stages() -> int:
    """How many stages have another usual time than before: the median of their latest finished stays.

    Cost: 1 query for each stage; those of deriving anew where something changed.
    """
    changed = []
    with transaction.atomic():
        for stage in Stage.objects.select_for_update().filter(archived_at__isnull=True):
            past = StageStay.objects.filter(stage=stage.key, left_at__isnull=False).order_by(
                "-left_at", "-pk"
            )
            rows = past.values_list("entered_at", "left_at")[:MOST_STAYS]
            stays = [(entered, left) for entered, left in rows if left is not None]
            days, count = median_days(stays), len(stays)
            enough = min(count, ENOUGH_STAYS) != min(stage.seen_count, ENOUGH_STAYS)
            if days != stage.seen_days or enough:
                changed.append(stage.key)
            Stage.objects.filter(pk=stage.pk).update(seen_days=days, seen_count=count)
        if changed:
            stamps.renew()
            rederive(Opportunity.objects.living().filter(stage__in=changed, closed_at__isnull=True))
    return len(changed)


def keep_values(now: datetime) -> int:
    """How many open deals in other currencies are worth what the rates say from this day on.

    Cost: 1 query for each currency that has a rate of the day; those of deriving anew.
    """
    today = now.date()
    due = [name for name, known in rates().known.items() if any(rate.on == today for rate in known)]
    with transaction.atomic():
        return rederive(Opportunity.objects.living().filter(amount__currency__in=due, closed_at__isnull=True))

"""What deals come to, by stage and month: it feeds the forecast."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from keen.core.domain.actor import Actor
from keen.sales.models import Opportunity


@dataclass(frozen=True)
class Sums:
    """The deals of one stage and one month: how many, what they come to, and that by its probability.

    Units: the company's currency. `month` is its first day, None for deals without a close date.
    """

    stage: str
    month: date | None
    count: int
    value: Decimal
    weighted: Decimal


def by_stage_and_month(actor: Actor, first: date, last: date, *, pipeline: str = "") -> list[Sums]:
    """What the deals that the actor may see come to, by stage and month, from one day through another.

    Shape: open deals count in the month of their close date, decided ones in that of the decision; a reader from whom
    the amounts are hidden gets counts alone.
    Cost: 1 query.
    """
    rows = Opportunity.objects.visible_to(actor).filter(counts_on__gte=first, counts_on__lte=last)
    if pipeline:
        rows = rows.filter(pipeline=pipeline)
    hides = actor.rights.hidden.get(Opportunity.KIND, frozenset())
    found = (
        rows.order_by()
        .annotate(month=TruncMonth("counts_on"))
        .values("stage", "month")
        .annotate(count=Count("pk"), total=Sum("value"), weighed=Sum("weighted"))
        .order_by("month", "stage")
    )
    unseen, unweighed = bool({"amount", "value"} & hides), bool({"amount", "value", "weighted"} & hides)
    return [
        Sums(
            row["stage"],
            row["month"],
            row["count"],
            Decimal(0) if unseen else row["total"] or Decimal(0),
            Decimal(0) if unweighed else row["weighed"] or Decimal(0),
        )
        for row in found
    ]

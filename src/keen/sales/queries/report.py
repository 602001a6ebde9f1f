"""What deals come to, by stage and month: it feeds the forecast."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, Func, Sum

from keen.core.domain.actor import Actor
from keen.records import declare
from keen.sales.models import Opportunity


@dataclass(frozen=True)
class Sums:
    """The deals of one stage and one month: how many, what they come to, and that by its probability.

    Units: the company's currency. `month` is its first day.
    """

    stage: str
    month: date
    count: int
    value: Decimal
    weighted: Decimal


class Month(Func):
    """The month of a day as "2026-11", made by the database itself: Django's own asks Python for every row on SQLite."""

    arity = 1
    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        """The first letters of the text that a day is there."""
        return self.as_sql(compiler, connection, template="substr(%(expressions)s, 1, 7)")

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        """The same from a date."""
        return self.as_sql(compiler, connection, template="to_char(%(expressions)s, 'YYYY-MM')")


def by_stage_and_month(actor: Actor, first: date, last: date, *, pipeline: str = "") -> list[Sums]:
    """What the deals that the actor may see come to, by stage and month, from one day through another.

    Shape: open deals count in the month of their close date, decided ones in that of the decision; a reader from whom
    the amounts are hidden gets counts alone.
    Cost: 1 query.
    """
    rows = Opportunity.objects.visible_to(actor).filter(counts_on__gte=first, counts_on__lte=last)
    if pipeline:
        rows = rows.filter(pipeline=pipeline)
    hides = declare.get(Opportunity.KIND).hidden(actor)
    found = (
        rows.order_by()
        .annotate(month=Month("counts_on"))
        .values("stage", "month")
        .annotate(count=Count("pk"), total=Sum("value"), weighed=Sum("weighted"))
        .order_by("month", "stage")
    )
    unseen, unweighed = bool({"amount", "value"} & hides), bool({"amount", "value", "weighted"} & hides)
    return [
        Sums(
            row["stage"],
            date.fromisoformat(f"{row['month']}-01"),
            row["count"],
            Decimal(0) if unseen else row["total"] or Decimal(0),
            Decimal(0) if unweighed else row["weighed"] or Decimal(0),
        )
        for row in found
    ]

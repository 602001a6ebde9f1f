"""What deals come to, by stage and month."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from django.http import HttpResponse
from django.utils import timezone

from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.lib.errors import ForbiddenError
from keen.sales.models import Opportunity
from keen.sales.models.pipelines import pipelines
from keen.sales.panels import whole_money
from keen.sales.queries.report import Sums, by_stage_and_month

BACK, AHEAD = 6, 5


@route("opportunity.view")
def deals_report(request: KeenRequest) -> HttpResponse:
    """The deals of half a year back and half a year ahead, a row a stage and a column a month."""
    if request.actor.rights.hides(Opportunity.KIND, "stage"):
        raise ForbiddenError("forbidden", "The stages of deals are hidden from your role.")
    found = pipelines()
    pipeline = found.pipeline(request.GET.get("pipeline", "")[:40]) or found.offered[0]
    months = _months(timezone.localdate())
    last = (months[-1] + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    sums: dict[tuple[str, date], Sums] = {
        (one.stage, one.month): one
        for one in by_stage_and_month(request.actor, months[0], last, pipeline=pipeline.key)
    }
    totals: dict[date, Decimal] = defaultdict(Decimal)
    for (_, month), one in sums.items():
        totals[month] += one.weighted
    context = {
        "pipeline": pipeline,
        "pipelines": found.offered,
        "months": months,
        "rows": [(stage, [sums.get((stage.key, month)) for month in months]) for stage in pipeline.offered],
        "totals": [totals[month] for month in months],
        "this_month": months[BACK],
        "money": whole_money,
    }
    return pages.render(request, "sales/report.html", context)


def _months(today: date) -> list[date]:
    """The first days of the months that are shown."""
    first = today.year * 12 + today.month - 1 - BACK
    return [date((first + n) // 12, (first + n) % 12 + 1, 1) for n in range(BACK + 1 + AHEAD)]

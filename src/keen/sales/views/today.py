"""What Today and the week of sales need: the quarter, the agenda of a review, and targets."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from keen.activities.domain.ranking import Moment
from keen.activities.queries.steps import zone_of
from keen.core import pages
from keen.core.access import KeenRequest, note_refused, route
from keen.core.domain.seats import SETS_TARGETS, Seat, seat
from keen.lib.errors import RuleError
from keen.sales.actions.quotas import YEARS, Place, field_of, set_targets
from keen.sales.domain.quarters import quarter_of
from keen.sales.panels import whole_money
from keen.sales.queries import quotas, review
from keen.sales.views.lines import once

MOST_AGENDA = 60


@route("opportunity.view")
def quarter_panel(request: KeenRequest) -> HttpResponse:
    """What is won of the target of this quarter: one's own, or of those whom one leads."""
    actor = request.actor
    today = timezone.now().astimezone(zone_of(actor)).date()
    quarter = quarter_of(today)
    leads = seat(actor.rights) in {Seat.SALES_LEAD, Seat.EXECUTIVE}
    context = {"quarter": quarter, "left": (quarter.last - today).days, "money": whole_money, "leads": leads}
    if quotas.is_hidden(actor):
        return pages.render(request, "sales/_quarter.html", {**context, "standing": None, "people": []})
    standing, people = (
        quotas.led_standing(actor, quarter, today)
        if leads
        else (quotas.own_standing(actor, quarter, today), [])
    )
    context |= {"standing": standing, "people": people, "may_set": actor.rights.has(SETS_TARGETS)}
    return pages.render(request, "sales/_quarter.html", context)


@route("opportunity.view")
def changes_panel(request: KeenRequest) -> HttpResponse:
    """What changed since yesterday about the deals that one leads."""
    zone = zone_of(request.actor)
    midnight = timezone.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    found = review.changed(request.actor, midnight - timedelta(days=1))
    return pages.render(
        request, "sales/_changes.html", {"changes": found[:6], "more": max(len(found) - 6, 0)}
    )


@route("opportunity.view")
def review_page(request: KeenRequest) -> HttpResponse:
    """The agenda of a review: the deals that need somebody, under the people who have them."""
    moment = Moment(timezone.now(), zone_of(request.actor))
    found = review.review(request.actor, moment, most=MOST_AGENDA)
    changes = review.changed(request.actor, moment.now - timedelta(days=7))
    context = {"review": found, "changes": changes[:10], "today": moment.today}
    return pages.render(request, "sales/review.html", context)


@route("power:targets.set", methods=("GET", "HEAD", "POST"))
def targets(request: KeenRequest) -> HttpResponse:
    """The targets of a year, of the teams and people whom one leads."""
    today = timezone.localdate(timezone=ZoneInfo(settings.TIME_ZONE))
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 and int(asked) in YEARS else today.year
    rows = quotas.year_of_targets(request.actor, year)
    places: list[Place] = [(row.kind, row.id, number) for row in rows for number in range(1, 5)]
    errors: dict[str, str] = {}
    if request.method == "POST":
        wishes = {place: request.POST[field_of(place)] for place in places if field_of(place) in request.POST}
        try:
            receipt = set_targets(actor=request.actor, year=year, wishes=wishes, once=once(request))
        except RuleError as error:
            note_refused(request, error)
            errors = {error.field or "year": error.message}
        else:
            return pages.answer(request, receipt, to=f"{reverse('targets')}?year={year}")
    context = {
        "rows": rows,
        "year": year,
        "field_of": field_of,
        "errors": errors,
        "typed": request.POST if errors else {},
        "currency": settings.KEEN.currency,
    }
    return pages.render(request, "sales/targets.html", context, 422 if errors else 200)

"""Bringing a calendar file in: looked at first, then what was chosen is taken."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from keen.core import calendars, pages
from keen.core.access import KeenRequest, route
from keen.core.actions.calendar_file import take_days_away, take_days_off
from keen.core.domain import calendar_file
from keen.core.domain.calendar_file import Days
from keen.core.domain.hours import days_of
from keen.core.domain.receipts import Receipt
from keen.core.views.people import BOTH
from keen.lib.errors import RuleError

BACK, AHEAD = timedelta(days=31), timedelta(days=3 * 366)
AWAY, OFF = "away", "off"


@dataclass(frozen=True)
class Line:
    """Days of the file: which, and whether they are there already."""

    days: Days
    there: bool


@route(methods=BOTH)
def calendar_from_file(request: KeenRequest) -> HttpResponse:
    """A file is read and shown; what is ticked then comes in."""
    given = request.POST
    what = given.get("what", "") or request.GET.get("what", "") or AWAY
    site = given.get("site", "")
    if what not in {AWAY, OFF} or site not in calendars.site_calendars():
        raise Http404
    context: dict[str, Any] = {"what": what, "site": site, "errors": {}, "lines": None, "left": []}
    if request.method == "POST":
        try:
            if given.get("act") == "take":
                receipt = _taken(request, what, site)
                return pages.answer(
                    request, receipt, to=reverse("company-calendar" if what == OFF else "calendar")
                )
            context |= _looked_at(request, what, site)
        except RuleError as error:
            if error.field is None:
                raise
            context["errors"] = {error.field: error.message}
    return _page(request, context)


def _page(request: KeenRequest, context: Mapping[str, Any]) -> HttpResponse:
    sites = [("", "Everybody"), *((site, site) for site in calendars.site_calendars() if site)]
    manages = request.actor.rights.has("users.manage")
    status = 422 if context["errors"] else 200
    return pages.render(
        request, "core/calendar_file.html", {**context, "sites": sites, "manages": manages}, status
    )


def _looked_at(request: KeenRequest, what: str, site: str) -> dict[str, Any]:
    """What the file would bring.

    Raises: RuleError.
    """
    file = request.FILES.get("file")
    if file is None or not file.size:
        raise RuleError("missing", "Choose a file that ends in .ics.", "file")
    if file.size > calendar_file.MOST_BYTES:
        raise RuleError("too_large", "This file is larger than a megabyte. Export a shorter time.", "file")
    today = timezone.localdate()
    found = calendar_file.read(file.read(), today - BACK, today + AHEAD)
    left = Counter(found.left)
    return {
        "lines": _lines(request, what, site, found.found),
        "left": [f"{count:,} {calendar_file.REASONS[reason]}" for reason, count in sorted(left.items())],
        "file": file.name,
    }


def _lines(request: KeenRequest, what: str, site: str, found: Sequence[Days]) -> list[Line]:
    if what == OFF:
        off = calendars.days_off_among(site, {on for one in found for on in one})
        return [Line(one, all(on in off for on in one)) for one in found]
    away = [
        (one.first, one.last)
        for one in calendars.absences_of(request.actor.user_id or 0, timezone.localdate() - BACK)
    ]
    return [Line(one, any(one.first <= last and one.last >= first for first, last in away)) for one in found]


def _taken(request: KeenRequest, what: str, site: str) -> Receipt:
    chosen = [_chosen(request, said) for said in request.POST.getlist("day")[: calendar_file.MOST_DAYS + 1]]
    if what == OFF:
        return take_days_off(actor=request.actor, chosen=chosen, site=site)
    return take_days_away(actor=request.actor, user=request.user, chosen=chosen)


def _chosen(request: KeenRequest, said: str) -> Days:
    """What a ticked box stands for.

    Raises: RuleError.
    """
    place, _, days = said.partition(":")
    first, last = (days_of(one, "day") for one in (days.partition("/")[0], days.partition("/")[2]))
    if not timedelta() <= last - first < timedelta(days=calendar_file.LONGEST) or _is_far(first):
        raise RuleError("odd", "These days make no sense. Read the file again.", "day")
    return Days(first, last, request.POST.get(f"name-{place[:6]}", "")[: calendar_file.MOST_NAME])


def _is_far(on: date) -> bool:
    today = timezone.localdate()
    return not today - timedelta(days=366) - BACK <= on <= today + AHEAD

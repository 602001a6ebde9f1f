"""When people work: one's own calendar, that of those one leads, who is away, and the company's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from keen.core import calendars, pages, queries
from keen.core.access import KeenRequest, route
from keen.core.actions import calendars as own
from keen.core.actions.absence_list import bring_absences
from keen.core.domain.holidays import regions, supported
from keen.core.domain.hours import days_of, hours_of, hours_text
from keen.core.domain.worktime import FULL_TIME, WEEK, WEEKDAYS, Worktime, part_time_percent
from keen.core.models import User
from keen.core.views.people import BOTH, MANAGE
from keen.lib import countries
from keen.lib.errors import NotVisibleError, RuleError
from keen.lib.ids import id_of

WEEKS_SHOWN = 6
DAYS_SHOWN = 14
MOST_LISTED = 200


@route(methods=BOTH)
def calendar(request: KeenRequest, user_id: int | None = None) -> HttpResponse:
    """Somebody's weekly hours and days away, and the weeks that come."""
    user = _person(request, user_id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            receipt = _saved(request, user)
        except RuleError as error:
            if error.field is None:
                raise
            errors[error.field] = error.message
        else:
            return pages.answer(request, receipt, to=_address(request, user))
    return pages.render(
        request, "core/calendar.html", _context(request, user, errors), 422 if errors else 200
    )


def _person(request: KeenRequest, user_id: int | None) -> User:
    """The person whose calendar it is: oneself, or somebody whom one may set.

    Raises: NotVisibleError.
    """
    if user_id in {None, request.actor.user_id}:
        return request.user
    found = User.objects.select_related("team").filter(pk=user_id, is_active=True).first()
    if found is None or not calendars.may_set(request.actor, found):
        raise NotVisibleError
    return found


def _address(request: KeenRequest, user: User) -> str:
    is_own = user.pk == request.actor.user_id
    return reverse("calendar") if is_own else reverse("calendar-of", args=[user.pk])


def _saved(request: KeenRequest, user: User) -> Any:
    given = request.POST
    if given.get("what") == "week":
        week = own.Week(
            valid_from=days_of(given.get("valid_from", ""), "valid_from"),
            minutes=tuple(hours_of(given.get(f"h{day}", "")) for day in range(WEEK)),
            country=given.get("country", ""),
            region=given.get("region", "") if given.get("country") == given.get("region_of") else "",
        )
        return own.set_week(actor=request.actor, user=user, week=week)
    first = days_of(given.get("first", ""), "first")
    last = days_of(given.get("last", "") or given.get("first", ""), "last")
    half = given.get("half", "")
    leave = own.Leave(
        first=first,
        last=last,
        from_noon=half in {"noon", "both"},
        until_noon=half in {"until", "both"},
        stand_in_id=id_of(given.get("stand_in", "")),
    )
    return own.mark_away(actor=request.actor, user=user, leave=leave)


@dataclass(frozen=True)
class Cell:
    """A day of the month strip: how it is, and what stands in it."""

    on: date
    state: str
    says: str
    is_today: bool = False


def _cells(worktime: Worktime, first: date, count: int, today: date) -> list[Cell]:
    return [_cell(worktime, first + timedelta(days=n), today) for n in range(count)]


def _cell(worktime: Worktime, on: date, today: date) -> Cell:
    share, away = worktime.share(on), worktime.away(on)
    if away and worktime.week(on)[on.weekday()]:
        state, says = ("away", "Away") if away == 1 else ("half", "Half")
    elif worktime.free(on):
        state, says = "free", worktime.holiday(on)
    else:
        state, says = ("work", hours_text(worktime.minutes(on))) if share else ("off", "")
    return Cell(on, state, says, on == today)


def _context(request: KeenRequest, user: User, errors: Mapping[str, str]) -> dict[str, Any]:
    today, worktime = timezone.localdate(), user.worktime
    monday = today - timedelta(days=today.weekday())
    patterns = list(calendars.patterns_of(user.pk))
    typed = request.POST if errors else {}
    latest = patterns[0] if patterns else None
    country = str(typed.get("country", latest.country if latest else ""))
    cells = _cells(worktime, monday, WEEKS_SHOWN * WEEK, today)
    away_today = worktime.back_on(today)
    return {
        "person": user,
        "is_own": user.pk == request.actor.user_id,
        "address": _address(request, user),
        "errors": errors,
        "typed": typed,
        "today": today,
        "next_working": worktime.next_working(today),
        "assumed": worktime.assumed(today),
        "week": worktime.week(today),
        "hours": [
            (day, name, typed.get(f"h{day}", hours_text(minutes)))
            for (day, name), minutes in zip(enumerate(WEEKDAYS), worktime.week(today), strict=True)
        ],
        "percent": part_time_percent(worktime.week(today)),
        "weeks": [cells[start : start + WEEK] for start in range(0, len(cells), WEEK)],
        "holidays": [cell for cell in cells if cell.state == "free" and cell.on >= today],
        "away": list(calendars.absences_of(user.pk, today)),
        "back_on": away_today,
        "quick": _quick(worktime, today) if away_today is None else [],
        "patterns": patterns,
        "percents": {pattern.pk: part_time_percent(pattern.minutes) for pattern in patterns},
        "countries": country_choices("The site's"),
        "country": country,
        "region": str(typed.get("region", latest.region if latest else "")),
        "regions": [("", "The whole country"), *regions(country)],
        "place": _place(worktime),
        "people": [("", "Nobody"), *((one.pk, one.name) for one in queries.people() if one.pk != user.pk)],
    }


def _quick(worktime: Worktime, today: date) -> list[tuple[str, date, date]]:
    """What one click marks: today, the next working day, the rest of the week."""
    after = worktime.next_working(today + timedelta(days=1))
    friday = today + timedelta(days=6 - today.weekday())
    named = "tomorrow" if after == today + timedelta(days=1) else f"{after:%A}"
    found = [("today", today, today)] if worktime.works(today) else []
    found.append((named, after, after))
    if after < friday and worktime.scheduled_days(after, friday) > 1:
        found.append(("the rest of the week", today if worktime.works(today) else after, friday))
    return found


def _place(worktime: Worktime) -> str:
    region = dict(regions(worktime.country)).get(worktime.region, "")
    named = countries.name(worktime.country) if worktime.country else ""
    return f"{region}, {named}" if region else named


def country_choices(nothing: str) -> list[tuple[str, str]]:
    """The countries whose holidays are known, by name."""
    known = ((code, countries.name(code)) for code in supported())
    return [("", nothing), *sorted(known, key=lambda pair: pair[1])]


@route(methods=("POST",))
def away_remove(request: KeenRequest, absence_id: int) -> HttpResponse:
    """Days that are worked on after all."""
    receipt = own.take_away_back(actor=request.actor, absence_id=absence_id)
    to = receipt.object.href if receipt.object else reverse("calendar")
    return pages.answer(request, receipt, to=to)


@route()
def team_calendar(request: KeenRequest) -> HttpResponse:
    """Who of one's teams is away, now and in the weeks that come."""
    today = timezone.localdate()
    everybody = request.actor.rights.has("users.manage")
    teams = None if everybody else sorted(request.actor.rights.teams)
    people = queries.people() if everybody else queries.people().filter(team__in=teams or ())
    led = calendars.led_teams(request.actor)
    shown = list(people[:MOST_LISTED])
    first = today - timedelta(days=today.weekday())
    away = list(calendars.away_between(today, today + timedelta(days=60), teams=teams)[:MOST_LISTED])
    context = {
        "now": [one for one in away if one.first <= today],
        "coming": [one for one in away if one.first > today],
        "days": [first + timedelta(days=n) for n in range(DAYS_SHOWN)],
        "rows": [(one, _cells(one.worktime, first, DAYS_SHOWN, today)) for one in shown],
        "may_set": {
            one.pk for one in shown if everybody or one.team_id in led or one.pk == request.actor.user_id
        },
        "today": today,
        "back": {one.pk: one.user.worktime.next_working(one.last) for one in away},
    }
    return pages.render(request, "core/team_calendar.html", context)


@route(MANAGE, methods=BOTH)
def company_calendar(request: KeenRequest) -> HttpResponse:
    """Where the sites lie, and the company's days off."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return pages.answer(request, _company_saved(request), to=reverse("company-calendar"))
        except RuleError as error:
            if error.field is None:
                raise
            errors[error.field] = error.message
    today = timezone.localdate()
    sites = calendars.site_calendars()
    context = {
        "errors": errors,
        "typed": request.POST if errors else {},
        "sites": [(one, [("", "The whole country"), *regions(one.country)]) for one in sites.values()],
        "site_names": [("", "Everybody"), *((site, site) for site in sites if site)],
        "countries": country_choices("Not set"),
        "off": list(calendars.days_off(today - timedelta(days=30))),
        "full_time": hours_text(sum(FULL_TIME)),
    }
    return pages.render(request, "core/company_calendar.html", context, 422 if errors else 200)


def _company_saved(request: KeenRequest) -> Any:
    given, actor = request.POST, request.actor
    site = given.get("site", "")
    if site not in calendars.site_calendars():
        raise Http404
    if given.get("what") == "place":
        country = given.get("country", "")
        region = given.get("region", "") if country == given.get("region_of") else ""
        return own.set_place(actor=actor, site=site, country=country, region=region)
    return own.add_day_off(
        actor=actor, on=days_of(given.get("on", ""), "on"), name=given.get("name", ""), site=site,
        half=bool(given.get("half")),
    )  # fmt: skip


@route(MANAGE, methods=("POST",))
def day_off_remove(request: KeenRequest, day_off_id: int) -> HttpResponse:
    """A day that is worked on after all."""
    receipt = own.remove_day_off(actor=request.actor, day_off_id=day_off_id)
    return pages.answer(request, receipt, to=reverse("company-calendar"))


@route(MANAGE, methods=BOTH)
def absence_list(request: KeenRequest) -> HttpResponse:
    """A list of days away from another system, pasted."""
    typed, errors = request.POST.get("list", ""), dict[str, str]()
    context: dict[str, Any]
    if request.method == "POST":
        try:
            brought = bring_absences(actor=request.actor, pasted=typed)
        except RuleError as error:
            if error.field is None:
                raise
            errors[error.field] = error.message
        else:
            if not brought.problems:
                return pages.answer(request, brought.receipt, to=reverse("team-calendar"))
            context = {"typed": typed, "errors": {}, "problems": brought.problems, "receipt": brought.receipt}
            return pages.render(request, "core/absence_list.html", context)
    context = {"typed": typed, "errors": errors, "problems": ()}
    return pages.render(request, "core/absence_list.html", context, 422 if errors else 200)

"""Questions about when people work and who is away."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from keen.core.domain.actor import Actor
from keen.core.models import Absence, CompanyDayOff, SiteCalendar, Team, User, WorkPattern


def may_set(actor: Actor, user: User) -> bool:
    """Whether the actor may say when the person works: their own, those of the team they lead, or all as administrator.

    Cost: none for one's own and for administrators, else 1 query.
    """
    if user.pk == actor.user_id or actor.rights.has("users.manage"):
        return True
    return user.team_id is not None and user.team_id in led_teams(actor)


def led_teams(actor: Actor) -> frozenset[int]:
    """The teams that the actor leads, with all below.

    Cost: 1 query.
    """
    leads = User.objects.filter(pk=actor.user_id or 0, leads_team=True, team__isnull=False).exists()
    return actor.rights.teams if leads else frozenset()


def away_between(first: date, last: date, *, teams: Collection[int] | None = None) -> QuerySet[Absence]:
    """The days away that touch these days, of everybody or of these teams, by day.

    Cost: 1 query.
    """
    found = Absence.objects.filter(first__lte=last, last__gte=first, user__is_active=True)
    if teams is not None:
        found = found.filter(user__team__in=teams)
    return found.select_related("user__team", "stand_in").order_by("first", "user__name", "pk")


def absences_of(user_id: int, since: date) -> QuerySet[Absence]:
    """The person's days away that are not over before the day, by day.

    Cost: 1 query.
    """
    found = Absence.objects.filter(user=user_id, last__gte=since)
    return found.select_related("stand_in", "set_by").order_by("first", "pk")


def stood_in_for(user_id: int | None, day: date) -> QuerySet[Absence]:
    """The days away of others, of this day, in which the person stands in.

    Cost: 1 query.
    """
    found = Absence.objects.filter(stand_in=user_id, first__lte=day, last__gte=day, user__is_active=True)
    return found.select_related("user").order_by("last", "pk")


def patterns_of(user_id: int) -> QuerySet[WorkPattern]:
    """The person's weekly hours, the latest first.

    Cost: 1 query.
    """
    return WorkPattern.objects.filter(user=user_id).order_by("-valid_from")


def site_calendars() -> dict[str, SiteCalendar]:
    """The calendars by site; the company's under "". Sites of teams without one have an empty one.

    Cost: 2 queries.
    """
    kept = {calendar.site: calendar for calendar in SiteCalendar.objects.all()}
    sites = Team.objects.exclude(site="").values_list("site", flat=True).distinct()
    return {site: kept.get(site) or SiteCalendar(site=site) for site in sorted({"", *sites, *kept})}


def days_off(since: date) -> QuerySet[CompanyDayOff]:
    """The company's days off from the day on.

    Cost: 1 query.
    """
    return CompanyDayOff.objects.filter(on__gte=since).order_by("on", "site")


def days_off_among(site: str, days: Collection[date]) -> set[date]:
    """Which of the days the site, or the company for "", has off already.

    Cost: 1 query.
    """
    return set(CompanyDayOff.objects.filter(site=site, on__in=days).values_list("on", flat=True))

"""The worktime on each person's row, kept in step with patterns, calendars and days away."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from keen.core.domain.worktime import Away, DayOff, Pattern, Worktime
from keen.core.models import Absence, CompanyDayOff, SiteCalendar, User, WorkPattern


def refresh_worktimes(ids: Iterable[int] | None = None) -> None:
    """The worktimes of these people, or of everybody, follow the tables.

    Cost: 5 queries and 1 for each 200 people whose worktime changes.
    """
    users = User.objects.select_related("team").only("calendar", "team__site")
    patterns, absences = WorkPattern.objects.all(), Absence.objects.all()
    if ids is not None:
        chosen = list(ids)
        users = users.filter(pk__in=chosen)
        patterns, absences = patterns.filter(user__in=chosen), absences.filter(user__in=chosen)
    own: dict[int, list[WorkPattern]] = defaultdict(list)
    away: dict[int, list[Absence]] = defaultdict(list)
    for pattern in patterns.order_by("valid_from"):
        own[pattern.user_id].append(pattern)
    for absence in absences.order_by("first", "pk"):
        away[absence.user_id].append(absence)
    sites = {calendar.site: calendar for calendar in SiteCalendar.objects.all()}
    off = list(CompanyDayOff.objects.order_by("on"))
    changed = []
    for user in users:
        site = user.team.site if user.team else ""
        found = _worktime(own[user.pk], away[user.pk], _calendar(sites, site), _off(off, site))
        plain: dict[str, Any] = found.to_json() if found != Worktime() else {}
        if plain != user.calendar:
            user.calendar = plain
            changed.append(user)
    User.objects.bulk_update(changed, ["calendar"], batch_size=200)


def _worktime(
    patterns: list[WorkPattern], absences: list[Absence], calendar: SiteCalendar, off: tuple[DayOff, ...]
) -> Worktime:
    latest = patterns[-1] if patterns else None
    lives_elsewhere = latest is not None and bool(latest.country)
    return Worktime(
        patterns=tuple(Pattern(one.valid_from, tuple(one.minutes)) for one in patterns),
        country=latest.country if latest and lives_elsewhere else calendar.country,
        region=latest.region if latest and lives_elsewhere else calendar.region,
        off=off,
        absences=tuple(Away(one.first, one.last, one.from_noon, one.until_noon) for one in absences),
    )


def _calendar(sites: dict[str, SiteCalendar], site: str) -> SiteCalendar:
    """The calendar of the site, or the company's."""
    return sites.get(site) or sites.get("") or SiteCalendar()


def _off(off: list[CompanyDayOff], site: str) -> tuple[DayOff, ...]:
    return tuple(DayOff(one.on, one.name, one.half) for one in off if one.site in {"", site})

"""The people of the demo company: teams, roles, when they work and when they are away, and what may be recorded of them."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from keen.adoption.models import TeamReview
from keen.core.actions.rights import ensure_roles, refresh_rights
from keen.core.actions.worktimes import refresh_worktimes
from keen.core.domain.worktime import FULL_TIME
from keen.core.models import Absence, CompanyDayOff, Role, SiteCalendar, Team, User, WorkPattern
from keen.site.demo.staff import COMPANY, COUNTRIES, SITES, Colleague, teams_of
from keen.site.demo.truth import PART_TIME_WEEKS, SEED, Times, Type, review_of
from keen.telemetry.domain.levels import Level
from keen.telemetry.models import LevelChange

FIRST_WORD = time(8)
AT_WORK_DAYS = 10
ADMINISTRATOR, COUNCIL = "Sam Fischer", "Bernd Hagen"
REASON = "The roll-out is to be judged by what happens, not by opinion. Leads see their own teams; agreed with the council."


@dataclass(frozen=True)
class Hired:
    """Somebody with their row, and the chance that is theirs alone: who else works here changes nothing about it."""

    colleague: Colleague
    user: User
    chance: random.Random

    @property
    def zone(self) -> ZoneInfo:
        """Where they are."""
        return ZoneInfo(self.colleague.zone)


def hire(colleagues: tuple[Colleague, ...], times: Times) -> list[Hired]:
    """The people with teams, roles and calendars. Nobody has a password."""
    made_at = datetime.combine(times.first, FIRST_WORD, tzinfo=ZoneInfo("Europe/Berlin")) - timedelta(days=14)
    users = _users(colleagues, _teams(colleagues), made_at, times)
    hired = [
        Hired(one, user, random.Random(f"{SEED} {one.email}"))  # noqa: S311  for made-up data
        for one, user in zip(colleagues, users, strict=True)
    ]
    _calendars(times)
    _reviews(hired)
    WorkPattern.objects.bulk_create(_patterns(hired, times), batch_size=500)
    Absence.objects.bulk_create(
        (absence for one in hired for absence in _absences(one, times)), batch_size=500
    )
    refresh_worktimes()
    _record_by_person(hired, made_at + timedelta(days=7))
    known = User.objects.select_related("team").in_bulk([user.pk for user in users])
    return [Hired(one.colleague, known[one.user.pk], one.chance) for one in hired]


def _teams(colleagues: tuple[Colleague, ...]) -> dict[str, Team]:
    company = Team.objects.create(name=COMPANY, site=SITES[COMPANY])
    made = {
        name: Team.objects.create(name=name, parent=company, site=site) for name, site in teams_of(colleagues)
    }
    return {COMPANY: company, **made}


def _users(colleagues: Sequence[Colleague], teams: dict[str, Team], at: datetime, times: Times) -> list[User]:
    roles = ensure_roles()
    users, held = [], []
    for one in colleagues:
        user = User(
            email=one.email,
            name=one.name,
            job_title=one.job_title,
            team=teams[one.team],
            leads_team=one.leads,
            zone=one.zone,
        )
        user.set_unusable_password()
        users.append(user)
        held.append(roles[one.role])
    User.objects.bulk_create(users, batch_size=200)
    User.objects.filter(pk__in=[user.pk for user in users]).update(created_at=at)
    for one, user in zip(colleagues, users, strict=True):
        if one.type is Type.NEW:
            joined = datetime.combine(times.joined(one.type), FIRST_WORD, tzinfo=ZoneInfo(one.zone))
            User.objects.filter(pk=user.pk).update(created_at=joined)
    _give(users, held)
    refresh_rights(users)
    return users


def _give(users: Sequence[User], roles: Sequence[Role]) -> None:
    through = User.roles.through
    through.objects.bulk_create(
        [through(user_id=user.pk, role_id=role.pk) for user, role in zip(users, roles, strict=True)],
        batch_size=400,
    )


def _reviews(hired: Iterable[Hired]) -> None:
    """When each team holds its weekly review, as its lead said."""
    teams = {one.user.team_id: one.colleague.team for one in hired if one.user.team_id is not None}
    TeamReview.objects.bulk_create(
        [
            TeamReview(team_id=pk, weekday=weekday, minute=hour * 60)
            for pk, name in teams.items()
            for weekday, hour in [review_of(name)]
        ]
    )


def _calendars(times: Times) -> None:
    """Public holidays by site, and the days on which the company rests."""
    SiteCalendar.objects.bulk_create(
        [
            SiteCalendar(site=site, country=country, region=region)
            for site, (country, region) in COUNTRIES.items()
        ]
    )
    years = range(times.first.year, times.today.year + 2)
    CompanyDayOff.objects.bulk_create(
        [
            CompanyDayOff(on=day, name=name, half=half)
            for year in years
            for day, name, half in (
                (date(year, 6, 19), "Summer party", True),
                (date(year, 12, 24), "Christmas Eve", False),
                (date(year, 12, 31), "New Year's Eve", False),
            )
        ]
    )


def _patterns(hired: Iterable[Hired], times: Times) -> Iterator[WorkPattern]:
    part_timers = 0
    for one in hired:
        minutes = FULL_TIME
        if one.colleague.type is Type.PART_TIME:
            minutes = PART_TIME_WEEKS[part_timers % len(PART_TIME_WEEKS)]
            part_timers += 1
        first = times.joined(one.colleague.type)
        yield WorkPattern(user_id=one.user.pk, valid_from=first, minutes=list(minutes))


def _absences(one: Hired, times: Times) -> Iterator[Absence]:
    """Two holidays of a week or two a year for everybody, now and then a day or two, and the long leave of a few."""
    chance, whole = one.chance, (times.today - times.first).days
    spans = []
    for part in range(max(1, whole // 140)):
        start = times.first + timedelta(days=140 * part + chance.randrange(20, 110))
        spans.append((start, start + timedelta(days=chance.choice((4, 6, 11, 13)))))
    for _ in range(max(1, whole // 60)):
        start = times.first + timedelta(days=chance.randrange(max(whole, 1)))
        spans.append((start, start + timedelta(days=chance.choice((0, 0, 1, 2)))))
    if one.colleague.type is Type.KEEN:  # those whose doors people go through are there these days
        spans = [span for span in spans if span[1] < times.today - timedelta(days=AT_WORK_DAYS)]
    leave = times.leave(one.colleague.type)
    for first, last in (*spans, *((leave,) if leave else ())):
        yield Absence(
            user_id=one.user.pk,
            first=first,
            last=last,
            set_by_id=one.user.pk,
            set_at=datetime.combine(first, FIRST_WORD, tzinfo=one.zone) - timedelta(days=21),
        )


def _record_by_person(hired: Iterable[Hired], at: datetime) -> None:
    """The level that the company agreed on before it began: by person, asked for by one and agreed to by another."""
    people = {one.colleague.name: one.user.pk for one in hired}
    LevelChange.objects.create(
        level=Level.PERSON.value,
        before=Level.AGGREGATED.value,
        reason=REASON,
        state=LevelChange.IN_FORCE,
        asked_by_id=people[ADMINISTRATOR],
        asked_at=at - timedelta(days=2),
        decided_by_id=people[COUNCIL],
        decided_at=at,
    )

"""Who was there on a day: team, roles and calendar as they were then, and whether use was recorded by person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import orjson
from django.conf import settings
from django.utils import timezone

from keen.adoption.domain.catalogue import valued
from keen.core.domain.worktime import Worktime
from keen.core.models import Change, Role, User
from keen.telemetry.domain.levels import Level
from keen.telemetry.models import LevelChange

NAMELESS = "@erased.invalid"
ERASED_USAGE = "erased usage"


@dataclass(frozen=True)
class Member:
    """Somebody as the database knows them now, with what changed since, the newest first."""

    id: int
    team: int | None
    roles: str
    active: bool
    leads: bool
    since: date
    calendar: str
    changes: Sequence[tuple[date, Mapping[str, Any]]] = ()
    erased_on: date | None = None

    def at(self, day: date) -> tuple[int | None, str, bool]:
        """Team, roles and whether they could sign in, at the end of the day."""
        team, roles, active = self.team, self.roles, self.active
        for on, before in self.changes:
            if on <= day:
                break
            team = before.get("team", team)
            roles = "+".join(sorted(before["roles"])) if "roles" in before else roles
            active = before.get("is_active", active)
        return team, roles, active

    def erased_by(self, day: date) -> bool:
        """Whether the day is among those of which they took out what was recorded."""
        return self.erased_on is not None and day <= self.erased_on

    @property
    def worktime(self) -> Worktime:
        """When they work."""
        return _worktime(self.calendar)

    def works(self, day: date) -> bool:
        """Whether they work on the day, be it half of it."""
        return _share(self.calendar, day)[0] > 0


@dataclass(frozen=True)
class Everybody:
    """All people, and the levels that were in force since when, the newest first."""

    members: Mapping[int, Member] = field(default_factory=dict)
    levels: Sequence[tuple[date, Level]] = ()

    def level(self, day: date) -> Level:
        """What was recorded on the day; on the day of a change the lower of the two."""
        held = [level for on, level in self.levels if on < day]
        found = held[0] if held else Level.AGGREGATED
        changed = [level for on, level in self.levels if on == day]
        return min([found, *changed], key=lambda level: level.rank)

    def rows(self, day: date) -> list[tuple[Any, ...]]:
        """The people of the day, as the table `person_day` has them; nobody while nothing at all is recorded."""
        level = self.level(day)
        if level is Level.NONE:
            return []
        watched = level is Level.PERSON
        found = []
        for one in self.members.values():
            team, roles, active = one.at(day)
            if one.since > day or not active or not valued(roles) or one.erased_by(day):
                continue
            share, assumed, away = _share(one.calendar, day)
            found.append((one.id, day.toordinal(), team, roles, share, assumed, away, watched))
        return found


def everybody() -> Everybody:
    """All people with their histories.

    Cost: 6 queries.
    """
    keys = dict(Role.objects.values_list("pk", "key"))
    roles: dict[int, list[str]] = {}
    for user_id, role_id in User.roles.through.objects.values_list("user_id", "role_id"):
        roles.setdefault(user_id, []).append(keys[role_id])
    changes, erased = _changes()
    members = {}
    for user in User.objects.exclude(email__endswith=NAMELESS).only(
        "id", "team_id", "is_active", "leads_team", "created_at", "calendar"
    ):
        members[user.pk] = Member(
            id=user.pk,
            team=user.team_id,
            roles="+".join(sorted(roles.get(user.pk, ()))),
            active=user.is_active,
            leads=user.leads_team,
            since=_local(user.created_at),
            calendar=orjson.dumps(user.calendar, option=orjson.OPT_SORT_KEYS).decode(),
            changes=changes.get(user.pk, ()),
            erased_on=erased.get(user.pk),
        )
    return Everybody(members, _levels())


def erased() -> dict[int, date]:
    """Who took out what is recorded about them, and when last.

    Cost: 1 query.
    """
    return _changes()[1]


def _changes() -> tuple[dict[int, list[tuple[date, Mapping[str, Any]]]], dict[int, date]]:
    """What changed of each person, and when who took what is recorded about them away."""
    found: dict[int, list[tuple[date, Mapping[str, Any]]]] = {}
    erased: dict[int, date] = {}
    rows = Change.objects.filter(kind="user").order_by("-at", "-pk")
    for person, at, verb, before in rows.values_list("record_id", "at", "verb", "before"):
        if verb == ERASED_USAGE:
            erased.setdefault(person, _local(at))
        elif {"team", "roles", "is_active"} & before.keys():
            found.setdefault(person, []).append((_local(at), before))
    return found, erased


def _levels() -> list[tuple[date, Level]]:
    decided = LevelChange.objects.filter(state=LevelChange.IN_FORCE, decided_at__isnull=False)
    rows = decided.order_by("-decided_at", "-pk").values_list("decided_at", "level")
    return [(_local(at), Level(level)) for at, level in rows if at is not None]


def _local(at: datetime) -> date:
    return at.astimezone(timezone.get_default_timezone()).date()


@lru_cache(maxsize=4_000)
def _worktime(calendar: str) -> Worktime:
    return Worktime.from_json(orjson.loads(calendar), country=settings.KEEN.region)


@lru_cache(maxsize=200_000)
def _share(calendar: str, day: date) -> tuple[float, bool, bool]:
    worktime = _worktime(calendar)
    return float(worktime.share(day)), worktime.assumed(day), worktime.away(day) == 1

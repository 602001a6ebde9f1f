"""What a process knows of the level in force and of who counts for which group, looked up again twice a minute."""

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone

from keen.core.models import Role, Team, User
from keen.telemetry.actions.keys import key_of_quarter
from keen.telemetry.domain.codes import code_of
from keen.telemetry.domain.groups import NO_LABEL, Member, labels
from keen.telemetry.domain.levels import Level
from keen.telemetry.domain.lines import Place, Rules
from keen.telemetry.queries import level_in_force

FRESH_SECONDS = 20.0
PEOPLE_FRESH_SECONDS = 300.0
NOWHERE = Place()


@dataclass(frozen=True)
class Policy:
    """What holds: the level with the key of its codes, and everybody's place."""

    level: Level = Level.AGGREGATED
    secret: str = ""
    places: dict[int, Place] = field(default_factory=dict)

    def rules(self) -> Rules:
        """The level with the code of it."""
        return Rules(self.level, self.code)

    def code(self, what: str) -> str:
        """The code that stands for something as long as the key lasts; "" without a key."""
        return code_of(self.secret, what)


class Keeper:
    """The policy of this process. A test may pin one, so that nothing is asked."""

    def __init__(self) -> None:
        self.pinned: Policy | None = None
        self._lock = threading.Lock()
        self._policy = Policy()
        self._until = 0.0
        self._people_until = 0.0

    def policy(self) -> Policy:
        """What is in force now, as of at most 20 seconds ago.

        Cost: nothing mostly; 1 query when it is looked up again, 2 for the codes, 4 for people's places every 5 minutes.
        """
        if self.pinned is not None:
            return self.pinned
        now = time.monotonic()
        if now < self._until:
            return self._policy
        with self._lock:
            if now >= self._until:
                self._look_up(now)
        return self._policy

    def forget(self) -> None:
        """Look everything up again the next time."""
        self._until = self._people_until = 0.0

    def _look_up(self, now: float) -> None:
        level = level_in_force()
        places = self._policy.places
        if level is not Level.NONE and now >= self._people_until:
            places = everybodys_places()
            self._people_until = now + PEOPLE_FRESH_SECONDS
        self._policy = Policy(level, _secret(level), places)
        self._until = now + FRESH_SECONDS


keeper = Keeper()


def _secret(level: Level) -> str:
    if level is Level.PSEUDONYMOUS:
        return key_of_quarter(timezone.localdate(timezone=timezone.get_default_timezone()))
    return str(settings.SECRET_KEY) if level is Level.PERSON else ""


def everybodys_places() -> dict[int, Place]:
    """The place of each active person.

    Cost: 4 queries.
    """
    keys = dict(Role.objects.values_list("pk", "key"))
    roles: dict[int, list[str]] = defaultdict(list)
    for user_id, role_id in User.roles.through.objects.values_list("user_id", "role_id"):
        roles[user_id].append(keys[role_id])
    members = {
        pk: Member(team, "+".join(sorted(roles[pk])))
        for pk, team in User.objects.filter(is_active=True).values_list("pk", "team_id")
    }
    parents: dict[int, int | None] = dict(Team.objects.values_list("pk", "parent_id"))
    written = labels(members, parents)
    return {pk: Place(member.team, member.role, written.get(pk, NO_LABEL)) for pk, member in members.items()}

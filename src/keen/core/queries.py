"""Questions about people, notices, receipts and backups."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Receipt
from keen.core.domain.roles import ROLES
from keen.core.models import (
    ApiToken,
    Backup,
    Change,
    Hold,
    Invitation,
    Notice,
    Operation,
    Role,
    Team,
    User,
)
from keen.core.wiring import wired

RECEIPT_SHOWN_FOR = timedelta(minutes=30)
BACKUPS_SHOWN = 20
BACKUP_LATE = timedelta(hours=49)
"""Two nights without a backup, and an hour."""


def unread_count(actor: Actor) -> int:
    """How many notices wait for the person, counted to 100.

    Cost: 1 query.
    """
    return waiting(actor)[:100].count()


def unread_beside() -> Coalesce:
    """How many notices wait for the person who is read, as part of reading them."""
    own = Notice.objects.filter(user_id=OuterRef("pk"), read_at__isnull=True).order_by()
    return Coalesce(Subquery(own.values("user_id").annotate(count=Count("pk")).values("count")), 0)


def unread(actor: Actor) -> QuerySet[Notice]:
    """The notices that wait for the person, newest first.

    Cost: 1 query.
    """
    return waiting(actor).select_related("by").order_by("-at")


def as_told_now(actor: Actor, notices: Iterable[Notice]) -> list[Notice]:
    """The notices with the words that their reader may read now; the rows are not to be saved.

    Cost: that of `notices`, and what the wired tellers cost.
    """
    given = list(notices)
    for tell in wired().tellers:
        for pk, (text, detail, href) in tell(actor, given).items():
            notice = next(one for one in given if one.pk == pk)
            notice.text, notice.detail, notice.href = text, detail, href
    return given


def waiting(actor: Actor) -> QuerySet[Notice]:
    """The notices that the person has not taken off the list; none for the system, nor for who looks as somebody else.

    Cost: 1 query.
    """
    own = Notice.objects.filter(read_at__isnull=True)
    if actor.user_id is None or actor.acting_by is not None:
        return own.none()
    return own.filter(user_id=actor.user_id)


def receipt_of(user_id: int | None, operation_id: UUID) -> Receipt | None:
    """The receipt of the person's own recent operation, None for anything else.

    Cost: 1 query.
    """
    since = timezone.now() - RECEIPT_SHOWN_FOR
    found = (
        Operation.objects.filter(pk=operation_id, actor_id=user_id, at__gte=since)
        .values_list("receipt", flat=True)
        .first()
    )
    return Receipt.from_json(found) if found else None


def people() -> QuerySet[User]:
    """Everybody who can sign in, by name.

    Cost: 1 query.
    """
    return User.objects.filter(is_active=True).select_related("team").order_by("name", "pk")


def people_choices(today: date) -> list[tuple[int, str]]:
    """Everybody who can sign in, to choose from; beside the name until when who is away.

    Cost: 1 query.
    """
    return [(person.pk, named_with_absence(person, today)) for person in people()]


def named_with_absence(person: User, today: date) -> str:
    """The name, and until when the person is away."""
    back = person.worktime.back_on(today) if person.calendar.get("absences") else None
    return f"{person.name} (away until {back:%a} {back.day} {back:%b})" if back else person.name


def person_names(ids: set[int]) -> dict[int, str]:
    """The names of these people, for showing who did something.

    Cost: 1 query, none for an empty set.
    """
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def teams() -> QuerySet[Team]:
    """All teams by name.

    Cost: 1 query.
    """
    return Team.objects.order_by("name")


def roles() -> QuerySet[Role]:
    """All roles by name.

    Cost: 1 query.
    """
    return Role.objects.order_by("name")


def teams_below(team_id: int | None) -> frozenset[int]:
    """The team with all teams below it.

    Shape: empty for no team.
    Cost: 1 query.
    """
    if team_id is None:
        return frozenset()
    children: dict[int | None, list[int]] = {}
    for pk, parent in Team.objects.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    found, waiting = {team_id}, [team_id]
    while waiting:
        for child in children.get(waiting.pop(), []):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return frozenset(found)


def team_branches() -> dict[int, frozenset[int]]:
    """Each team with itself and all teams below it.

    Cost: 1 query.
    """
    parents: dict[int, int | None] = dict(Team.objects.values_list("pk", "parent_id"))
    branches: dict[int, set[int]] = {pk: {pk} for pk in parents}
    for pk, parent in parents.items():
        above, seen = parent, {pk}
        while above is not None and above not in seen:
            branches[above].add(pk)
            seen.add(above)
            above = parents[above]
    return {pk: frozenset(below) for pk, below in branches.items()}


def people_around(team_id: int) -> list[User]:
    """Those whose branch holds the team: people of the team itself and of all teams above it.

    Cost: 2 queries.
    """
    holding = [pk for pk, branch in team_branches().items() if team_id in branch]
    return list(User.objects.filter(team__in=holding))


def administrators() -> QuerySet[User]:
    """Those who can manage people: the roles are asked, not the stored rights.

    Cost: 1 query for the roles; the people are another one.
    """
    return holders("users.manage")


def holders(power: str) -> QuerySet[User]:
    """Those whose roles give them the power: the roles are asked, not the stored rights.

    Cost: 1 query for the roles; the people are another one.
    """
    giving = [role.pk for role in Role.objects.all() if power in role.grants.get("powers", ())]
    return User.objects.filter(is_active=True, roles__in=giving).distinct()


@dataclass(frozen=True)
class Branch:
    """A team at its place in the tree, with its people."""

    team: Team
    depth: int
    people: tuple[User, ...]


def team_tree() -> list[Branch]:
    """All teams with their people, each below its parent, by name.

    Cost: 2 queries.
    """
    below: dict[int | None, list[Team]] = {}
    for team in teams():
        below.setdefault(team.parent_id, []).append(team)
    members: dict[int | None, list[User]] = {}
    for user in User.objects.filter(is_active=True, team__isnull=False).order_by("-leads_team", "name"):
        members.setdefault(user.team_id, []).append(user)
    found: list[Branch] = []
    waiting = [(team, 0) for team in reversed(below.get(None, []))]
    while waiting:
        team, depth = waiting.pop()
        found.append(Branch(team, depth, tuple(members.get(team.pk, ()))))
        waiting += [(child, depth + 1) for child in reversed(below.get(team.pk, []))]
    return found


def everybody(sought: str = "", state: str = "") -> QuerySet[User]:
    """All people with team and roles, by name: those whose name or address holds the words, active unless state is "off".

    Cost: 2 queries.
    """
    found = User.objects.select_related("team").prefetch_related("roles").order_by("name", "pk")
    found = found.filter(is_active=state != "off")
    for word in sought.split()[:8]:
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return found


def demo_people() -> list[User]:
    """Who can be tried out in the demo: the first active person of each role who has no password, by role.

    Cost: 3 queries.
    """
    found: dict[str, User] = {}
    for user in User.objects.filter(is_active=True).prefetch_related("roles").order_by("pk"):
        keys = [role.key for role in user.roles.all()]
        if keys and not user.has_usable_password():
            found.setdefault(keys[0], user)
    order = {key: place for place, key in enumerate(ROLES)}
    return [found[key] for key in sorted(found, key=lambda key: order.get(key, len(order)))]


def active_people() -> int:
    """How many people can sign in.

    Cost: 1 query.
    """
    return User.objects.filter(is_active=True).count()


def history_of(kind: str, record_id: int, *, most: int = 20) -> list[Change]:
    """What was changed about a person, team or role, newest first.

    Cost: 1 query.
    """
    found = Change.objects.filter(kind=kind, record_id=record_id).select_related("actor")
    return list(found.order_by("-at", "-id")[:most])


def is_open(invitation: Invitation) -> bool:
    """Whether somebody can still join with it."""
    unused = invitation.accepted_at is None and invitation.revoked_at is None
    return unused and invitation.expires_at > timezone.now()


def open_invitations() -> QuerySet[Invitation]:
    """Invitations that were neither used nor withdrawn, newest first; some of them may be too old.

    Cost: 1 query.
    """
    return Invitation.objects.filter(accepted_at=None, revoked_at=None).order_by("-invited_at", "-pk")


def invitation_of(token_hash: str) -> Invitation | None:
    """The invitation with this token, whatever became of it.

    Cost: 1 query.
    """
    return Invitation.objects.filter(token_hash=token_hash).select_related("invited_by", "team").first()


def recent_operations(actor: Actor, *, most: int = 50) -> QuerySet[Operation]:
    """What the person did lately, newest first; what they were refused is no change.

    Cost: 1 query.
    """
    return Operation.objects.filter(actor_id=actor.user_id).exclude(verb="refused").order_by("-at")[:most]


def token_called(token_hash: str, now: datetime) -> ApiToken | None:
    """The living token of this hash with its owner; None for a dead one, and where the owner cannot sign in.

    Cost: 1 query.
    """
    live = ApiToken.objects.filter(revoked_at=None, expires_at__gt=now, owner__is_active=True)
    return live.select_related("owner").filter(token_hash=token_hash).first()


def tokens_of(user_id: int | None) -> QuerySet[ApiToken]:
    """The person's tokens, newest first.

    Cost: 1 query.
    """
    return ApiToken.objects.filter(owner_id=user_id).order_by("-created_at", "-pk")


def live_tokens(user_id: int | None, now: datetime) -> QuerySet[ApiToken]:
    """Those of them that open something.

    Cost: 1 query.
    """
    return tokens_of(user_id).filter(revoked_at=None, expires_at__gt=now)


@dataclass(frozen=True, slots=True)
class Backups:
    """What there is of backups: `latest` is the newest whole one, `trial` the newest that was restored on trial."""

    lines: list[Backup]
    latest: Backup | None
    trial: Backup | None
    late: bool

    @property
    def well(self) -> bool:
        """Whether there is a fresh backup, and the last trial went well."""
        return bool(self.latest) and not self.late and not (self.trial and self.trial.rehearsal_problem)


def backups(now: datetime) -> Backups:
    """The backups of late.

    Cost: 3 queries.
    """
    whole = Backup.objects.filter(problem="").order_by("-started_at")
    latest = whole.first()
    return Backups(
        lines=list(Backup.objects.select_related("by").order_by("-started_at")[:BACKUPS_SHOWN]),
        latest=latest,
        trial=whole.filter(rehearsed_at__isnull=False).first(),
        late=latest is None or latest.started_at < now - BACKUP_LATE,
    )


def held() -> Hold | None:
    """Why no background work is taken: this database was restored and nobody has said go on; None usually.

    Cost: 1 query.
    """
    return Hold.objects.order_by("pk").last()

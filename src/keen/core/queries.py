"""Questions about people, notices and receipts."""

from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Receipt
from keen.core.models import Notice, Operation, Role, Team, User

RECEIPT_SHOWN_FOR = timedelta(minutes=30)


def unread_count(actor: Actor) -> int:
    """How many notices wait for the person, counted to 100.

    Cost: 1 query.
    """
    return Notice.objects.filter(user_id=actor.user_id, read_at__isnull=True)[:100].count()


def unread(actor: Actor) -> QuerySet[Notice]:
    """The notices that wait for the person, newest first.

    Cost: 1 query.
    """
    return Notice.objects.filter(user_id=actor.user_id, read_at__isnull=True).select_related("by").order_by("-at")


def receipt_of(user_id: int | None, operation_id: UUID) -> Receipt | None:
    """The receipt of the person's own recent operation, None for anything else.

    Cost: 1 query.
    """
    since = timezone.now() - RECEIPT_SHOWN_FOR
    found = Operation.objects.filter(pk=operation_id, actor_id=user_id, at__gte=since).values_list("receipt", flat=True).first()
    return Receipt.from_json(found) if found else None


def people() -> QuerySet[User]:
    """Everybody who can sign in, by name.

    Cost: 1 query.
    """
    return User.objects.filter(is_active=True).select_related("team").order_by("name", "pk")


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
    parents = dict(Team.objects.values_list("pk", "parent_id"))
    branches: dict[int, set[int]] = {pk: {pk} for pk in parents}
    for pk in parents:
        above, seen = parents[pk], {pk}
        while above is not None and above not in seen:
            branches[above].add(pk)
            seen.add(above)
            above = parents[above]
    return {pk: frozenset(below) for pk, below in branches.items()}


def administrators() -> QuerySet[User]:
    """Those who can manage people: the roles are asked, not the stored rights.

    Cost: 1 query for the roles; the people are another one.
    """
    opening = [role.pk for role in Role.objects.all() if "users.manage" in role.grants.get("powers", ())]
    return User.objects.filter(is_active=True, roles__in=opening).distinct()


def recent_operations(actor: Actor, *, most: int = 50) -> QuerySet[Operation]:
    """What the person did lately, newest first.

    Cost: 1 query.
    """
    return Operation.objects.filter(actor_id=actor.user_id).order_by("-at")[:most]

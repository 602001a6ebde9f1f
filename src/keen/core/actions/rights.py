"""Rights kept in step with roles and teams, and the two rules that hold whatever is changed."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction

from keen.core import queries
from keen.core.actions.worktimes import refresh_worktimes
from keen.core.domain.actor import SYSTEM, Actor
from keen.core.domain.grants import excess
from keen.core.domain.rights import Rights, union
from keen.core.domain.roles import ROLES
from keen.core.models import Role, User
from keen.lib.errors import ForbiddenError, RuleError


def ensure_roles() -> dict[str, Role]:
    """The roles an installation starts with, by key; missing ones are made, changed ones are left alone.

    Cost: 1 query when all are there.
    """
    found = {role.key: role for role in Role.objects.all()}
    missing = [
        Role(
            key=key,
            name=given["name"],
            grants={part: value for part, value in given.items() if part != "name"},
        )
        for key, given in ROLES.items()
        if key not in found
    ]
    if missing:
        Role.objects.bulk_create(missing, ignore_conflicts=True)
        found = {role.key: role for role in Role.objects.all()}
    return found


@contextmanager
def administration() -> Iterator[None]:
    """A transaction in which people, teams and roles are changed one after the other, never side by side.

    Raises: RuleError when nobody would be left who can manage people.
    Cost: 3 queries.
    """
    with transaction.atomic():
        list(Role.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
        had_one = queries.administrators().exists()
        yield
        if had_one and not queries.administrators().exists():
            raise RuleError(
                "last_administrator",
                "Nobody could manage people any more. Give somebody else that power first.",
            )


def refresh_rights(users: Iterable[User], *, by: Actor = SYSTEM) -> None:
    """The rights of these people are again the union of their roles, with their team and all teams below it.

    Raises: ForbiddenError when somebody would get more than the one who acts has.
    Cost: 8 queries and 1 for each 200 people whose rights or worktimes change.
    """
    ids = [user.pk for user in users]
    found = User.objects.filter(pk__in=ids).prefetch_related("roles")
    below = queries.team_branches()
    changed = []
    for user in found:
        before = Rights.from_json(user.rights)
        teams = below.get(user.team_id, frozenset()) if user.team_id else frozenset()
        after = union((role.grants for role in user.roles.all()), teams=teams)
        refuse_excess(by, before, after)
        if after.to_json() != user.rights:
            user.rights = after.to_json()
            changed.append(user)
    User.objects.bulk_update(changed, ["rights"], batch_size=200)
    refresh_worktimes(ids)


def refuse_excess(by: Actor, before: Rights, after: Rights) -> None:
    """Nothing, unless the change hands out rights that the one who acts does not have.

    Raises: ForbiddenError that names them.
    """
    too_much = excess(by.rights, before, after)
    if too_much:
        told = ", ".join(too_much[:3]) + (f" and {len(too_much) - 3} more" if len(too_much) > 3 else "")
        raise ForbiddenError(
            "more_than_own", f"You cannot give rights that you do not have yourself: {told}."
        )

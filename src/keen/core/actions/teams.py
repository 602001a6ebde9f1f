"""Teams and roles: the tree people work in, and what a role gives."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.text import slugify

from keen.core import queries
from keen.core.actions.operations import Entry, Work, finish, note, start
from keen.core.actions.people import refuse_stronger, require
from keen.core.actions.rights import administration, refresh_rights, refuse_excess
from keen.core.domain.actor import Actor
from keen.core.domain.grants import covers
from keen.core.domain.receipts import Link, Receipt
from keen.core.domain.rights import union
from keen.core.models import Role, Team, User
from keen.lib import text
from keen.lib.errors import ForbiddenError, RuleError


def save_team(
    *, actor: Actor, team: Team | None, name: str, parent: Team | None = None, site: str = ""
) -> tuple[Team, Receipt]:
    """Make or change a team; the rights of all who belong to its branches follow.

    Raises: RuleError when a team would lie below itself, or the name is taken.
    """
    require(actor, "users.manage")
    with administration():
        row = Team.objects.select_for_update().get(pk=team.pk) if team else Team()
        if team and parent and parent.pk in queries.teams_below(team.pk):
            raise RuleError(
                "own_branch",
                f"{parent.name} lies below {team.name}. Choose a team outside of its branch.",
                "parent",
            )
        before = team_facts(row) if team else {}
        touched = queries.people_around(row.pk) if team else []
        row.name, row.parent, row.site = text.clean(name), parent, text.clean(site)
        store_team(row)
        refresh_rights([*touched, *queries.people_around(row.pk)], by=actor)
        work = start(actor=actor, verb="saved" if team else "created")
        note(work, Entry("team", row.pk, 0, "updated" if team else "created", before, team_facts(row)))
        told = Receipt("saved", f"{row.name} is saved.", object=Link(row.name, row.get_absolute_url()))
        return row, finish(work, told)


def remove_team(*, actor: Actor, team: Team) -> Receipt:
    """Take an empty team away.

    Raises: RuleError when people, teams or records still belong to it.
    """
    require(actor, "users.manage")
    with administration():
        work = start(actor=actor, verb="deleted")
        drop_team(work, team)
        told = Receipt("saved", f"{team.name} is gone.", object=Link("Teams", reverse("team-list")))
        return finish(work, told, undoable=False)


def drop_team(work: Work, team: Team) -> None:
    """The team is gone, and the audit trail says so.

    Raises: RuleError when people, teams or records still belong to it.
    """
    people = User.objects.filter(team=team).count()
    below = Team.objects.filter(parent=team).count()
    if people or below:
        told = f"{team.name} has {people} people and {below} teams below it. Move them first."
        raise RuleError("team_in_use", told)
    note(work, Entry("team", team.pk, 0, "deleted", team_facts(team), {}))
    try:
        with transaction.atomic():
            Team.objects.filter(pk=team.pk).delete()
    except IntegrityError:
        told = f"Records still belong to {team.name}. Give them to another team first."
        raise RuleError("team_in_use", told) from None


def save_role(
    *, actor: Actor, role: Role | None, name: str, grants: Mapping[str, Any]
) -> tuple[Role, Receipt]:
    """Make or change a role; the rights of all who have it follow at once.

    Raises: ForbiddenError when it gives or would give more than the actor has, or people have it who may do more;
    RuleError when the name is taken.
    """
    require(actor, "users.manage")
    with administration():
        row = Role.objects.select_for_update().get(pk=role.pk) if role else Role(key=_free_key(name))
        before = role_facts(row) if role else {}
        if role:
            refuse_stronger_role(actor, row)
        refuse_excess(actor, union([row.grants]) if role else union([]), union([grants]))
        row.name, row.grants = text.clean(name), dict(grants)
        if Role.objects.filter(name__iexact=row.name).exclude(pk=row.pk).exists():
            raise RuleError("name_taken", f"There is a role called {row.name} already.", "name")
        row.save()
        holders = holders_of(row)
        refresh_rights(holders, by=actor)
        work = start(actor=actor, verb="saved" if role else "created")
        after = role_facts(row)
        note(work, Entry("role", row.pk, 0, "updated" if role else "created", before, after))
        who = (
            f"{len(holders)} people have it and see the change with their next click"
            if holders
            else "nobody has it yet"
        )
        told = Receipt(
            "saved", f"{row.name} is saved.", object=Link(row.name, row.get_absolute_url()), also=(who,)
        )
        return row, finish(work, told)


def remove_role(*, actor: Actor, role: Role) -> Receipt:
    """Take a role away that nobody has.

    Raises: RuleError when somebody has it.
    """
    require(actor, "users.manage")
    with administration():
        work = start(actor=actor, verb="deleted")
        drop_role(work, role)
        told = Receipt("saved", f"{role.name} is gone.", object=Link("Roles", reverse("role-list")))
        return finish(work, told, undoable=False)


def drop_role(work: Work, role: Role) -> None:
    """The role is gone, and the audit trail says so.

    Raises: RuleError when somebody has it.
    """
    holders = User.objects.filter(roles=role).count()
    if holders:
        raise RuleError("role_in_use", f"{holders} people have {role.name}. Give them another role first.")
    note(work, Entry("role", role.pk, 0, "deleted", role_facts(role), {}))
    Role.objects.filter(pk=role.pk).delete()


def team_facts(team: Team) -> dict[str, object]:
    """What the audit trail keeps of a team."""
    return {"name": team.name, "parent": team.parent_id, "site": team.site}


def role_facts(role: Role) -> dict[str, object]:
    """What the audit trail keeps of a role."""
    return {"name": role.name, "grants": role.grants}


def refuse_stronger_role(actor: Actor, role: Role) -> None:
    """Nothing, unless the role gives more than the actor has, or somebody has it who may do more.

    Raises: ForbiddenError.
    """
    if not covers(actor.rights, union([role.grants])):
        told = f"{role.name} gives more than you have. Ask somebody with all its rights to change it."
        raise ForbiddenError("stronger", told)
    for holder in holders_of(role):
        if holder.pk != actor.user_id:
            refuse_stronger(actor, holder)


def holders_of(role: Role) -> list[User]:
    """Everybody who has the role.

    Cost: 1 query.
    """
    return list(User.objects.filter(roles=role))


def _free_key(name: str) -> str:
    stem = slugify(name).replace("-", "_")[:34] or "role"
    taken = set(Role.objects.filter(key__startswith=stem).values_list("key", flat=True))
    return next(
        key
        for number in range(len(taken) + 1)
        if (key := f"{stem}_{number}" if number else stem) not in taken
    )


def store_team(row: Team) -> None:
    """Write the team.

    Raises: RuleError when another one has its name.
    """
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise RuleError("name_taken", f"There is a team called {row.name} already.", "name") from None

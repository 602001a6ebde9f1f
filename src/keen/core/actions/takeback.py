"""Taking back what was done to people, teams and roles: wired as undoers in keen.site.wiring."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from keen.core import queries
from keen.core.actions.operations import Entry, Work, note
from keen.core.actions.people import facts, note_change, refuse_stronger, require, withdraw_access
from keen.core.actions.rights import administration, refresh_rights, refuse_excess
from keen.core.actions.teams import (
    drop_role,
    drop_team,
    holders_of,
    refuse_stronger_role,
    role_facts,
    store_team,
    team_facts,
)
from keen.core.domain.rights import union
from keen.core.models import Change, Role, Team, User
from keen.lib.errors import RuleError

OWN = {"name", "job_title"}
Row = TypeVar("Row", User, Team, Role)


def undo_users(work: Work, changes: Sequence[Change]) -> None:
    """People are again as they were before the changes; who was added cannot sign in any more.

    Raises: RuleError when somebody was changed again since; ForbiddenError as for any change of people.
    """
    with administration():
        for change in changes:
            row = _still_there(User.objects.select_for_update().filter(pk=change.record_id).first(), change)
            if row.pk != work.actor.user_id or not set(change.before) <= OWN:
                require(work.actor, "users.manage")
            if row.pk != work.actor.user_id:
                refuse_stronger(work.actor, row)
            now = facts(row)
            if change.verb == "created":
                withdraw_access(row)
            else:
                _unchanged_since(row.name, now, change)
                _put_back(row, change.before)
            refresh_rights([row], by=work.actor)
            note_change(work, row, now)


def _put_back(row: User, before: Mapping[str, Any]) -> None:
    plain = {name: value for name, value in before.items() if name not in {"roles", "team"}}
    for name, value in plain.items():
        setattr(row, name, value)
    if "team" in before:
        row.team = Team.objects.filter(pk=before["team"]).first()
    try:
        with transaction.atomic():
            row.save(update_fields=[name for name in before if name != "roles"] or None)
    except IntegrityError:
        told = f"Somebody else signs in with {row.email} now, so {row.name} keeps the address of today."
        raise RuleError("changed_since", told) from None
    if "roles" in before:
        row.roles.set(Role.objects.filter(key__in=before["roles"]))


def undo_teams(work: Work, changes: Sequence[Change]) -> None:
    """Teams have their name and place of before again; a new one is gone.

    Raises: RuleError when a team was changed or came into use since.
    """
    require(work.actor, "users.manage")
    with administration():
        for change in changes:
            row = _still_there(Team.objects.select_for_update().filter(pk=change.record_id).first(), change)
            touched = queries.people_around(row.pk)
            now = team_facts(row)
            if change.verb == "created":
                drop_team(work, row)
                refresh_rights(touched, by=work.actor)
                continue
            _unchanged_since(row.name, now, change)
            row.name, row.site = change.before["name"], change.before["site"]
            row.parent = Team.objects.filter(pk=change.before["parent"]).first()
            if row.parent_id in queries.teams_below(row.pk):
                raise RuleError(
                    "own_branch", f"{row.parent} lies below {row.name} now, so it stays where it is."
                )
            store_team(row)
            refresh_rights([*touched, *queries.people_around(row.pk)], by=work.actor)
            note(work, Entry("team", row.pk, 0, "updated", now, team_facts(row)))


def undo_roles(work: Work, changes: Sequence[Change]) -> None:
    """Roles give what they gave before; a new one that nobody has is gone.

    Raises: RuleError when a role was changed or given to somebody since.
    """
    require(work.actor, "users.manage")
    with administration():
        for change in changes:
            row = _still_there(Role.objects.select_for_update().filter(pk=change.record_id).first(), change)
            refuse_stronger_role(work.actor, row)
            now = role_facts(row)
            if change.verb == "created":
                drop_role(work, row)
                continue
            _unchanged_since(row.name, now, change)
            refuse_excess(work.actor, union([row.grants]), union([change.before["grants"]]))
            row.name, row.grants = change.before["name"], change.before["grants"]
            if Role.objects.filter(name__iexact=row.name).exclude(pk=row.pk).exists():
                raise RuleError("changed_since", f"There is another role called {row.name} now.")
            row.save()
            refresh_rights(holders_of(row), by=work.actor)
            note(work, Entry("role", row.pk, 0, "updated", now, role_facts(row)))


def _still_there(row: Row | None, change: Change) -> Row:
    """The row that the change was made to.

    Raises: RuleError when it is gone.
    """
    if row is None:
        name = change.after.get("name") or change.before.get("name") or f"This {change.kind}"
        raise RuleError("changed_since", f"{name} is gone, so there is nothing to take back.")
    return row


def _unchanged_since(title: str, now: Mapping[str, Any], change: Change) -> None:
    if any(now[name] != value for name, value in change.after.items()):
        raise RuleError(
            "changed_since", f"{title} was changed again since. Look at the history, and set it by hand."
        )

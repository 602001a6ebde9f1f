"""People: who they are, their roles and teams, and whether they may sign in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from keen.core.actions.operations import Entry, Work, finish, note, start
from keen.core.actions.rights import administration, refresh_rights, refuse_excess
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.domain.rights import Rights
from keen.core.models import ApiToken, Invitation, Role, Team, User
from keen.lib import text
from keen.lib.errors import ForbiddenError, RuleError


@dataclass(frozen=True, kw_only=True)
class Person:
    """What an administrator says about somebody."""

    name: str
    email: str
    job_title: str = ""
    team_id: int | None = None
    leads_team: bool = False
    role_ids: tuple[int, ...] = ()


def save_user(*, actor: Actor, user: User | None, given: Person) -> tuple[User, Receipt]:
    """Make or change somebody, with team and roles.

    Raises: ForbiddenError when it would hand out rights the actor does not have; RuleError when the address is taken.
    """
    require(actor, "users.manage")
    with administration():
        row = _locked(user.pk) if user else User(is_active=True)
        before = facts(row) if user else {}
        if user and user.pk != actor.user_id:
            refuse_stronger(actor, row)
        row.name, row.email, row.job_title = (
            text.clean(given.name),
            normal_email(given.email),
            text.clean(given.job_title),
        )
        row.team_id, row.leads_team = given.team_id, given.leads_team
        if not user:
            row.set_password(None)
        _store(row)
        row.roles.set(given.role_ids)
        refresh_rights([row], by=actor)
        work = start(actor=actor, verb="saved" if user else "created")
        note_change(work, row, before)
        kept = f"{row.name} is saved." if user else f"{row.name} is added."
        return row, finish(work, Receipt("saved", kept, object=link_to(row), nothing_next=SEES_IT))


SEES_IT = "They see it with their next click."


def set_roles(*, actor: Actor, users: Sequence[User], role_ids: Iterable[int]) -> Receipt:
    """Give these people exactly these roles."""
    require(actor, "users.manage")
    wanted = list(role_ids)
    with administration():
        work = start(actor=actor, verb="set roles")
        for row in _all_locked(users):
            before = facts(row)
            if row.pk != actor.user_id:
                refuse_stronger(actor, row)
            row.roles.set(wanted)
            note_change(work, row, before)
        refresh_rights(users, by=actor)
        names = (
            ", ".join(Role.objects.filter(pk__in=wanted).order_by("name").values_list("name", flat=True))
            or "none"
        )
        told = f"Roles of {_told(users)}: {names}."
        return finish(work, Receipt("saved", told, object=_one(users), nothing_next=SEES_IT))


def set_team(*, actor: Actor, users: Sequence[User], team: Team | None) -> Receipt:
    """Move these people to the team, or out of any."""
    require(actor, "users.manage")
    with administration():
        work = start(actor=actor, verb="set team")
        for row in _all_locked(users):
            before = facts(row)
            if row.pk != actor.user_id:
                refuse_stronger(actor, row)
            row.team = team
            row.save(update_fields=["team"])
            note_change(work, row, before)
        refresh_rights(users, by=actor)
        told = f"Moved {_told(users)} to {team.name}." if team else f"Took {_told(users)} out of the team."
        return finish(work, Receipt("saved", told, object=_one(users), nothing_next=SEES_IT))


def deactivate(*, actor: Actor, user: User) -> Receipt:
    """End somebody's access at once: sessions and open invitations included. What they recorded stays.

    Raises: RuleError for oneself and for the last one who can manage people.
    """
    require(actor, "users.manage")
    if user.pk == actor.user_id:
        raise RuleError("own_account", "You cannot close your own access. Ask another administrator.")
    with administration():
        row = _locked(user.pk)
        refuse_stronger(actor, row)
        before = facts(row)
        withdraw_access(row)
        work = start(actor=actor, verb="deactivated")
        open_ones = Invitation.objects.filter(invited_by=row, accepted_at=None, revoked_at=None)
        withdrawn = _withdraw(actor, list(open_ones))
        note_change(work, row, before)
        also = (f"{withdrawn} open invitations of theirs are withdrawn",) if withdrawn else ()
        back = Link("Let them in again", reverse("person-reactivate", args=[row.pk]), post=True)
        told = Receipt(
            "saved", f"{row.name} cannot sign in any more.", object=link_to(row), also=also, alternative=back
        )
        return finish(work, told)


def _withdraw(actor: Actor, invitations: Sequence[Invitation]) -> int:
    """How many invitations were withdrawn. An operation of its own: undo gives no link back that was mailed."""
    if not invitations:
        return 0
    work = start(actor=actor, verb="revoked")
    Invitation.objects.filter(pk__in=[one.pk for one in invitations]).update(revoked_at=work.at)
    for one in invitations:
        note(work, Entry("invitation", one.pk, 0, "revoked", {}, {"email": one.email}))
    told = f"{len(invitations)} open invitations are withdrawn."
    finish(work, Receipt("saved", told), undoable=False)
    return len(invitations)


def reactivate(*, actor: Actor, user: User) -> Receipt:
    """Let somebody sign in again, with the roles they had.

    Raises: ForbiddenError when those go beyond what the actor has.
    """
    require(actor, "users.manage")
    with administration():
        row = _locked(user.pk)
        before = facts(row)
        refuse_excess(actor, Rights(), Rights.from_json(row.rights))
        row.is_active = True
        row.save(update_fields=["is_active"])
        refresh_rights([row])
        work = start(actor=actor, verb="reactivated")
        note_change(work, row, before)
        return finish(work, Receipt("saved", f"{row.name} can sign in again.", object=link_to(row)))


def withdraw_access(row: User) -> None:
    """End all sessions of the person, and let none begin. Their tokens are dead for good."""
    row.is_active = False
    row.session_stamp += 1
    row.save(update_fields=["is_active", "session_stamp"])
    ApiToken.objects.filter(owner=row, revoked_at=None).update(revoked_at=timezone.now())


def require(actor: Actor, power: str) -> None:
    """Nothing, when the actor has the power and may write.

    Raises: ForbiddenError.
    """
    if not actor.may_write:
        raise ForbiddenError("looking_only", "You see the app as somebody else, so nothing can be changed.")
    if not actor.rights.has(power):
        raise ForbiddenError


def refuse_stronger(actor: Actor, user: User) -> None:
    """Nothing, unless the person has rights beyond the actor's: changing their address would open their account.

    Raises: ForbiddenError.
    """
    try:
        refuse_excess(actor, Rights(), Rights.from_json(user.rights))
    except ForbiddenError:
        told = f"{user.name} may do more than you. Ask somebody with all their rights to change this."
        raise ForbiddenError("stronger", told) from None


def facts(user: User) -> dict[str, object]:
    """What the audit trail keeps of a person."""
    return {
        "name": user.name,
        "email": user.email,
        "job_title": user.job_title,
        "team": user.team_id,
        "leads_team": user.leads_team,
        "is_active": user.is_active,
        "roles": sorted(user.roles.values_list("key", flat=True)),
    }


def note_change(work: Work, user: User, before: dict[str, object]) -> None:
    """The changed facts of the person go to the audit trail; nothing when none changed."""
    after = facts(user)
    changed = [name for name in after if after[name] != before.get(name)]
    if changed:
        told_before = {name: before[name] for name in changed if name in before}
        told_after = {name: after[name] for name in changed}
        note(work, Entry("user", user.pk, 0, "updated" if before else "created", told_before, told_after))


def link_to(user: User) -> Link:
    """The administrator's page of the person."""
    return Link(user.name, user.get_absolute_url())


def normal_email(address: str) -> str:
    """The address as sign-in compares it."""
    return address.strip().lower()


def _locked(pk: int) -> User:
    return User.objects.select_for_update().get(pk=pk)


def _all_locked(users: Sequence[User]) -> list[User]:
    ids = [user.pk for user in users]
    return list(User.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def _store(row: User) -> None:
    fields = ["name", "email", "job_title", "team", "leads_team"]
    try:
        with transaction.atomic():
            row.save(update_fields=fields if row.pk else None)
    except IntegrityError:
        raise RuleError("email_taken", "Somebody signs in with this address already.", "email") from None


def _told(users: Sequence[User]) -> str:
    return users[0].name if len(users) == 1 else f"{len(users)} people"


def _one(users: Sequence[User]) -> Link | None:
    return link_to(users[0]) if len(users) == 1 else Link(_told(users), reverse("person-list"))

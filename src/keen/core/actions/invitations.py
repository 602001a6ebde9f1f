"""Invitations: a link that lets one person join, once, for a while."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from keen.core import queries
from keen.core.actions.operations import Entry, Work, finish, note, start
from keen.core.actions.people import facts, note_change, require
from keen.core.actions.rights import administration, refresh_rights, refuse_excess
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.domain.rights import Rights, union
from keen.core.domain.roster import MOST, Invitee
from keen.core.models import Invitation, Notice, Role, Team, User
from keen.lib import text
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError

TOKEN_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class Welcome:
    """What all the invited get: team, roles, and the sentence that says why."""

    team: Team | None = None
    roles: Sequence[Role] = field(default_factory=tuple)
    message: str = ""


@dataclass(frozen=True)
class Sent:
    """An invitation with its token, which is known at this moment and never again."""

    invitation: Invitation
    token: str


def token_hash(token: str) -> str:
    """What is kept of a token: nobody who reads the table can join with it."""
    return sha256(token.encode()).hexdigest()


def invite(*, actor: Actor, people: Sequence[Invitee], welcome: Welcome) -> tuple[list[Sent], Receipt]:
    """Invitations for these people, with tokens to be mailed. Who has an account is left out, an open invitation is replaced.

    Raises: ForbiddenError when the roles go beyond what the actor has; RuleError when nobody or too many are named.
    """
    require(actor, "users.manage")
    _check(people)
    with administration():
        teams = queries.teams_below(welcome.team.pk) if welcome.team else frozenset()
        refuse_excess(actor, Rights(), union((role.grants for role in welcome.roles), teams=teams))
        addresses = [person.email for person in people]
        here = set(User.objects.filter(email__in=addresses).values_list("email", flat=True))
        work = start(actor=actor, verb="invited")
        queries.open_invitations().filter(email__in=addresses).update(revoked_at=work.at)
        sent = [_make(work, person, welcome) for person in people if person.email not in here]
        known = (
            f"{len(here)} of them have an account already"
            if len(here) > 1
            else f"{', '.join(here)} has an account already"
        )
        told = Receipt(
            "saved" if sent else "gap",
            f"Invited {_told(sent)}." if sent else "Nobody was invited.",
            object=Link("Invitations", reverse("person-list") + "#invitations") if sent else None,
            also=(known,) if here else (),
            nothing_next=f"Each link works once, for {settings.KEEN.invitation_days} days.",
        )
        return sent, finish(work, told, undoable=False)


def _check(people: Sequence[Invitee]) -> None:
    problems = [person.problem for person in people if person.problem]
    if problems:
        raise RuleError("unreadable", " ".join(problems[:5]), "people")
    if not people:
        raise RuleError("nobody", "Paste at least one e-mail address.", "people")
    if len(people) > MOST:
        raise RuleError("too_many", f"At most {MOST} people at a time; these are {len(people)}.", "people")


def _make(work: Work, person: Invitee, welcome: Welcome) -> Sent:
    token = token_urlsafe(TOKEN_BYTES)
    made = Invitation.objects.create(
        email=person.email,
        name=person.name,
        token_hash=token_hash(token),
        message=welcome.message.strip(),
        team=welcome.team,
        invited_by_id=_inviter(work.actor),
        invited_at=work.at,
        expires_at=work.at + timedelta(days=settings.KEEN.invitation_days),
    )
    made.roles.set(welcome.roles)
    keys = [role.key for role in welcome.roles]
    after: dict[str, object] = {"email": made.email, "name": made.name, "team": made.team_id, "roles": keys}
    note(work, Entry("invitation", made.pk, 0, "created", {}, after))
    return Sent(made, token)


def _inviter(actor: Actor) -> int:
    if actor.user_id is None:
        raise ForbiddenError("nobody_invites", "An invitation comes from a person.")
    return actor.user_id


def renew(*, actor: Actor, invitation: Invitation) -> tuple[Sent, Receipt]:
    """A new link for the same invitation; the old one is dead.

    Raises: RuleError when it was used; ForbiddenError when its roles go beyond what the actor has.
    """
    require(actor, "users.manage")
    with administration():
        row = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if row.accepted_at:
            raise RuleError("invitation_used", f"{row.name} has joined already.")
        teams = queries.teams_below(row.team_id)
        refuse_excess(actor, Rights(), union((role.grants for role in row.roles.all()), teams=teams))
        token, work = token_urlsafe(TOKEN_BYTES), start(actor=actor, verb="invited again")
        row.token_hash, row.revoked_at, row.invited_at = token_hash(token), None, work.at
        row.invited_by_id = _inviter(actor)
        row.expires_at = work.at + timedelta(days=settings.KEEN.invitation_days)
        row.save()
        note(work, Entry("invitation", row.pk, 0, "renewed", {}, {"email": row.email}))
        told = Receipt(
            "saved",
            f"A new link goes to {row.name}.",
            object=Link(row.name, reverse("person-list") + "#invitations"),
            nothing_next="The old link no longer works.",
        )
        return Sent(row, token), finish(work, told, undoable=False)


def revoke(*, actor: Actor, invitation: Invitation) -> Receipt:
    """Take an invitation back.

    Raises: RuleError when it was used.
    """
    require(actor, "users.manage")
    with administration():
        work = start(actor=actor, verb="revoked")
        taken = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(
            revoked_at=work.at
        )
        if not taken:
            raise RuleError("invitation_used", "This invitation was used or withdrawn already.")
        note(work, Entry("invitation", invitation.pk, 0, "revoked", {}, {"email": invitation.email}))
        again = Link("Send a new link", reverse("invitation-renew", args=[invitation.pk]), post=True)
        told = Receipt(
            "saved",
            f"The link of {invitation.name} no longer works.",
            object=Link(invitation.name, reverse("person-list") + "#invitations"),
            alternative=again,
        )
        return finish(work, told, undoable=False)


def accept(*, token: str, name: str, password: str) -> User:
    """The person the token was made for, with an account, team and roles. The token is dead.

    Raises: NotVisibleError for an unknown token; RuleError when it was used, withdrawn or came too late;
    ForbiddenError when who invited may no longer give these roles.
    """
    found = queries.invitation_of(token_hash(token))
    if found is None:
        raise NotVisibleError
    with administration():
        now = timezone.now()
        taken = queries.open_invitations().filter(
            pk=found.pk, expires_at__gt=now, token_hash=token_hash(token)
        )
        if not taken.update(accepted_at=now):
            raise RuleError("invitation_used", "This link was used before, or it is too old.")
        if User.objects.filter(email=found.email).exists():
            raise RuleError("email_taken", "You have an account already. Sign in instead.")
        user = User(email=found.email, name=text.clean(name) or found.name, team=found.team)
        user.set_password(password)
        user.save()
        user.roles.set(found.roles.all())
        refresh_rights([user], by=found.invited_by.actor())
        user.refresh_from_db()
        work = start(actor=user.actor(), verb="joined")
        note_change(work, user, {})
        note(work, Entry("invitation", found.pk, 0, "accepted", {}, {"user": user.pk, **facts(user)}))
        finish(work, Receipt("saved", f"{user.name} joined."), undoable=False)
        return user


def ask_again(*, token: str) -> Invitation:
    """The one who invited is told that a new link is wanted, once for each link.

    Raises: NotVisibleError for an unknown token; RuleError when the invitation was used.
    """
    found = queries.invitation_of(token_hash(token))
    if found is None:
        raise NotVisibleError
    if found.accepted_at:
        raise RuleError("invitation_used", "This link was used before. Sign in instead.")
    Notice.objects.get_or_create(
        user=found.invited_by,
        once=f"invitation:{found.token_hash}",
        defaults={
            "kind": "invitation",
            "text": f"{found.name} asks for a new invitation",
            "detail": found.email,
            "href": reverse("person-list") + "#invitations",
            "at": timezone.now(),
        },
    )
    return found


def _told(sent: Sequence[Sent]) -> str:
    names = [one.invitation.name for one in sent]
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} people"

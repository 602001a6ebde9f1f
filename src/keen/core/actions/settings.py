"""What people set for themselves, and looking at the app as somebody else."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from keen.core.actions.operations import Entry, finish, note, start
from keen.core.actions.people import facts, note_change, refuse_stronger, require
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import User
from keen.lib import text
from keen.lib.errors import ForbiddenError


@dataclass(frozen=True, kw_only=True)
class OwnSettings:
    """All that people may set about themselves: nothing that gives rights."""

    name: str
    job_title: str = ""
    zone: str = ""
    theme: str = ""
    density: str = ""
    single_keys: bool = True


def save_settings(*, actor: Actor, user: User, given: OwnSettings) -> Receipt:
    """Keep the person's own settings.

    Raises: ForbiddenError for somebody else's.
    """
    _own(actor, user)
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=user.pk)
        before = facts(row)
        for field, value in asdict(given).items():
            setattr(row, field, text.clean(value) if isinstance(value, str) else value)
        row.save(update_fields=list(asdict(given)))
        work = start(actor=actor, verb="saved")
        note_change(work, row, before)
        told = Receipt(
            "saved",
            "Your settings are saved.",
            object=Link("Settings", reverse("settings")),
            next=Link("Back to Today", reverse("today")),
        )
        return finish(work, told)


def set_theme(*, actor: Actor, user: User, theme: str) -> None:
    """Light, dark, or as the device says ("")."""
    _own(actor, user)
    User.objects.filter(pk=user.pk).update(theme=theme)


def end_other_sessions(*, actor: Actor, user: User) -> Receipt:
    """All sessions of the person end; `user` gets the stamp that keeps the present one open.

    Raises: ForbiddenError for somebody else's.
    """
    _own(actor, user)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(session_stamp=F("session_stamp") + 1)
        user.refresh_from_db(fields=["session_stamp"])
        work = start(actor=actor, verb="signed out elsewhere")
        note(work, Entry("user", user.pk, 0, "signed out elsewhere", {}, {}))
        told = Receipt(
            "saved",
            "You are signed out everywhere else.",
            object=Link("Settings", reverse("settings") + "#security"),
            nothing_next="This browser stays signed in.",
        )
        return finish(work, told, undoable=False)


def set_password(*, user: User, password: str, by: Actor | None = None) -> None:
    """A new password; all other sessions end with the old one. Nothing else of the row is written.

    Shape: `by` is the person themselves when nobody else is named.
    """
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        note_security(user=user, what="password", told=f"The password of {user.name} is set.", by=by)


def note_security(*, user: User, what: str, told: str, by: Actor | None = None) -> None:
    """A line of the audit trail: what changed about how the person signs in. Never the secret itself.

    Cost: 2 queries.
    """
    with transaction.atomic():
        work = start(actor=by or user.actor(), verb="secured")
        note(work, Entry("user", user.pk, 0, "changed sign-in", {}, {"sign_in": what}))
        finish(work, Receipt("saved", told), undoable=False)


def act_as(*, actor: Actor, person: User) -> Receipt:
    """Note in the audit trail that the administrator looks at the app as this person.

    Raises: ForbiddenError without the power, or when the person sees more than the administrator.
    """
    require(actor, "act_as")
    if person.pk == actor.user_id or not person.is_active:
        raise ForbiddenError("act_as", "Choose somebody else who can sign in.")
    refuse_stronger(actor, person)
    with transaction.atomic():
        work = start(actor=actor, verb="looked as")
        note(work, Entry("user", person.pk, 0, "looked as", {}, {}))
        told = Receipt(
            "saved",
            f"You see the app as {person.name}. Nothing can be changed meanwhile.",
            object=Link(person.name, person.get_absolute_url()),
        )
        return finish(work, told, undoable=False)


def stop_acting(*, actor: Actor, person: User) -> None:
    """Note in the audit trail that the administrator looks at the app as this person no longer.

    Cost: 2 queries.
    """
    with transaction.atomic():
        work = start(actor=actor, verb="looked no longer")
        note(work, Entry("user", person.pk, 0, "looked no longer", {}, {}))
        finish(work, Receipt("saved", f"You see the app as yourself, not as {person.name}."), undoable=False)


def _own(actor: Actor, user: User) -> None:
    if actor.user_id != user.pk or not actor.may_write:
        raise ForbiddenError

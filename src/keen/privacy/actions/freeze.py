"""Restricting what is done with somebody's data, and holding it for a court: set, told, lifted."""

from django.db import transaction

from keen.core.actions.operations import Entry, Work, finish, note, start
from keen.core.actions.people import require
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.lib import text
from keen.lib.errors import NotVisibleError, RuleError
from keen.people.models import Contact
from keen.privacy.models import Freeze
from keen.privacy.queries.freezes import HOLD, RESTRICTION, in_force

TOLD = {
    RESTRICTION: "is restricted: it can be looked at, and nothing else.",
    HOLD: "is held: nothing erases it, whatever the rules say.",
}
LIFTED = {RESTRICTION: "can be worked with again.", HOLD: "is no longer held."}


def set_freeze(*, actor: Actor, what: str, contact_id: int, reason: str) -> Receipt:
    """The receipt of restricting a contact (GDPR, article 18), or of a legal hold.

    Raises: ForbiddenError; NotVisibleError; RuleError without a reason, or when it is so already.
    """
    require(actor, "privacy.manage")
    reason = text.clean(reason)[:200]
    if what not in TOLD:
        raise RuleError("unknown", "Choose a restriction or a legal hold.", "what")
    if not reason:
        raise RuleError(
            "missing", "Say why in a few words: it stands in the record and in the log.", "reason"
        )
    with transaction.atomic():
        work = start(actor=actor, verb="restricted" if what == RESTRICTION else "held")
        contact = _contact(actor, contact_id)
        if in_force(what, Contact.KIND, (contact.pk,)):
            raise RuleError("twice", f"{contact.title} {TOLD[what]} It was set before.")
        Freeze(
            what=what, record_kind=Contact.KIND, record_id=contact.pk, reason=reason, set_by_id=actor.user_id,
            set_at=work.at,
        ).save(force_insert=True)  # fmt: skip
        if what == RESTRICTION:
            _restrict(work, contact, True)
        note(work, Entry(Contact.KIND, contact.pk, contact.version, work.verb, {}, {"reason": reason}))
        return _told(work, contact, TOLD[what])


def lift_freeze(*, actor: Actor, what: str, contact_id: int) -> Receipt:
    """The receipt of lifting it. The line of why it was set stays.

    Raises: ForbiddenError; NotVisibleError when there is nothing to lift.
    """
    require(actor, "privacy.manage")
    with transaction.atomic():
        work = start(actor=actor, verb="lifted")
        contact = _contact(actor, contact_id)
        frozen = in_force(what, Contact.KIND, (contact.pk,))
        if frozen is None:
            raise NotVisibleError
        Freeze.objects.filter(pk=frozen.pk).update(lifted_at=work.at, lifted_by=actor.user_id)
        if what == RESTRICTION:
            _restrict(work, contact, False)
        note(work, Entry(Contact.KIND, contact.pk, contact.version, "lifted", {"reason": frozen.reason}, {}))
        return _told(work, contact, LIFTED[what])


def _contact(actor: Actor, contact_id: int) -> Contact:
    found: Contact | None = (
        Contact.objects.select_for_update().visible_to(actor).filter(pk=contact_id).first()
    )
    if found is None:
        raise NotVisibleError
    return found


def _restrict(work: Work, contact: Contact, on: bool) -> None:
    """The mark on the row by which the one permission rule knows it."""
    Contact.objects.filter(pk=contact.pk).update(restricted_at=work.at if on else None)


def _told(work: Work, contact: Contact, said: str) -> Receipt:
    link = Link(contact.title, f"/contacts/{contact.pk}/")
    return finish(work, Receipt("saved", f"{contact.title} {said}", object=link), undoable=False)

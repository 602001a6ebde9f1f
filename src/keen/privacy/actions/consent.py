"""The consent log: entries by people, and those that follow from what was ticked on the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from keen.core.actions.operations import Entry, finish, note, start
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.lib import text
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people.models import Contact
from keen.privacy.domain.consents import CHANNELS, FLAGS, State, flags, standings
from keen.privacy.models import Consent
from keen.privacy.queries.consents import expired, logged, standing_of
from keen.records import declare
from keen.records.actions import store

ON_THE_RECORD = "Changed on the record"


@dataclass(frozen=True, kw_only=True)
class Given:
    """A yes or a no for one channel: where it came from, on what words, since when, until when."""

    channel: str
    granted: bool
    source: str = ""
    wording: str = ""
    basis: str = "consent"
    given_on: date | None = None
    expires_on: date | None = None


def note_consent(*, actor: Actor, contact_id: int, given: Given) -> Receipt:
    """The receipt of an entry in the consent log; the contact's own fields follow the newest one.

    Shape: a no needs nothing but itself, and is possible on a restricted contact as well.
    Raises: NotVisibleError; ForbiddenError; RuleError with the field to mend.
    """
    with transaction.atomic():
        work = start(actor=actor, verb="consent")
        contact: Contact | None = (
            Contact.objects.select_for_update().visible_to(actor).filter(pk=contact_id).first()
        )
        if contact is None:
            raise NotVisibleError
        _check(actor, contact, given)
        today = timezone.localdate(work.at)
        row = Consent(
            contact=contact, channel=given.channel, granted=given.granted, basis=given.basis,
            source=text.clean(given.source)[:120] or "Told to " + actor.name[:100],
            wording=text.clean(given.wording)[:500], given_on=given.given_on or today,
            expires_on=given.expires_on, noted_by_id=actor.user_id, noted_at=work.at,
        )  # fmt: skip
        row.save(force_insert=True)
        note(
            work,
            Entry(Contact.KIND, contact.pk, contact.version, "consent", {}, {given.channel: given.granted}),
        )
        wanted = flags(standing_of(contact, today))
        store.alter(work, declare.get(Contact.KIND), [store.Alteration(contact, wanted, "consent")])
        seen = declare.get(Contact.KIND).as_read_by(actor, contact).title
        return finish(work, _told(contact, seen, given, today), undoable=False)


def _check(actor: Actor, contact: Contact, given: Given) -> None:
    if not actor.may_write:
        raise ForbiddenError
    may = contact.allows(actor, "edit") or (
        contact.is_restricted and not given.granted and actor.rights.scope(Contact.KIND, "edit").reach > 0
    )
    if not may:
        raise ForbiddenError("forbidden", f"You can see “{contact.title}” but not change it. Ask its owner.")
    if given.channel not in dict(CHANNELS):
        raise RuleError("unknown", "Choose e-mail, phone or post.", "channel")
    if given.basis not in dict(Consent.BASES):
        raise RuleError("unknown", "Choose why from the list.", "basis")
    if given.granted and not given.source.strip():
        message = "Say where the consent came from: a form, a fair, a call. Without it nobody can prove it."
        raise RuleError("missing", message, "source")
    if given.given_on and given.given_on > timezone.localdate():
        raise RuleError("future", "That day is still to come. Choose today or an earlier one.", "given_on")
    if given.granted and given.expires_on and given.expires_on < timezone.localdate():
        raise RuleError("past", "It would be over already. Choose a later day, or none.", "expires_on")


def _told(contact: Contact, title: str, given: Given, today: date) -> Receipt:
    label = dict(CHANNELS)[given.channel].lower()
    link = Link(title, f"/contacts/{contact.pk}/")
    if not given.granted:
        said = f"{title} is no longer reached by {label}."
        return Receipt("saved", said, object=link, nothing_next="That holds from now on.")
    until = f"until {given.expires_on.day} {given.expires_on:%b %Y}" if given.expires_on else ""
    since = given.given_on or today
    also = (f"since {since.day} {since:%b %Y}", *((until,) if until else ()))
    return Receipt("saved", f"{title} may be reached by {label}.", object=link, also=also)


def follow_flags(contacts: Sequence[Contact]) -> None:
    """The log follows where somebody ticked a no, or took it away, on the record itself or by a file.

    Cost: 1 query, and 1 more when something is to be written; none for new contacts who can be reached.
    """
    asked = [one for one in contacts if one.version > 1 or any(getattr(one, flag) for flag in FLAGS.values())]
    if not asked:
        return
    entries, today = logged(asked), timezone.localdate()
    made = []
    for contact in asked:
        for standing in standings(entries.get(contact.pk, ()), today):
            flag = FLAGS.get(standing.channel, "")
            refused = bool(flag) and bool(getattr(contact, flag))
            logged_no = standing.state in {State.WITHDRAWN, State.EXPIRED}
            if flag and logged_no != refused:
                made.append(
                    Consent(
                        contact=contact, channel=standing.channel, granted=not refused, source=ON_THE_RECORD,
                        basis="objection" if refused else "consent", given_on=today,
                        noted_by_id=contact.updated_by_id, noted_at=contact.updated_at,
                    )
                )  # fmt: skip
    Consent.objects.bulk_create(made)


def end_expired(*, actor: Actor, today: date) -> int:
    """How many contacts are no longer reached because their consent has run out.

    Cost: 2 queries, and those of `store.alter` for those it concerns.
    """
    ids = set(expired(today).values_list("contact_id", flat=True))
    count = 0
    for contact_id in sorted(ids):
        with transaction.atomic():
            work = start(actor=actor, verb="consent expired")
            contact = Contact.objects.living().select_for_update().filter(pk=contact_id).first()
            if contact is None:
                continue
            wanted = flags(standing_of(contact, today))
            if store.alter(
                work, declare.get(Contact.KIND), [store.Alteration(contact, wanted, "consent expired")]
            ):
                count += 1
                said = f"The consent of {contact.title} has run out."
                finish(
                    work,
                    Receipt("saved", said, object=Link(contact.title, f"/contacts/{contact.pk}/")),
                    undoable=False,
                )
    return count

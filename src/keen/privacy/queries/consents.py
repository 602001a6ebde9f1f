"""The consent log of contacts."""

from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet

from keen.core.domain.actor import Actor
from keen.core.prepared import Prepared
from keen.people.models import Contact
from keen.privacy.domain.consents import FLAGS, Standing, standings
from keen.privacy.models import Consent


def log_of(contact: Contact) -> QuerySet[Consent]:
    """The entries of the contact and of those merged into it, newest first.

    Cost: 1 query.
    """
    return _log(None, contact.pk, *contact.absorbed)


def _log(_: None, *ids: int) -> QuerySet[Consent]:
    found = Consent.objects.filter(contact__in=ids).select_related("noted_by")
    return found.order_by("-given_on", "-pk")


_ready_log = Prepared(_log)


def standing_of(contact: Contact, today: date) -> list[Standing]:
    """How it stands with each channel.

    Cost: 1 query.
    """
    return standings(_ready_log.rows(None, contact.pk, *contact.absorbed), today)


def readable(actor: Actor, found: Sequence[Standing]) -> list[Standing]:
    """How it stands, without the channels whose own field is hidden from the actor."""
    return [one for one in found if not actor.rights.hides(Contact.KIND, FLAGS.get(one.channel, ""))]


def expired(today: date) -> QuerySet[Consent]:
    """The consents that have run out.

    Cost: 1 query.
    """
    return Consent.objects.filter(granted=True, expires_on__lt=today)


def logged(contacts: Sequence[Contact]) -> dict[int, list[Consent]]:
    """The entries by contact.

    Cost: 1 query.
    """
    found: dict[int, list[Consent]] = {}
    for entry in Consent.objects.filter(contact__in=[contact.pk for contact in contacts]):
        found.setdefault(entry.contact_id, []).append(entry)
    return found

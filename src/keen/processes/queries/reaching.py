"""Whom an automation may write to about a record, and what an activity is about."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from keen.activities.models import Activity
from keen.core.domain.actor import Actor
from keen.people.models import Contact
from keen.privacy.domain.consents import State
from keen.privacy.queries.consents import standing_of
from keen.records import declare
from keen.records.models import Record
from keen.sales.models import Lead, Opportunity
from keen.sales.queries.people import involved

NO = frozenset({State.WITHDRAWN, State.EXPIRED})


@dataclass(frozen=True)
class Reached:
    """The person with the address, or why nobody is written to. `columns` are those of the e-mail on the timeline."""

    person: Record | None = None
    email: str = ""
    why_not: str = ""
    columns: dict[str, Any] = field(default_factory=dict)


def reach(actor: Actor, record: Record, today: date) -> Reached:
    """The person that the record is about, when they may be written to; a restricted one is not even seen here.

    Cost: 3 queries at most.
    """
    person = person_of(actor, record)
    if person is None:
        return Reached(why_not="no e-mail: there is no contact here")
    email: str = getattr(person, "email", "")
    if not email:
        return Reached(why_not="no e-mail: the contact has no address")
    if isinstance(person, Contact) and not _may_write(person, today):
        return Reached(why_not="no e-mail: the contact does not want any")
    columns = (
        {"contact_id": person.pk, "contact_name": person.called[:200]} if isinstance(person, Contact) else {}
    )
    return Reached(person, email, columns=columns)


def _may_write(contact: Contact, today: date) -> bool:
    if contact.email_opt_out:
        return False
    standing = next(one for one in standing_of(contact, today) if one.channel == "email")
    return standing.state not in NO


def person_of(actor: Actor, record: Record) -> Record | None:
    """The contact or the lead that the record is about, as far as the actor sees it: of a deal, who decides first.

    Cost: 2 queries at most.
    """
    if isinstance(record, Contact | Lead):
        return record
    if isinstance(record, Opportunity):
        found = involved(actor, record)
        return found[0].contact if found else None
    contact_id = getattr(record, "contact_id", None)
    if contact_id is None:
        return None
    person: Record | None = Contact.objects.visible_to(actor).filter(pk=contact_id).first()
    return person


def about_of(actor: Actor, activity: Activity) -> Record | None:
    """The record that an activity is about, as far as the actor sees it.

    Cost: 1 query.
    """
    named = [
        (activity.about_kind, activity.about_id),
        (Contact.KIND, activity.contact_id),
        ("account", activity.account_id),
    ]
    for kind, pk in named:
        record_type = declare.find(kind) if kind and pk else None
        if record_type is not None:
            found: Record | None = record_type.model.objects.visible_to(actor).filter(pk=pk).first()
            return found
    return None

"""What a contact's page shows about personal data: a band where it is restricted, and why one may write."""

from typing import cast

from django.utils import timezone

from keen.core import pages
from keen.core.access import KeenRequest
from keen.people.models import Contact
from keen.privacy.queries.consents import readable, standing_of
from keen.privacy.queries.freezes import RESTRICTION, in_force
from keen.privacy.queries.subjects import CONTACT
from keen.records.declare import RecordType
from keen.records.models import Record

KINDS = ("contact",)


def band(request: KeenRequest, record_type: RecordType, record: Record) -> str:
    """That the contact is restricted, and why; nothing for all others.

    Cost: 1 query for a restricted one, else none.
    """
    del record_type
    if not record.is_restricted:
        return ""
    frozen = in_force(RESTRICTION, CONTACT, (record.pk,))
    return pages.text(request, "privacy/_band.html", {"record": record, "frozen": frozen})


def consent(request: KeenRequest, record_type: RecordType, record: Record) -> str:
    """Why one may write or call, or may not, with a no one click away.

    Cost: 1 query.
    """
    contact = cast("Contact", record)
    context = {
        "record": record_type.as_read_by(request.actor, contact),
        "standings": readable(request.actor, standing_of(contact, timezone.localdate())),
        "may_edit": request.actor.may_write and request.actor.rights.scope(CONTACT, "edit").reach > 0,
    }
    return pages.text(request, "privacy/_consent.html", context)


def stand_in(request: KeenRequest, record_type: RecordType, record: Record) -> str:
    """For who looks after personal data: where a record that stands for a person is erased by itself.

    Cost: none.
    """
    links = [link.column for link in record_type.declared if link.to == CONTACT]
    mine = request.actor.may_write and request.actor.rights.has("privacy.manage")
    if not mine or any(getattr(record, column) is not None for column in links):
        return ""
    return pages.text(request, "privacy/_stand_in.html", {"type": record_type, "record": record})

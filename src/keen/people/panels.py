"""What accounts and contacts show on record pages: boxes that are fetched after the page, from their own addresses."""

from typing import cast

from django.urls import reverse

from keen.core import pages
from keen.core.access import KeenRequest
from keen.people.models import Contact
from keen.records.declare import RecordType
from keen.records.models import Record


def people(request: KeenRequest, record_type: RecordType, record: Record) -> str:
    """The place of the people at an account."""
    del record_type
    return _later(request, reverse("people-panel", args=[record.pk]), "People")


def colleagues(request: KeenRequest, record_type: RecordType, record: Record) -> str:
    """The place of the others at a contact's company; nothing without a company."""
    del record_type
    if cast("Contact", record).account_id is None:
        return ""
    return _later(request, reverse("colleagues-panel", args=[record.pk]), "Colleagues")


def relations(request: KeenRequest, record_type: RecordType, record: Record) -> str:
    """The place of how the record stands to others."""
    return _later(request, reverse("relations-panel", args=[record_type.kind, record.pk]), "Relations")


def _later(request: KeenRequest, href: str, label: str) -> str:
    return pages.text(request, "records/_later.html", {"href": href, "label": label})

"""Wishes on records for tests, and the browser of somebody who has signed in."""

import re
from typing import Any
from uuid import UUID

from django.test import Client

from keen.core.domain.receipts import Receipt
from keen.people.models import Contact
from keen.people.records import ACCOUNT, CONTACT
from keen.records.actions import life
from keen.records.actions.save import Wish, save
from keen.records.declare import RecordType
from keen.records.models import Handle, Record, SearchEntry

HTMX = {"HX-Request": "true"}
MARKS = frozenset({"version", "updated_at", "updated_by_id"})


def type_of(record: Record) -> RecordType:
    """The kind of a contact or an account."""
    return CONTACT if isinstance(record, Contact) else ACCOUNT


def create(user: Any, record_type: RecordType = CONTACT, **values: Any) -> Any:
    """What came of a record as somebody wishes it; a contact is called Haddad unless something else is said."""
    named = {"last_name": "Haddad"} | values if record_type is CONTACT else values
    return save(record_type, actor=user.actor(), wish=Wish(named))


def change(user: Any, record: Record, version: int | None = None, **values: Any) -> Any:
    """What came of other values, as somebody wishes them."""
    return save(type_of(record), actor=user.actor(), wish=Wish(values, record.pk, version))


def undo(user: Any, receipt: Receipt) -> Receipt:
    """The receipt of taking back what another receipt tells of."""
    return life.undo(actor=user.actor(), operation_id=UUID(receipt.operation))


def state(record: Record) -> dict[str, Any]:
    """The row without the marks of having been written."""
    row = type(record).objects.filter(pk=record.pk).values().get()
    return {name: value for name, value in row.items() if name not in MARKS}


def found(record: Record) -> tuple[bool, bool]:
    """Whether handles and search know the record."""
    whose = {"record_kind": record.KIND, "record_id": record.pk}
    return Handle.objects.filter(**whose).exists(), SearchEntry.objects.filter(**whose).exists()


def browser(user: Any) -> Client:
    """The browser of somebody who has signed in."""
    made = Client()
    made.force_login(user)
    return made


def html(response: Any) -> str:
    """The page of an answer."""
    return str(response.content.decode())


def input_value(response: Any, name: str) -> str:
    """The value that an input of the page holds."""
    found_value = re.search(rf'<input[^>]* name="{name}" value="([^"]*)"', html(response))
    assert found_value, f"no {name} in the form"
    return found_value[1]

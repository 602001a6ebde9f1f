"""Contacts and accounts for tests, written as the app writes them."""

from itertools import count
from typing import Any

from django.db import transaction

from keen.core.actions import operations
from keen.core.domain.actor import SYSTEM, Actor
from keen.core.domain.receipts import Receipt
from keen.lib import phones
from keen.lib.addresses import Address
from keen.people.models import Account, Contact
from keen.people.records import ACCOUNT, CONTACT
from keen.records.actions import store
from keen.records.declare import RecordType

_numbers = count(1)


def make_contact(name: str = "", *, actor: Actor = SYSTEM, **fields: Any) -> Contact:
    """A contact: "First Last", emails=["a@b.c"], phones=["030 1234567"], city="Berlin", account=Account."""
    first, _, last = (name or f"Person {next(_numbers)}").rpartition(" ")
    values = {"first_name": first, "last_name": last, **_reach(fields)}
    if account := values.get("account"):
        values["account_name"] = account.name
    return _written(CONTACT, Contact(**values), actor)


def make_account(name: str = "", *, actor: Actor = SYSTEM, **fields: Any) -> Account:
    """An account, with the same shorthands as a contact."""
    return _written(
        ACCOUNT, Account(**{"name": name or f"Company {next(_numbers)}", **_reach(fields)}), actor
    )


def _reach(fields: dict[str, Any]) -> dict[str, Any]:
    values = dict(fields)
    values["emails"] = [{"address": address, "label": "work"} for address in values.get("emails", [])]
    values["phones"] = [
        {"raw": raw, "e164": phones.parse(raw, "DE").e164, "label": "work"}
        for raw in values.get("phones", [])
    ]
    city = values.pop("city", "")
    values["addresses"] = [Address(city=city, country="DE", label="work").to_dict()] if city else []
    return values


def _written(record_type: RecordType, record: Any, actor: Actor) -> Any:
    with transaction.atomic():
        work = operations.start(actor=actor, verb="created")
        store.insert(work, record_type, [record])
        operations.finish(work, Receipt("saved", "Saved."))
    return record

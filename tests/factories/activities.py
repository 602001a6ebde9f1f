"""Activities for tests, written as the app writes them."""

from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from keen.activities.actions.about import About
from keen.activities.models import Activity
from keen.activities.records import ACTIVITY
from keen.core.actions import operations
from keen.core.domain.actor import SYSTEM, Actor
from keen.core.domain.receipts import Receipt
from keen.core.models import User
from keen.people.models import Account, Contact
from keen.records.actions import life, store

_numbers = count(1)


def make_activity(owner: User | None = None, *, actor: Actor = SYSTEM, **fields: Any) -> Activity:
    """An activity of somebody: kind="task", contact=..., account=..., plan_on=..., done=True for one that is over."""
    values: dict[str, Any] = {"kind": "task", "subject": f"Thing {next(_numbers)}", "owner": owner, **fields}
    if owner is not None:
        values.setdefault("team", owner.team)
    if values.pop("done", False):
        values |= {"status": "done", "done_at": values.get("done_at") or timezone.now()}
    contact: Contact | None = values.get("contact")
    account: Account | None = values.get("account")
    if contact is not None:
        values["contact_name"] = contact.called
    if account is not None:
        values["account_name"] = account.title
    with transaction.atomic():
        work = operations.start(actor=actor, verb="created")
        activity = Activity(**values)
        store.insert(work, ACTIVITY, [activity])
        operations.finish(work, Receipt("saved", "Saved."))
    return activity


def make_call(owner: User, contact: Contact, **fields: Any) -> Activity:
    """A call that took place: days_ago=3."""
    days = fields.pop("days_ago", 0)
    done_at = timezone.now() - timedelta(days=days)
    values = {"kind": "call", "subject": "", "outcome": "reached", "done": True, "done_at": done_at, **fields}
    return make_activity(owner, actor=owner.actor(), contact=contact, **values)


def about(record: Any) -> About:
    """The record as that which something is about."""
    return About(record.KIND, record.pk)


def only() -> Activity:
    """The one activity that there is."""
    return Activity.objects.get()


def undone(receipt: Receipt, actor: Actor) -> Receipt:
    """The receipt of taking the deed of this receipt back."""
    return life.undo(actor=actor, operation_id=UUID(receipt.undo))


def client_of(user: Any) -> Client:
    """A browser without scripts, signed in."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def words(response: Any) -> str:
    """What an answer says."""
    return str(response.content.decode())

"""What the data steward of the demo company did about doubles: some of them became one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from keen.activities.models import ActivityLink
from keen.core.models import Change, Operation
from keen.orders.models import Order
from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.records.actions import merge
from keen.sales.models import Involvement
from keen.site.demo.customers import Customers
from keen.site.demo.day import Day
from keen.site.demo.person import Person

STEWARD = "data_steward"
MERGES = 5
APART = timedelta(minutes=7)


def merge_doubles(people: Sequence[Person], customers: Customers) -> None:
    """The steward made some doubles one, on the last day that they worked; these are planted doubles no more."""
    steward = next(one for one in people if one.hired.colleague.role == STEWARD)
    if not steward.active:
        return
    at = Day(steward, max(steward.active)).end - MERGES * APART
    for first, twin in _plain(customers)[:MERGES]:
        receipt = merge.merge(
            CONTACT, actor=steward.hired.user.actor(), keep_id=first.pk, lose_id=twin.pk, chosen={}
        )
        _then(UUID(receipt.operation), at)
        Contact.objects.filter(pk__in=[first.pk, twin.pk]).update(updated_at=at)
        Contact.objects.filter(pk=twin.pk).update(deleted_at=at)
        customers.twice.remove((first, twin))
        at += APART


def _plain(customers: Customers) -> list[tuple[Contact, Contact]]:
    """The pairs of people of whose second one nothing else tells yet."""
    pairs = [
        (one, twin) for one, twin in customers.twice if isinstance(one, Contact) and isinstance(twin, Contact)
    ]
    ids = [twin.pk for _, twin in pairs]
    busy = set(
        ActivityLink.objects.filter(record_kind="contact", record_id__in=ids).values_list(
            "record_id", flat=True
        )
    )
    busy |= set(Involvement.objects.filter(contact__in=ids).values_list("contact_id", flat=True))
    busy |= set(Order.objects.filter(contact__in=ids).values_list("contact_id", flat=True))
    counted = [one.pk for pair in pairs for one in pair]
    return [
        pair for pair in pairs if pair[1].pk not in busy and all(counted.count(one.pk) == 1 for one in pair)
    ]


def _then(operation: UUID, at: datetime) -> None:
    """The operation as if it had been done at the moment."""
    own = Operation.objects.get(pk=operation)
    until = at + (own.undo_until - own.at) if own.undo_until else None
    Operation.objects.filter(pk=operation).update(at=at, undo_until=until)
    Change.objects.filter(operation=operation).update(at=at)

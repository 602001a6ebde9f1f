"""Invoices whose day has passed."""

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from keen.core.events import publish_many
from keen.orders.domain.choices import Status
from keen.orders.events import InvoiceOverdue
from keen.orders.models import Invoice

BATCH = 500


def tell() -> int:
    """How many invoices are overdue of which that was not said before. Another due day is said again.

    Cost: 3 queries for each 500.
    """
    today, count = timezone.localdate(), 0
    late = (
        Invoice.objects.living().filter(open_amount__gt=0, due_on__lt=today).exclude(status=Status.CANCELLED)
    )
    untold = late.filter(Q(overdue_told__isnull=True) | ~Q(overdue_told=F("due_on")))
    while True:
        with transaction.atomic():
            rows = list(untold.select_for_update().order_by("due_on", "pk")[:BATCH])
            publish_many(
                InvoiceOverdue(
                    invoice_id=row.pk, due_on=row.due_on, account_id=row.account_id, open_amount=row.open_amount,
                    currency=row.currency,
                )
                for row in rows
            )  # fmt: skip
            Invoice.objects.filter(pk__in=[row.pk for row in rows]).update(overdue_told=F("due_on"))
        count += len(rows)
        if len(rows) < BATCH:
            return count

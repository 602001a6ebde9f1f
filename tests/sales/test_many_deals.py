"""Many deals at once, as a file brings them."""

from decimal import Decimal

import pytest
from django.db import transaction

from keen.core.actions import operations
from keen.core.domain.actor import SYSTEM
from keen.core.domain.receipts import Receipt
from keen.records.actions import store
from keen.sales.models import Opportunity
from keen.sales.records import OPPORTUNITY
from tests.factories.sales import money

pytestmark = pytest.mark.django_db


def test_deals_that_come_together_keep_their_cents() -> None:
    deals = [Opportunity(name=f"Deal {n}", amount=money(f"{n}.07")) for n in range(30)]
    with transaction.atomic():
        work = operations.start(actor=SYSTEM, verb="created")
        store.insert(work, OPPORTUNITY, deals)
        operations.finish(work, Receipt("saved", "Saved."))
    kept = Opportunity.objects.order_by("pk").values_list("value", flat=True)
    assert list(kept) == [Decimal(f"{n}.07") for n in range(30)]

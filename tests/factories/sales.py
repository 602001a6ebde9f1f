"""Deals for tests, written as the app writes them."""

from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction

from keen.core.actions import operations
from keen.core.domain.actor import SYSTEM, Actor
from keen.core.domain.receipts import Receipt
from keen.people.models import Account
from keen.records.actions import store
from keen.sales.models import Opportunity, StageStay
from keen.sales.records import OPPORTUNITY

_numbers = count(1)


def money(amount: str | int | Decimal, currency: str = "EUR") -> dict[str, str]:
    """An amount as deals hold it."""
    return {"amount": str(amount), "currency": currency}


def make_opportunity(
    name: str = "",
    *,
    actor: Actor = SYSTEM,
    amount: str | int | dict[str, str] | None = None,
    since: datetime | None = None,
    **fields: Any,
) -> Opportunity:
    """A deal: stage="proposal", amount=48000 or money("12.50", "CHF"), account=Account, owner=, team=, since=."""
    account: Account | None = fields.get("account")
    values: dict[str, Any] = {"name": name or f"Deal {next(_numbers)}", **fields}
    if account is not None:
        values["account_name"] = account.name
    if amount is not None:
        values["amount"] = amount if isinstance(amount, dict) else money(amount)
    deal = Opportunity(**values)
    with transaction.atomic():
        work = operations.start(actor=actor, verb="created")
        store.insert(work, OPPORTUNITY, [deal])
        operations.finish(work, Receipt("saved", "Saved."))
        if since is not None:
            # As if it had come to its stage then: tests cannot wait for weeks.
            deal.stage_since = since
            deal.derive_stale()
            Opportunity.objects.filter(pk=deal.pk).update(stage_since=since, stale_on=deal.stale_on)
            StageStay.objects.filter(opportunity_id=deal.pk, left_at=None).update(entered_at=since)
    return deal

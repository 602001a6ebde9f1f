"""Deals, leads and web forms for tests, written as the app writes them."""

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
from keen.sales.models import Lead, Opportunity, StageStay, WebForm
from keen.sales.records import LEAD, OPPORTUNITY

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


def make_lead(
    name: str = "", *, actor: Actor = SYSTEM, email: str = "", phone: str = "", **fields: Any
) -> Lead:
    """A lead: "Jana Roth", email="jana@nord.example", phone="+493012345678", company=, status=, owner=, team=."""
    first, _, last = (name or f"Lead {next(_numbers)}").partition(" ")
    values: dict[str, Any] = {"first_name": first, "last_name": last, **fields}
    if email:
        values["emails"] = [{"address": email, "label": "work"}]
    if phone:
        values["phones"] = [{"raw": phone, "e164": phone, "label": "work"}]
    lead = Lead(**values)
    with transaction.atomic():
        work = operations.start(actor=actor, verb="created")
        store.insert(work, LEAD, [lead])
        operations.finish(work, Receipt("saved", "Saved."))
    return lead


def make_form(name: str = "Contact us", **fields: Any) -> WebForm:
    """A web form: team=, owner=, promised_hours=, fields=, consent_text=, sites=."""
    usual: dict[str, Any] = {
        "key": f"form-{next(_numbers)}",
        "thanks": "Thank you. We will be in touch.",
        "fields": [
            {"name": "first_name", "required": False},
            {"name": "last_name", "required": True},
            {"name": "emails", "required": True},
            {"name": "company", "required": False},
            {"name": "description", "required": False},
        ],
    }
    return WebForm.objects.create(name=name, **{**usual, **fields})

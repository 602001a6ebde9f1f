"""Exchange rates: from a day on, one unit of a currency is worth so much of the company's. Deals follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from keen.core.actions import operations, stamps
from keen.core.actions.operations import Entry, Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Change
from keen.lib import numbers
from keen.lib.errors import RuleError
from keen.sales.actions.pipelines import rederive, require
from keen.sales.models import ExchangeRate, Opportunity

RATE = "exchange_rate"
LETTERS = 3
LARGEST = Decimal(10) ** 9


@dataclass(frozen=True)
class RateWish:
    """A rate as it was typed."""

    currency: str
    on: date | None
    rate: str


def set_rate(*, actor: Actor, wish: RateWish) -> Receipt:
    """The receipt of a rate that holds from a day on; open deals in that currency are worth what it says.

    Raises: ForbiddenError; RuleError that says which part is to be mended.
    """
    require(actor)
    currency, rate = _currency(wish.currency), _rate(wish.rate)
    if wish.on is None:
        raise RuleError("missing", "Say from which day on the rate holds.", "on")
    with transaction.atomic():
        stamps.hold()
        work = operations.start(actor=actor, verb="saved")
        row = ExchangeRate.objects.select_for_update().filter(currency=currency, on=wish.on).first()
        _write(work, row or ExchangeRate(currency=currency, on=wish.on), rate)
        count = _follow(currency)
        also = (f"it counts for {count:,} {'deal' if count == 1 else 'deals'}",) if count else ()
        text = f"From {wish.on.day} {wish.on:%b %Y}, 1 {currency} is worth {rate.normalize():f} {settings.KEEN.currency}."
        link = Link("Exchange rates", reverse("pipelines") + "#rates")
        return operations.finish(work, Receipt("saved", text, object=link, also=also))


def _currency(typed: str) -> str:
    found = typed.strip().upper()
    if not (len(found) == LETTERS and found.isascii() and found.isalpha()):
        raise RuleError("not_a_currency", "Write the currency as three letters, such as USD.", "currency")
    if found == settings.KEEN.currency:
        raise RuleError("own_currency", f"{found} is the company's own currency: it is worth 1.", "currency")
    return found


def _rate(typed: str) -> Decimal:
    # A rate has no thousands: a comma parts the fraction everywhere.
    found = numbers.read(typed, "," if "," in typed else ".")
    if found is None:
        raise RuleError("not_a_number", "Write the rate as a number, such as 0.92.", "rate")
    if not 0 < found < LARGEST:
        raise RuleError("not_a_number", "A rate is greater than 0.", "rate")
    kept = found.quantize(Decimal("0.00000001"))
    if not kept:
        raise RuleError("not_a_number", "This rate has more than eight decimals. Round it.", "rate")
    return kept


def _write(work: Work, row: ExchangeRate, rate: Decimal) -> None:
    ends = {"currency": row.currency, "on": row.on.isoformat()}
    before = {**ends, "rate": str(row.rate)} if row.pk else {}
    row.rate = rate
    row.save()
    operations.note(
        work,
        Entry(RATE, row.pk, 0, "updated" if before else "created", dict(before), {**ends, "rate": str(rate)}),
    )
    stamps.renew()


def undo_rates(work: Work, changes: Sequence[Change]) -> None:
    """Rates are again as they were; what was set again since stays."""
    require(work.actor)
    stamps.hold()
    for change in changes:
        row = (
            ExchangeRate.objects.select_for_update()
            .filter(currency=change.after["currency"], on=date.fromisoformat(change.after["on"]))
            .first()
        )
        if row is None or row.rate != Decimal(change.after["rate"]):
            raise RuleError("changed_since", "This rate was set again since. Set it by hand.")
        if change.before:
            _write(work, row, Decimal(change.before["rate"]))
        else:
            row.delete()
            operations.note(work, Entry(RATE, change.record_id, 0, "deleted", dict(change.after), {}))
            stamps.renew()
        _follow(change.after["currency"])


def _follow(currency: str) -> int:
    """How many deals in the currency are worth something else, or may be."""
    return rederive(Opportunity.objects.filter(amount__currency=currency))

"""What prices start with: the standard book, the tax rates, and the paper of quotes."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from keen.core.actions import operations, stamps
from keen.core.actions.operations import Entry, Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Change
from keen.lib import numbers, text
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.records import declare
from keen.records.actions import store
from keen.records.actions.save import address
from keen.records.actions.values import InvalidError
from keen.sales.domain import pricing
from keen.sales.models import PriceBook, QuotePaper, TaxRate
from keen.sales.models.products import MANAGE, taxes
from keen.sales.models.quotes import PAPER

TAX, PAPER_KIND = "tax_rate", "quote_paper"
LONGEST = {
    "company": 120,
    "address": 400,
    "contact": 300,
    "small_print": 600,
    "introduction": 5000,
    "terms": 5000,
}
COLOUR = re.compile(r"#[0-9a-f]{6}")
MOST_DAYS = 365


def require(actor: Actor) -> None:
    """Nothing, for who may set up prices.

    Raises: ForbiddenError.
    """
    if not actor.rights.has(MANAGE) or not actor.may_write:
        raise ForbiddenError("forbidden", "Your role may not set up prices. Ask an administrator.")


def make_standard(*, actor: Actor, book_id: int) -> Receipt:
    """The receipt of a book that is the standard from now on; the one before is no longer.

    Raises: NotVisibleError; ForbiddenError.
    """
    require(actor)
    record_type = declare.get(PriceBook.KIND)
    with transaction.atomic():
        work = operations.start(actor=actor, verb="saved")
        books = PriceBook.objects.living().select_for_update()
        chosen = books.filter(pk=book_id).first()
        if chosen is None:
            raise NotVisibleError
        before = list(books.filter(standard=True).exclude(pk=book_id))
        # One after the other: at no moment are there two.
        store.alter(work, record_type, [store.Alteration(one, {"standard": False}) for one in before])
        store.alter(work, record_type, [store.Alteration(chosen, {"standard": True})])
        link = Link(chosen.name, address(record_type, chosen.pk))
        also = tuple(f"{one.name} is no longer" for one in before)
        return operations.finish(
            work, Receipt("saved", f"{chosen.name} is the standard.", object=link, also=also)
        )


def set_tax(*, actor: Actor, key: str, name: str, percent: str) -> Receipt:
    """The receipt of a tax class that takes so much from now on. Quotes that are there keep what they say.

    Raises: InvalidError; ForbiddenError.
    """
    require(actor)
    try:
        rate = pricing.number(
            percent, "percent", 3, most=pricing.HUNDRED, mark=numbers.mark_of(settings.KEEN.region)
        )
    except RuleError as error:
        raise InvalidError({"percent": error.message}) from None
    named = text.clean(name, 60)
    if not named:
        raise InvalidError({"name": "Name is missing."})
    with transaction.atomic():
        stamps.hold()
        work = operations.start(actor=actor, verb="saved")
        _keep_usual()
        row = TaxRate.objects.filter(key=key).first()
        if row is None:
            made = re.sub(r"[^a-z0-9]+", "-", text.fold(named))[:16].strip("-") or "tax"
            taken = set(TaxRate.objects.values_list("key", flat=True))
            free = next(one for one in (made, *(f"{made}-{n}" for n in range(2, 999))) if one not in taken)
            row = TaxRate(key=free, position=len(taken))
        before = row.facts() if row.pk else {}
        row.name, row.percent = named, rate
        row.save()
        operations.note(work, Entry(TAX, row.pk, 0, "updated" if before else "created", before, row.facts()))
        stamps.renew()
        link = Link("Prices and quotes", reverse("price-settings"))
        return operations.finish(work, Receipt("saved", f"{named}: {rate.normalize():f} %.", object=link))


def _keep_usual() -> None:
    """What the country starts with is written down before the first of it changes."""
    if not TaxRate.objects.exists():
        for place, one in enumerate(taxes()):
            TaxRate(key=one.key, name=one.name, percent=one.percent, position=place).save(force_insert=True)


def undo_taxes(work: Work, changes: Sequence[Change]) -> None:
    """Tax classes are again as they were; one that was new stays, for products may name it."""
    require(work.actor)
    stamps.hold()
    for change in changes:
        row = TaxRate.objects.select_for_update().get(pk=change.record_id)
        if row.facts() != change.after:
            raise RuleError("changed_since", "This tax was set again since. Set it by hand.")
        if not change.before:
            raise RuleError("new_one", "A new tax class stays: products may name it. Rename it instead.")
        row.name, row.percent = change.before["name"], change.before["percent"]
        row.save()
        operations.note(work, Entry(TAX, row.pk, 0, "undone", dict(change.after), dict(change.before)))
        stamps.renew()


def set_paper(*, actor: Actor, given: Mapping[str, Any]) -> Receipt:
    """The receipt of what quotes start with from now on. Sent ones keep what they say.

    Raises: InvalidError; ForbiddenError.
    """
    require(actor)
    facts = _facts(given)
    with transaction.atomic():
        work = operations.start(actor=actor, verb="saved")
        _write_paper(work, facts)
        link = Link("Prices and quotes", reverse("price-settings"))
        return operations.finish(
            work, Receipt("saved", "New quotes look like this from now on.", object=link)
        )


def _facts(given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: text.clean(str(given.get(name) or ""), most, multiline=name != "company")
        for name, most in LONGEST.items()
    }
    errors = {}
    accent = str(given.get("accent") or PAPER["accent"]).lower()
    if not COLOUR.fullmatch(accent):
        errors["accent"] = "Write the colour as # and six digits, such as #1f5fbf."
    days = str(given.get("days") or PAPER["days"])
    if not (days.isascii() and days.isdigit() and 1 <= int(days) <= MOST_DAYS):
        errors["days"] = f"From 1 to {MOST_DAYS} days."
    if errors:
        raise InvalidError(errors)
    return {**found, "accent": accent, "days": int(days)}


def _write_paper(work: Work, facts: dict[str, Any]) -> None:
    row = QuotePaper.objects.select_for_update().order_by("pk").first() or QuotePaper()
    before, row.facts = dict(row.facts), facts
    row.save()
    operations.note(work, Entry(PAPER_KIND, row.pk, 0, "updated", before, facts))


def undo_paper(work: Work, changes: Sequence[Change]) -> None:
    """New quotes start again with what they started with before."""
    require(work.actor)
    for change in changes:
        _write_paper(work, dict(change.before))

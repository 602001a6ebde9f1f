"""Lines of deals: what is offered, and what the deal is worth by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from keen.core.actions import operations
from keen.core.actions.operations import AlreadyDoneError
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.lib.errors import ForbiddenError, RuleError
from keen.lib.ids import id_of
from keen.records import declare
from keen.records.actions import store
from keen.records.actions.save import address, for_change
from keen.records.actions.values import InvalidError
from keen.sales.domain import pricing
from keen.sales.domain.pricing import MOST_LINES, Discount
from keen.sales.models import Opportunity
from keen.sales.queries import prices

# What makes a row of inputs a line: a tax alone, which a new row starts with, does not.
TELLING = ("product", "text", "price")


@dataclass(frozen=True)
class Wish:
    """The lines as they were typed, in their order. `version` is that of the deal as it was shown.

    Shape: `mark` is the sign before the fraction where numbers could be read either way.
    """

    rows: Sequence[Mapping[str, Any]]
    currency: str = ""
    version: int | None = None
    once: str = ""
    mark: str = pricing.POINT


def set_lines(*, actor: Actor, deal_id: int, wish: Wish) -> Receipt:
    """The receipt of a deal with these lines, whose amount is what they come to.

    Raises: InvalidError that names the inputs to mend; RuleError when somebody changed the lines since; NotVisibleError;
    ForbiddenError.
    """
    try:
        with transaction.atomic():
            return _set(actor, deal_id, wish)
    except AlreadyDoneError as before:
        return before.receipt()


def _set(actor: Actor, deal_id: int, wish: Wish) -> Receipt:
    record_type = declare.get(Opportunity.KIND)
    work = operations.start(actor=actor, verb="saved", once=wish.once)
    deal = for_change(record_type, actor, deal_id)
    assert isinstance(deal, Opportunity)  # noqa: S101  the declaration says so
    if actor.rights.locks(deal.KIND, "amount") or actor.rights.locks(deal.KIND, "lines"):
        raise ForbiddenError(
            "field_forbidden", "You cannot change the amount of deals, nor the lines it follows from."
        )
    if wish.version not in {None, deal.version}:
        message = "Somebody changed this deal since you opened it. Look at its lines again, then change them."
        raise RuleError("changed_since", message)
    currency = checked_currency(wish.currency or currency_of(deal))
    lines = read_rows(actor, wish.rows, currency, wish.mark)
    columns: dict[str, Any] = {"lines": lines}
    if lines and pricing.plain_money(pricing.worth_of(lines)) != pricing.plain_money(deal.amount or {}):
        columns["amount"] = pricing.worth_of(lines)
    store.alter(work, record_type, [store.Alteration(deal, columns)])
    return operations.finish(work, _told(deal, record_type.told_to(actor, deal), currency))


def _told(deal: Opportunity, name: str, currency: str) -> Receipt:
    href = address(declare.get(deal.KIND), deal.pk)
    link = Link(name, href)
    if not deal.lines:
        return Receipt(
            "saved", f"{name} has no lines any more. Its amount stays until somebody changes it.", object=link
        )
    totals = pricing.total_of_kept(deal.lines, currency)
    count = "1 line" if len(deal.lines) == 1 else f"{len(deal.lines)} lines"
    also = (f"the amount follows from {count}: {pricing.said(totals.net, currency)} {currency} without tax",)
    return Receipt(
        "saved",
        f"{name} has {count}.",
        object=link,
        also=also,
        next=Link("Make a quote", f"{href}quote/", post=True),
    )


def currency_of(deal: Opportunity) -> str:
    """The currency of a deal: of its lines, of its amount, of the standard book, or the company's."""
    if deal.lines:
        return str(deal.lines[0]["currency"])
    if deal.amount:
        return str(deal.amount["currency"])
    return prices.default_currency() or settings.KEEN.currency


def checked_currency(typed: str) -> str:
    """The currency as three letters.

    Raises: InvalidError.
    """
    found = typed.strip().upper()
    if not (len(found) == 3 and found.isascii() and found.isalpha()):
        raise InvalidError({"currency": "Write the currency as three letters, such as EUR."})
    return found


def filled(actor: Actor, rows: Sequence[Mapping[str, Any]], currency: str) -> list[dict[str, Any]]:
    """The rows of inputs, in which a product that was chosen brings what was left empty: words, price, tax.

    Cost: 3 queries where a product is named.
    """
    chosen = [id_of(row.get("product") or "") for row in rows]
    ids = {one for one in chosen if one is not None}
    known = prices.offered(actor, ids, currency, timezone.localdate()) if ids else {}
    found = []
    for row, product in zip(rows, chosen, strict=True):
        one = None if product is None else known.get(product)
        usual = prices.as_typed(one, currency) if one else {}
        given = {name: value for name, value in row.items() if value not in {None, ""}}
        # The words of the look-up are the title of what was chosen; tax and unit are the product's until it is on the row.
        fresh = one is not None and row.get("held") != str(row["product"])
        replaced = {
            name: usual[name]
            for name in ("text", "article", "unit", "tax", "price")
            if fresh and usual.get(name)
        }
        if fresh and given.get("price") and row.get("held") in {None, ""}:
            replaced.pop("price", None)
        made = {**usual, **given, **replaced}
        if one is None:
            made["product"] = ""
        made["held"] = str(made.get("product") or "")
        found.append(made)
    return found


def read_rows(
    actor: Actor, rows: Sequence[Mapping[str, Any]], currency: str, mark: str = pricing.POINT
) -> list[dict[str, Any]]:
    """The lines as a row keeps them; rows in which nothing was typed are left out.

    Raises: InvalidError whose names are those of the inputs: "price-2" is the price in the second row.
    """
    errors: dict[str, str] = {}
    lines: list[dict[str, Any]] = []
    for place, row in enumerate(filled(actor, rows, currency), 1):
        if not any(str(row.get(name) or "").strip() for name in TELLING):
            continue
        try:
            lines.append(pricing.kept(pricing.read_line(row, currency, mark), len(lines) + 1, currency))
        except RuleError as error:
            errors[f"{error.field}-{place}"] = f"Line {place}: {error.message}"
    if len(lines) > MOST_LINES:
        errors["text-1"] = f"At most {MOST_LINES} lines fit. Make a second quote for the rest."
    if errors:
        raise InvalidError(errors)
    return lines


def read_whole_discount(
    given: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    currency: str,
    mark: str = pricing.POINT,
) -> Discount:
    """The discount on the whole.

    Raises: InvalidError.
    """
    try:
        discount = pricing.read_discount(given, mark)
        pricing.total_of_kept(lines, currency, discount)
    except RuleError as error:
        raise InvalidError({"discount": error.message}) from None
    return discount

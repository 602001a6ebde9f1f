"""Quotes as they are read: those of a deal, the one behind a private link, and what a quote says on paper."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from babel.numbers import format_currency, format_decimal
from django.urls import reverse
from django.utils import timezone

from keen.activities.queries.timeline import ORDERS, Entry, Place, before
from keen.core.domain.actor import Actor
from keen.core.domain.rights import Scope
from keen.core.jinja import LOCALE
from keen.records.models import RecordQuerySet
from keen.sales.domain import pricing, quotes
from keen.sales.domain.paper import Paper, PaperLine
from keen.sales.domain.pipeline import StageType
from keen.sales.models import Opportunity, Quote, QuoteLink, QuoteMoment
from keen.sales.models.pipelines import pipelines

COLUMNS = {"opportunity": "quote__opportunity_id", "account": "quote__account_id"}
ICONS = {quotes.OPENED: "mail-opened", "accepted": "circle-check", "refused": "circle-x"}
TONES = {"accepted": "ok", "refused": "bad"}


def fingerprint(token: str) -> str:
    """What is kept of a token: nobody who reads the table can open a quote with it."""
    return sha256(token.encode()).hexdigest()


def by_token(token: str, now: datetime) -> QuoteLink | None:
    """The link with its quote, while it holds.

    Cost: 1 query.
    """
    links = QuoteLink.objects.filter(
        token_hash=fingerprint(token), revoked_at=None, expires_at__gt=now, quote__deleted_at=None,
        # Nobody here would see the answer.
        quote__opportunity__deleted_at=None,
    )  # fmt: skip
    return links.select_related("quote", "quote__owner").first()


def of_deal(actor: Actor, deal_id: int) -> RecordQuerySet:
    """The quotes of a deal that the actor sees, the latest first."""
    rows: RecordQuerySet = Quote.objects.visible_to(actor).filter(opportunity_id=deal_id)
    return rows.order_by("-number", "-revision")


def lines(actor: Actor, place: Place, cursor: tuple[str, datetime, int] | None, most: int) -> Iterable[Entry]:
    """What customers did with quotes, as lines on the timelines of deals and accounts.

    Cost: 1 query, 1 more where there are any.
    """
    column = COLUMNS.get(place.kind)
    if column is None or actor.rights.scope(Quote.KIND, "view") is Scope.NONE:
        return []
    rows = QuoteMoment.objects.filter(**{f"{column}__in": place.ids}).select_related("quote")
    if cursor:
        rows = rows.filter(before(cursor, "o", "pk"))
    found = list(rows.order_by("-at", "-pk")[: most + 1])
    ids = {row.quote_id for row in found}
    seen = (
        set(Quote.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    )
    return [_entry(row) for row in found if row.quote_id in seen]


def _entry(row: QuoteMoment) -> Entry:
    return Entry(
        at=row.at, id=row.pk, source="o", who=f"Quote {row.quote.title}", did=dict(quotes.MOMENTS)[row.what],
        icon=ICONS[row.what], tone=TONES.get(row.what, ""), href=f"/quotes/{row.quote_id}/", kind=ORDERS,
    )  # fmt: skip


def won_href(row: Quote) -> str:
    """Where the deal of an accepted quote is marked won; its page where its pipeline has no such stage."""
    href = f"/opportunities/{row.opportunity_id}/"
    stage = Opportunity.objects.filter(pk=row.opportunity_id).values_list("stage", flat=True).first()
    pipeline = pipelines().of_stage(stage or "")
    won = pipeline.first_of(StageType.WON) if pipeline else None
    return f"{reverse('opportunity-move', args=[row.opportunity_id])}?stage={won.key}" if won else href


def money(value: Decimal | str, currency: str) -> str:
    """An amount as quotes say it, with the digits of its currency; a unit price with as many as it has."""
    amount = Decimal(value)
    places = max(
        -int(pricing.unit_of(currency).as_tuple().exponent),
        -int((amount.normalize() + 0).as_tuple().exponent),
    )
    pattern = f"¤#,##0{'.' + '0' * places if places > 0 else ''}"
    return str(format_currency(amount, currency, pattern, locale=LOCALE, currency_digits=False))


def plain(value: Decimal | str) -> str:
    """A number as quotes say it."""
    return str(format_decimal(Decimal(value), "#,##0.###", locale=LOCALE))


def shown_lines(row: Quote | Opportunity) -> list[dict[str, Any]]:
    """The lines in words, for the page, the paper and the customer."""
    return [
        {
            **line,
            "quantity_said": f"{plain(line['quantity'])} {line['unit']}".strip(),
            "price_said": money(line["price"], line["currency"]),
            "amount_said": money(line["amount"], line["currency"]),
            "tax_said": f"{plain(line['tax'])} %",
            "off": _off(line["discount_way"], line["discount"], line["currency"]),
        }
        for line in row.lines
    ]


def _off(way: str, value: str, currency: str) -> str:
    if not Decimal(value):
        return ""
    return f"less {plain(value)} %" if way == pricing.PERCENT else f"less {money(value, currency)}"


def sums(row: Quote) -> list[tuple[str, str]]:
    """What stands between the lines and the total, in words."""
    totals = row.totals
    found = []
    if totals.discount:
        percent = f" of {plain(row.discount)} %" if row.discount_way == pricing.PERCENT else ""
        found = [
            ("Sum of the lines", money(totals.lines, row.currency)),
            (f"Discount{percent}", f"\N{MINUS SIGN}{money(totals.discount, row.currency)}"),
        ]
    found.append(("Without tax", money(totals.net, row.currency)))
    found += [
        (f"{plain(part.percent)} % tax on {money(part.base, row.currency)}", money(part.tax, row.currency))
        for part in totals.taxes
        if part.percent
    ]
    return found


def paper_of(row: Quote, letterhead: dict[str, Any]) -> Paper:
    """What the quote says on paper. A draft says that it is one."""
    made = timezone.localtime(row.sent_at or row.updated_at)
    facts = [("Date", f"{made:%-d %B %Y}")]
    if row.valid_until:
        facts.append(("Valid until", f"{row.valid_until:%-d %B %Y}"))
    if row.owner:
        facts.append(("Your contact", row.owner.name))
    return Paper(
        title="Draft of quote" if row.is_draft else "Quote",
        number=row.title,
        made_at=made,
        sender=str(letterhead.get("company") or "Quote"),
        sender_lines=_lines_of(letterhead, "address", "contact"),
        receiver_lines=[part for part in (row.account_name, row.contact_name) if part],
        facts=facts,
        introduction=row.introduction,
        lines=[
            PaperLine(
                str(line["position"]),
                line["text"],
                ", ".join(part for part in (line["article"], line["off"]) if part),
                line["quantity_said"],
                line["price_said"],
                line["tax_said"],
                line["amount_said"],
            )
            for line in shown_lines(row)
        ],
        sums=sums(row),
        total=("Total", money(row.totals.gross, row.currency)),
        terms=row.terms,
        small_print=str(letterhead.get("small_print") or ""),
        accent=str(letterhead.get("accent") or "#1f5fbf"),
    )


def _lines_of(letterhead: dict[str, Any], *names: str) -> list[str]:
    return [
        line.strip()
        for name in names
        for line in str(letterhead.get(name) or "").splitlines()
        if line.strip()
    ]

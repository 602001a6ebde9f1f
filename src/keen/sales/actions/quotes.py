"""Quotes while they are written: made from the lines of a deal, changed, made anew as the next version, discarded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from keen.activities.actions.about import deed
from keen.core.actions import operations
from keen.core.actions.operations import Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.lib import text
from keen.lib.errors import ForbiddenError, RuleError
from keen.lib.ids import id_of
from keen.people.models import Contact
from keen.records import declare
from keen.records.actions import store
from keen.records.actions.save import address, for_change, team_of
from keen.records.actions.values import InvalidError
from keen.sales.actions import lines as line_actions
from keen.sales.domain import quotes
from keen.sales.domain.pricing import POINT, said
from keen.sales.models import Opportunity, Quote, QuoteNumber, QuotePaper
from keen.sales.queries import people

MOST_TEXT = 5_000
LONGEST = timedelta(days=3650)
COPIED = (
    "opportunity_id", "opportunity_name", "account_id", "account_name", "contact_id", "contact_name", "email",
    "currency", "lines", "discount_way", "discount", "introduction", "terms",
)  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """What a draft is to say. `version` is that of the quote as it was shown."""

    rows: Sequence[Mapping[str, Any]]
    values: Mapping[str, Any]
    version: int | None = None
    once: str = ""
    mark: str = POINT


@deed
def draft(*, actor: Actor, deal_id: int, once: str = "") -> Receipt:
    """The receipt of a new quote with the lines of the deal; what it starts with is set up once for all.

    Raises: NotVisibleError; ForbiddenError.
    """
    work = operations.start(actor=actor, verb="created", once=once)
    deal = _deal(actor, deal_id)
    paper = QuotePaper.now()
    contact = next((one.contact for one in people.involved(actor, deal)), None)
    assert contact is None or isinstance(contact, Contact)  # noqa: S101  the table leads to contacts
    reached = contact is not None and not contact.is_restricted
    row = Quote(
        number=_number(work),
        opportunity_id=deal.pk,
        account_id=deal.account_id,
        account_name=deal.account_name,
        contact_id=contact.pk if contact and reached else None,
        email=main_email(actor, contact) if contact and reached else "",
        currency=line_actions.currency_of(deal),
        lines=[dict(line) for line in deal.lines],
        valid_until=_today(actor) + timedelta(days=int(paper["days"])),
        introduction=paper["introduction"],
        terms=paper["terms"],
    )
    _insert(work, row)
    what = f"with {len(row.lines)} lines of the deal" if len(row.lines) > 1 else "with the line of the deal"
    also = (what if row.lines else "it has no lines yet", f"valid until {row.valid_until:%-d %b %Y}")
    return operations.finish(
        work, _told(row, f"Quote {row.title} is a draft.", also, "Look it over", "edit/")
    )


@deed
def change(*, actor: Actor, quote_id: int, wish: Wish) -> Receipt:
    """The receipt of a draft that says something else.

    Raises: InvalidError that names the inputs to mend; RuleError for one that was sent or changed since; NotVisibleError;
    ForbiddenError.
    """
    work = operations.start(actor=actor, verb="saved", once=wish.once)
    row = drafted(actor, quote_id)
    if wish.version not in {None, row.version}:
        raise RuleError(
            "changed_since",
            "Somebody changed this quote since you opened it. Look at it again, then change it.",
        )
    columns = _columns(actor, row, wish)
    alteration = store.Alteration(row, columns)
    store.alter(work, declare.get(Quote.KIND), [alteration])
    said = f"Quote {row.title} saved." if alteration.before else f"Quote {row.title}: nothing was different."
    return operations.finish(work, _told(row, said, (), "Send it", "send/"))


def held_values(actor: Actor, quote_id: int) -> Wish:
    """What a draft says now, as `change` takes it.

    Raises: NotVisibleError; ForbiddenError; RuleError for one that was sent.
    """
    with transaction.atomic():
        row = drafted(actor, quote_id)
    values = {name: getattr(row, name) for name in ("email", "introduction", "terms", "discount_way")}
    values |= {"discount": said(row.discount), "contact": row.contact_id, "valid_until": row.valid_until}
    return Wish([{**line, "held": str(line["product"] or "")} for line in row.lines], values)


def _columns(actor: Actor, row: Quote, wish: Wish) -> dict[str, Any]:
    given = wish.values
    lines = line_actions.read_rows(actor, wish.rows, row.currency, wish.mark)
    discount = line_actions.read_whole_discount(given, lines, row.currency, wish.mark)
    contact_id, email = _contact(actor, row, given)
    return {
        "lines": lines,
        "discount_way": discount.way,
        "discount": discount.value,
        "valid_until": _valid_until(actor, str(given.get("valid_until") or "")),
        "introduction": text.clean(str(given.get("introduction") or ""), MOST_TEXT, multiline=True),
        "terms": text.clean(str(given.get("terms") or ""), MOST_TEXT, multiline=True),
        "contact_id": contact_id,
        "email": email,
    }


def _contact(actor: Actor, row: Quote, given: Mapping[str, Any]) -> tuple[int | None, str]:
    wanted = id_of(given.get("contact") or "")
    email = text.clean(str(given.get("email") or ""), 254)
    if wanted is None:
        return None, email
    if wanted == row.contact_id:
        return row.contact_id, email
    found: Contact | None = Contact.objects.visible_to(actor).filter(pk=wanted).first()
    if found is None or found.is_restricted:
        raise InvalidError({"contact": "Type a name and choose the contact from the list."})
    # Another person has another address, unless one was typed besides.
    return found.pk, email if email and email != row.email else main_email(actor, found)


def main_email(actor: Actor, contact: Contact) -> str:
    """The first address of the contact that the actor may read."""
    seen: Any = declare.get(Contact.KIND).as_read_by(actor, contact)
    return str(seen.emails[0]["address"]) if seen.emails else ""


def _valid_until(actor: Actor, typed: str) -> date:
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        raise InvalidError({"valid_until": "Say until which day the quote holds."}) from None
    if not _today(actor) <= found <= _today(actor) + LONGEST:
        raise InvalidError(
            {"valid_until": "A quote holds until today or a later day, for ten years at most."}
        )
    return found


@deed
def revise(*, actor: Actor, quote_id: int, once: str = "") -> Receipt:
    """The receipt of the next version of a quote that was sent. The one before holds until the next is sent.

    Raises: RuleError for a draft, for an accepted one, and while there is a draft of the next version already.
    """
    work = operations.start(actor=actor, verb="created", once=once)
    before = held(actor, quote_id)
    if before.stands not in quotes.REVISABLE:
        said = {
            quotes.Status.DRAFT.value: "is a draft: change it",
            quotes.Status.ACCEPTED.value: "was accepted: make another quote",
        }
        raise RuleError(
            "not_revisable",
            f"Quote {before.title} {said.get(before.stands, 'was replaced: go on from its latest version')}.",
        )
    same = Quote.objects.filter(number=before.number)
    if open_one := same.living().filter(status=quotes.Status.DRAFT.value).first():
        raise RuleError("has_draft", f"{open_one.title} is a draft of the next version already. Go on there.")
    latest = same.aggregate(latest=Max("revision"))["latest"]
    row = Quote(number=before.number, revision=latest + 1, **{name: getattr(before, name) for name in COPIED})
    row.valid_until = _today(actor) + timedelta(days=int(QuotePaper.now()["days"]))
    _insert(work, row)
    also = (f"{before.title} holds until this one is sent",)
    return operations.finish(
        work, _told(row, f"Quote {row.title} is a draft.", also, "Look it over", "edit/")
    )


@deed
def discard(*, actor: Actor, quote_id: int) -> Receipt:
    """The receipt of a draft that is not needed. Its number is not given again.

    Raises: RuleError for one that was sent.
    """
    work = operations.start(actor=actor, verb="deleted")
    row = drafted(actor, quote_id)
    store.alter(work, declare.get(Quote.KIND), [store.Alteration(row, {"deleted_at": work.at}, "deleted")])
    link = Link(row.opportunity_name, address(declare.get(Opportunity.KIND), row.opportunity_id))
    return operations.finish(work, Receipt("saved", f"Draft {row.title} is discarded.", object=link))


def held(actor: Actor, quote_id: int) -> Quote:
    """The quote, locked for a change, when the actor may change its deal.

    Raises: NotVisibleError; ForbiddenError.
    """
    row = for_change(declare.get(Quote.KIND), actor, quote_id)
    assert isinstance(row, Quote)  # noqa: S101  the declaration says so
    if not actor.may_write:
        raise ForbiddenError("looking_only", "You see the app as somebody else, so nothing can be changed.")
    return row


def drafted(actor: Actor, quote_id: int) -> Quote:
    """The quote, locked, as long as it is a draft.

    Raises: RuleError for one that was sent.
    """
    row = held(actor, quote_id)
    if not row.is_draft:
        raise RuleError(
            "frozen", f"Quote {row.title} was sent, so it stays as it is. Make the next version to change it."
        )
    return row


def _deal(actor: Actor, deal_id: int) -> Opportunity:
    deal = for_change(declare.get(Opportunity.KIND), actor, deal_id)
    assert isinstance(deal, Opportunity)  # noqa: S101  the declaration says so
    if actor.rights.hides(deal.KIND, "amount") or not actor.rights.scope(Quote.KIND, "view").reach:
        raise ForbiddenError(
            "forbidden", "You cannot see what deals are worth, so you cannot make quotes of them."
        )
    return deal


def _insert(work: Work, row: Quote) -> None:
    row.owner_id = work.actor.user_id
    row.team_id = team_of(work.actor, row.owner_id)
    store.insert(work, declare.get(Quote.KIND), [row])


def _number(work: Work) -> str:
    """The next number of the year: the row is locked until this transaction ends, and an error gives the number back."""
    year = work.at.astimezone(ZoneInfo(settings.TIME_ZONE)).year
    QuoteNumber.objects.get_or_create(year=year)
    QuoteNumber.objects.filter(year=year).update(last=F("last") + 1)
    return quotes.numbered(year, QuoteNumber.objects.get(year=year).last)


def _told(row: Quote, said: str, also: tuple[str, ...], onward: str, tail: str) -> Receipt:
    href = address(declare.get(Quote.KIND), row.pk)
    return Receipt("saved", said, object=Link(row.title, href), also=also, next=Link(onward, href + tail))


def _today(actor: Actor) -> date:
    return timezone.now().astimezone(ZoneInfo(actor.zone or settings.TIME_ZONE)).date()

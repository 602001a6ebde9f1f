"""What becomes of a sent quote: opened, accepted, refused, expired; by the customer's link or told to somebody here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from keen.activities.actions.about import deed
from keen.core.actions import operations
from keen.core.actions.operations import Entry, Work
from keen.core.domain.actor import SYSTEM, Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.events import publish
from keen.core.models import Change, Notice
from keen.lib import text
from keen.lib.errors import NotVisibleError, RuleError
from keen.records import declare
from keen.records.actions import store
from keen.records.actions.save import address
from keen.records.actions.values import InvalidError
from keen.sales.actions.quotes import held
from keen.sales.domain import quotes
from keen.sales.domain.quotes import Status
from keen.sales.events import QuoteAccepted, QuoteRefused
from keen.sales.models import Opportunity, Quote, QuoteLink, QuoteMoment
from keen.sales.queries.quotes import by_token, won_href

NOTICE = "quote"
MOMENT = "quote_moment"
VIA = "quote link"
MOST_REASON = 500
BATCH = 200
VERBS = {Status.ACCEPTED: "accepted", Status.REFUSED: "refused"}


@dataclass(frozen=True)
class Answer:
    """What the customer says. `address` is that of the network from which it came, empty when told to somebody here."""

    accepted: bool
    name: str = ""
    reason: str = ""
    address: str = ""


def look(*, token: str, now: datetime) -> None:
    """Count that the customer opened the quote. Opening it twice is told to its owner, once.

    Cost: 2 queries, 5 for a look that counts.
    """
    with transaction.atomic():
        row = _behind(token, now)
        if row.status != Status.SENT or not quotes.is_a_look(now, row.sent_at, row.looked_at):
            return
        # No change of what the quote says: neither its version nor its trail follow each look.
        Quote.objects.filter(pk=row.pk).update(looks=row.looks + 1, looked_at=now)
        QuoteMoment(quote=row, what=quotes.OPENED, at=now).save(force_insert=True)
        if row.looks + 1 == quotes.OFTEN:
            _tell(row, f"Quote {row.title} was opened twice", "They may be making up their minds.", now)


def answer(*, token: str, given: Answer, now: datetime) -> Quote:
    """The quote with the customer's answer. Given twice, it is the one of the first time.

    Raises: NotVisibleError for a link that holds no more; InvalidError; RuleError for a quote whose day is over.
    """
    with transaction.atomic():
        row = _behind(token, now)
        if row.status in {Status.ACCEPTED.value, Status.REFUSED.value}:
            return row
        actor = Actor(None, given.name[:80] or "The customer", rights=SYSTEM.rights, via=VIA)
        work = operations.start(actor=actor, verb=VERBS[_status(given)])
        _decide(work, row, given)
        words = "accepted" if given.accepted else "refused"
        told = Receipt("saved", f"Quote {row.title} was {words} by {row.decided_name}.", object=_link(row))
        operations.finish(work, told, undoable=False)
        detail = f"by {row.decided_name}" + (f": {row.reason}" if row.reason else "")
        _tell(
            row, f"Quote {row.title} was {words}", detail, now, href=won_href(row) if given.accepted else ""
        )
        return row


@deed
def decide(*, actor: Actor, quote_id: int, given: Answer, once: str = "") -> Receipt:
    """The receipt of an answer that the customer gave to somebody here, who writes it down.

    Raises: RuleError for a quote that waits for none; InvalidError; NotVisibleError; ForbiddenError.
    """
    work = operations.start(actor=actor, verb=VERBS[_status(given)], once=once)
    row = held(actor, quote_id)
    _decide(work, row, given)
    if not given.accepted:
        onward = Link(
            "Make the next version", f"{address(declare.get(Quote.KIND), row.pk)}revise/", post=True
        )
        return operations.finish(
            work, Receipt("saved", f"Quote {row.title} is refused.", object=_link(row), next=onward)
        )
    told = Receipt(
        "saved",
        f"Quote {row.title} is accepted.",
        object=_link(row),
        next=Link("Mark the deal won", won_href(row)),
    )
    return operations.finish(work, told)


def undo_moments(work: Work, changes: Sequence[Change]) -> None:
    """An answer that was written down by mistake is on no timeline any more."""
    for change in changes:
        if change.after and QuoteMoment.objects.filter(pk=change.record_id).delete()[0]:
            operations.note(work, Entry(MOMENT, change.record_id, 0, "deleted", dict(change.after), {}))


def _status(given: Answer) -> Status:
    return Status.ACCEPTED if given.accepted else Status.REFUSED


def _decide(work: Work, row: Quote, given: Answer) -> None:
    on = work.at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    stands = quotes.stands(row.status, row.valid_until, on)
    if stands == Status.EXPIRED:
        raise RuleError("over", f"This quote was valid until {row.valid_until:%-d %B %Y}. Ask for a new one.")
    if stands != Status.SENT:
        raise RuleError(
            "not_open", f"Quote {row.title} waits for no answer: it is {quotes.LABELS[stands].lower()}."
        )
    name, reason = text.clean(given.name, 120), text.clean(given.reason, MOST_REASON, multiline=True)
    if given.accepted and not name:
        raise InvalidError({"name": "Write your name, so that it is clear who accepts."})
    if not given.accepted and not reason:
        raise InvalidError({"reason": "Say in a few words what does not fit."})
    status = _status(given)
    columns: dict[str, Any] = {
        "status": status.value,
        "decided_at": work.at,
        "decided_name": name,
        "decided_from": given.address[:45],
        "reason": "" if given.accepted else reason,
    }
    store.alter(work, declare.get(Quote.KIND), [store.Alteration(row, columns, VERBS[status])])
    moment = QuoteMoment(quote=row, what=status.value, at=work.at)
    moment.save(force_insert=True)
    operations.note(
        work, Entry(MOMENT, moment.pk, 0, "created", {}, {"quote_id": row.pk, "what": status.value})
    )
    kind = QuoteAccepted if given.accepted else QuoteRefused
    by_customer = work.actor.via == VIA
    publish(
        kind(
            quote_id=row.pk, opportunity_id=row.opportunity_id, by_customer=by_customer, actor_id=work.actor.user_id,
            at=work.at,
        )
    )  # fmt: skip


def _behind(token: str, now: datetime) -> Quote:
    """The quote of the link, locked.

    Raises: NotVisibleError.
    """
    link = by_token(token, now)
    if link is None:
        raise NotVisibleError
    # Locked by itself: the link was looked up without waiting for others.
    row = Quote.objects.living().select_for_update().filter(pk=link.quote_id).first()
    if row is None or not QuoteLink.objects.filter(pk=link.pk, revoked_at=None).exists():
        raise NotVisibleError
    assert isinstance(row, Quote)  # noqa: S101  the table holds quotes
    return row


def _tell(row: Quote, said: str, detail: str, now: datetime, href: str = "") -> None:
    """A notice to the owner of the deal, and to whoever sent the quote."""
    owners = Opportunity.objects.filter(pk=row.opportunity_id).values_list("owner_id", flat=True)
    for user_id in {*owners, row.owner_id} - {None}:
        notice = Notice(
            user_id=user_id,
            kind=NOTICE,
            text=f"{said}: {row.opportunity_name}"[:300],
            detail=detail[:300],
            href=href or f"{address(declare.get(Quote.KIND), row.pk)}",
            at=now,
            once=f"quote:{row.pk}:{said}"[:120],
        )
        Notice.objects.bulk_create([notice], ignore_conflicts=True)


def _link(row: Quote) -> Link:
    return Link(row.title, address(declare.get(Quote.KIND), row.pk))


def expire(*, now: datetime) -> int:
    """How many quotes have expired: sent ones whose day is over.

    Cost: 1 query when there are none, else those of `store.alter` for each 200.
    """
    today = timezone.localdate(now)
    count = 0
    while True:
        with transaction.atomic():
            over = (
                Quote.objects.living()
                .select_for_update()
                .filter(status=Status.SENT.value, valid_until__lt=today)
            )
            rows = list(over.order_by("pk")[:BATCH])
            if not rows:
                return count
            work = operations.start(actor=SYSTEM, verb="expired")
            made = [store.Alteration(row, {"status": Status.EXPIRED.value}, "expired") for row in rows]
            count += len(store.alter(work, declare.get(Quote.KIND), made))
            what = "1 quote" if len(rows) == 1 else f"{len(rows)} quotes"
            operations.finish(work, Receipt("saved", f"{what} expired."), undoable=False)

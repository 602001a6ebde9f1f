"""Sending quotes: from then on they say what they say, and the customer reaches them by a link of their own."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils import timezone

from keen.activities.actions.about import About, deed, make, subject_of, touch
from keen.activities.actions.log import logged
from keen.activities.domain.choices import Status as Done
from keen.activities.domain.choices import What
from keen.core.accounts import absolute
from keen.core.actions import operations
from keen.core.actions.operations import Entry, Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.events import publish
from keen.core.jobs.mail import send_mail
from keen.lib import text
from keen.lib.errors import RuleError
from keen.people.models import Contact
from keen.records import declare
from keen.records.actions import store
from keen.records.actions.save import address
from keen.records.actions.values import InvalidError
from keen.sales.actions.quotes import drafted, held
from keen.sales.domain import paper, quotes
from keen.sales.events import QuoteSent
from keen.sales.models import Opportunity, Quote, QuoteLink, QuotePaper
from keen.sales.queries.quotes import fingerprint, paper_of

TOKEN_BYTES = 32
LINK = "quote_link"
MOST_MESSAGE = 5_000


@dataclass(frozen=True)
class Letter:
    """The mail that brings the quote. The link is added below."""

    email: str
    subject: str
    message: str = ""
    once: str = ""


@deed
def send(*, actor: Actor, quote_id: int, letter: Letter, reply_to: str = "") -> Receipt:
    """The receipt of a quote that is on its way: as PDF by mail, with a private link, and as an e-mail on the timeline.

    Shape: earlier versions of it that wait for an answer are replaced, and their links end.
    Raises: InvalidError that names the inputs to mend; RuleError for one that was sent, or has no lines; NotVisibleError;
    ForbiddenError.
    """
    work = operations.start(actor=actor, verb="sent", once=letter.once)
    row = drafted(actor, quote_id)
    _check(row, letter)
    replaced = _replace_others(work, row)
    head = QuotePaper.now()
    columns = {
        "status": quotes.Status.SENT.value,
        "sent_at": work.at,
        "email": letter.email,
        "letterhead": {
            name: head[name] for name in ("company", "address", "contact", "small_print", "accent")
        },
    }
    record_type = declare.get(Quote.KIND)
    store.alter(work, record_type, [store.Alteration(row, columns, "sent")])
    link = _link(work, row)
    _mail(row, letter, link, reply_to)
    _note_mail(work, row, letter)
    publish(QuoteSent(quote_id=row.pk, opportunity_id=row.opportunity_id, actor_id=actor.user_id, at=work.at))
    told = Receipt(
        "saved",
        f"Quote {row.title} is on its way to {letter.email}.",
        object=Link(row.title, address(record_type, row.pk)),
        also=(
            "it stays as it is from now on",
            *(f"{one} is replaced" for one in replaced[:1]),
            "you are told when it is opened twice, accepted or refused",
        )[:3],
        next=Link("Plan to ask about it", f"/plan/?kind={Opportunity.KIND}&id={row.opportunity_id}"),
    )
    return operations.finish(work, told, undoable=False)


def _check(row: Quote, letter: Letter) -> None:
    errors = {}
    try:
        validate_email(letter.email)
    except ValidationError:
        errors["email"] = "Write the address of the customer, such as name@company.com."
    if not text.clean(letter.subject, 200):
        errors["subject"] = "Subject is missing."
    if errors:
        raise InvalidError(errors)
    if not row.lines:
        raise RuleError("no_lines", "This quote has no lines yet. Add what you offer, then send it.")
    if row.valid_until is None or row.valid_until < timezone.localdate():
        raise RuleError(
            "over", "The day until which this quote holds is over. Set a later one, then send it."
        )
    contact: Contact | None = row.contact
    if contact is not None and contact.is_restricted:
        raise RuleError(
            "restricted", f"{contact.title} is restricted: nobody gets in touch until that is lifted."
        )


def _replace_others(work: Work, row: Quote) -> list[str]:
    """The versions that waited for an answer and are replaced now."""
    others = (
        Quote.objects.living()
        .select_for_update()
        .filter(number=row.number, status__in=[quotes.Status.SENT.value, quotes.Status.EXPIRED.value])
    )
    found = list(others)
    alterations = [
        store.Alteration(one, {"status": quotes.Status.SUPERSEDED.value}, "replaced") for one in found
    ]
    store.alter(work, declare.get(Quote.KIND), alterations)
    QuoteLink.objects.filter(quote__in=found, revoked_at=None).update(revoked_at=work.at)
    return [one.title for one in found]


def _link(work: Work, row: Quote) -> str:
    """The full address of a new private link; it is known at this moment and never again."""
    token = token_urlsafe(TOKEN_BYTES)
    end = datetime.combine(row.valid_until or work.at.date(), work.at.timetz())
    made = QuoteLink(
        quote=row, token_hash=fingerprint(token), made_at=work.at, made_by_id=work.actor.user_id,
        expires_at=max(end, work.at) + quotes.AFTERLIFE,
    )  # fmt: skip
    made.save(force_insert=True)
    operations.note(
        work,
        Entry(
            LINK, made.pk, 0, "created", {}, {"quote_id": row.pk, "expires_at": made.expires_at.isoformat()}
        ),
    )
    return absolute(reverse("quote-door", args=[token]))


def _mail(row: Quote, letter: Letter, link: str, reply_to: str) -> None:
    until = f"\nIt is valid until {row.valid_until:%-d %B %Y}." if row.valid_until else ""
    body = f"{text.clean(letter.message, MOST_MESSAGE, multiline=True)}\n\nSee the quote and answer it here:\n{link}\n{until}\n"
    file = b64encode(paper.pdf(paper_of(row, row.letterhead))).decode()
    send_mail.enqueue(
        to=letter.email, subject=text.clean(letter.subject, 200), body=body.strip() + "\n", reply_to=reply_to,
        files=[[f"{row.title.replace(' ', '-')}.pdf", "application/pdf", file]],
    )  # fmt: skip


def _note_mail(work: Work, row: Quote, letter: Letter) -> None:
    """The e-mail on the timeline of the deal, its company and its contact. The private link is not in it."""
    subject = subject_of(work.actor, About(Opportunity.KIND, row.opportunity_id))
    columns = {
        "kind": What.EMAIL.value,
        "subject": text.clean(letter.subject, 200),
        "body": text.clean(letter.message, MOST_MESSAGE, multiline=True) or f"Quote {row.title}",
        "status": Done.DONE.value,
        "direction": "out",
        "done_at": work.at,
        "contact_id": row.contact_id,
        "contact_name": row.contact_name,
    }
    activity = make(work, subject, columns)
    logged(work, activity)
    touch(work, activity)


@deed
def withdraw(*, actor: Actor, quote_id: int) -> Receipt:
    """The receipt of ending the private links of a quote: whoever has one sees nothing any more.

    Raises: RuleError where there is none; NotVisibleError; ForbiddenError.
    """
    work = operations.start(actor=actor, verb="revoked")
    row = held(actor, quote_id)
    links = list(QuoteLink.objects.select_for_update().filter(quote=row, revoked_at=None))
    if not links:
        raise RuleError("no_link", f"Quote {row.title} has no link that works.")
    for link in links:
        link.revoked_at = work.at
        link.save(update_fields=["revoked_at"])
        operations.note(work, Entry(LINK, link.pk, 0, "revoked", {}, {"quote_id": row.pk}))
    told = Receipt(
        "saved",
        f"The link to quote {row.title} works no more.",
        object=Link(row.title, address(declare.get(Quote.KIND), row.pk)),
        next=Link("Make the next version", f"{address(declare.get(Quote.KIND), row.pk)}revise/", post=True),
    )
    return operations.finish(work, told, undoable=False)

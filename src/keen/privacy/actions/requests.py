"""Requests about personal data: written down with the day of the answer, and answered."""

import calendar
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from keen.core.actions.operations import Entry, finish, note, start
from keen.core.actions.people import require
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.lib import text
from keen.lib.errors import NotVisibleError, RuleError
from keen.people.models import Contact
from keen.privacy.models import Request


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody asked for, when and how."""

    what: str
    asked_on: date | None = None
    how: str = ""


def note_request(*, actor: Actor, contact_id: int, asked: Asked) -> Receipt:
    """The receipt of a request; the answer is due within a month.

    Raises: ForbiddenError; NotVisibleError; RuleError.
    Source: GDPR, article 12 (3).
    """
    require(actor, "privacy.manage")
    if asked.what not in dict(Request.WHAT):
        raise RuleError("unknown", "Choose what was asked for from the list.", "what")
    with transaction.atomic():
        work = start(actor=actor, verb="asked")
        contact: Contact | None = Contact.objects.visible_to(actor).filter(pk=contact_id).first()
        if contact is None:
            raise NotVisibleError
        today = timezone.localdate(work.at)
        asked_on = asked.asked_on or today
        if asked_on > today:
            raise RuleError(
                "future", "That day is still to come. Choose today or an earlier one.", "asked_on"
            )
        row = Request(
            what=asked.what, record_kind=Contact.KIND, record_id=contact.pk, asked_on=asked_on,
            due_on=a_month_after(asked_on), how=text.clean(asked.how)[:120], noted_by_id=actor.user_id,
        )  # fmt: skip
        row.save(force_insert=True)
        note(work, Entry(Contact.KIND, contact.pk, contact.version, "asked", {}, {"request": asked.what}))
        said = f"The request of {contact.title} is written down. The answer is due {_day(row.due_on)}."
        link = Link(contact.title, f"/contacts/{contact.pk}/")
        return finish(work, Receipt("saved", said, object=link, next=_page(contact.pk)), undoable=False)


def answer_request(*, actor: Actor, request_id: int, answer: str) -> Receipt:
    """The receipt of a request that is answered.

    Raises: ForbiddenError; NotVisibleError; RuleError without a word on how.
    """
    require(actor, "privacy.manage")
    said = text.clean(answer)[:200]
    if not said:
        raise RuleError("missing", "Say in a few words how it was answered.", "answer")
    with transaction.atomic():
        work = start(actor=actor, verb="answered")
        row = Request.objects.select_for_update().filter(pk=request_id, done_at__isnull=True).first()
        if row is None:
            raise NotVisibleError
        row.done_at, row.done_by_id, row.answer = work.at, actor.user_id, said
        row.save(update_fields=["done_at", "done_by", "answer"])
        note(work, Entry(row.record_kind, row.record_id, 0, "answered", {}, {"request": row.what}))
        told = Receipt("saved", "The request is answered.", object=Link("Requests", reverse("privacy-house")))
        return finish(work, told, undoable=False)


def a_month_after(day: date) -> date:
    """The same day of the next month, or its last one."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _page(contact_id: int) -> Link:
    return Link("Personal data", reverse("privacy-contact", args=[contact_id]))


def _day(on: date) -> str:
    return f"{on.day} {on:%b %Y}"

"""What people say: sent with the context that was shown, answered, taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from keen.adoption.domain.voice import DUE_DAYS, Sort, State, due_on
from keen.adoption.events import MessageAnswered, MessageSent
from keen.adoption.models import Message
from keen.adoption.queries.voice import MANAGE
from keen.core.actions.operations import Entry, Work, finish, note, start
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.events import publish
from keen.core.models import Change, Notice
from keen.lib import text
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError

KIND = "voice_message"
MOST = 2000


@dataclass(frozen=True)
class Saying:
    """What somebody wants to say. `context` is what was shown beside it and not crossed out, as label and value."""

    sort: str
    text: str
    screen: str = ""
    context: Sequence[tuple[str, str]] = field(default_factory=tuple)


def say(*, actor: Actor, saying: Saying, once: str = "") -> Receipt:
    """The receipt of a message, which waits in the inbox with the day by which its sender gets an answer.

    Raises: RuleError for no words, or a sort that is none; ForbiddenError while looking at the app as somebody else.
    """
    _require_writing(actor)
    if saying.sort not in set(Sort):
        raise RuleError("not_a_choice", "Choose what it is about.", "sort")
    sort = Sort(saying.sort)
    words = text.clean(saying.text, MOST)
    if not words and sort is not Sort.STUCK:
        raise RuleError("missing", "Write a few words, so that somebody can do something about it.", "text")
    with transaction.atomic():
        work = start(actor=actor, verb="said", once=once)
        row = Message.objects.create(
            by_id=actor.user_id,
            sort=sort.value,
            text=words,
            screen=saying.screen,
            context=[list(pair) for pair in saying.context],
            at=work.at,
            due_on=due_on(sort, timezone.localdate(work.at)),
            state=State.NEW.value,
        )
        # The words stay with the message alone: the trail is read by others.
        note(work, Entry(KIND, row.pk, row.version, "created", {}, {"sort": row.sort, "state": row.state}))
        publish(MessageSent(message_id=row.pk, sort=row.sort))
        told = Receipt(
            "saved",
            f"Sent. You get an answer within {DUE_DAYS[sort]} days.",
            object=Link("What you said", row.get_absolute_url()),
            next=Link("Help", reverse("help")) if sort is Sort.STUCK else None,
            nothing_next="The answer comes as a notice.",
        )
        return finish(work, told)


def answer(*, actor: Actor, message_id: int, state: str, words: str) -> Receipt:
    """The receipt of an answer, which its sender gets as a notice.

    Raises: ForbiddenError for who does not answer; NotVisibleError; RuleError for a state that is none or no words.
    """
    _require_writing(actor)
    if not actor.rights.has(MANAGE):
        raise ForbiddenError
    if state not in set(State) or state == State.NEW:
        raise RuleError("not_a_choice", "Choose what becomes of it.", "state")
    said = text.clean(words, MOST)
    if not said:
        raise RuleError("missing", "Write the sender a sentence: what you do, or why you do not.", "answer")
    with transaction.atomic():
        row = Message.objects.select_for_update().filter(pk=message_id).first()
        if row is None:
            raise NotVisibleError
        work = start(actor=actor, verb="answered")
        before = _facts(row)
        row.state, row.answer = state, said
        row.answered_by_id, row.answered_at = actor.user_id, work.at
        row.version += 1
        row.save()
        note(work, Entry(KIND, row.pk, row.version, "answered", before, _facts(row)))
        publish(MessageAnswered(message_id=row.pk, state=state))
        _tell_sender(row, work.at)
        told = Receipt(
            "saved",
            f"Answered: {State(state).label.lower()}.",
            object=Link("Message", row.get_absolute_url()),
            also=("the sender gets a notice",) if row.by_id and row.by_id != actor.user_id else (),
            next=Link("The next one", reverse("voice-inbox")),
        )
        return finish(work, told)


def undo_messages(work: Work, changes: Sequence[Change]) -> None:
    """Messages are gone again, or have the answer of before.

    Raises: RuleError when something happened to one since; ForbiddenError for somebody else's.
    """
    for change in changes:
        row = Message.objects.select_for_update().filter(pk=change.record_id).first()
        if row is None:
            raise RuleError("changed_since", "The message is gone, so there is nothing to take back.")
        if row.version != change.version:
            raise RuleError("changed_since", "The message was answered since. Write another one instead.")
        if change.verb == "created":
            if row.by_id != work.actor.user_id:
                raise ForbiddenError
            note(work, Entry(KIND, row.pk, row.version, "deleted", {"state": row.state}, {}))
            row.delete()
            continue
        if not work.actor.rights.has(MANAGE):
            raise ForbiddenError
        now = _facts(row)
        row.state, row.answer = change.before["state"], change.before["answer"]
        if not row.answer:
            row.answered_by, row.answered_at = None, None
        row.version += 1
        row.save()
        Notice.objects.filter(user_id=row.by_id or 0, once=_once(row.pk, row.version - 1)).delete()
        note(work, Entry(KIND, row.pk, row.version, "answered", now, _facts(row)))


def _facts(row: Message) -> dict[str, object]:
    return {"state": row.state, "answer": row.answer}


def _tell_sender(row: Message, at: datetime) -> None:
    if row.by_id is None or row.by_id == row.answered_by_id:
        return
    Notice.objects.create(
        user_id=row.by_id,
        kind="voice",
        text=f"{State(row.state).label}: what you said about Keen has an answer",
        detail=row.answer[:300],
        href=row.get_absolute_url(),
        by_id=row.answered_by_id,
        at=at,
        once=_once(row.pk, row.version),
    )


def _once(message_id: int, version: int) -> str:
    return f"said:{message_id}:{version}"


def _require_writing(actor: Actor) -> None:
    if actor.user_id is None or not actor.may_write:
        raise ForbiddenError("looking_only", "You see the app as somebody else, so nothing can be changed.")

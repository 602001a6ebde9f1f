"""Writing down what took place: calls, notes, e-mails."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from keen.activities.actions.about import (
    About,
    Subject,
    day_of,
    deed,
    held,
    make,
    name_of,
    next_open,
    own_type,
    seen_by,
    steps,
    subject_of,
    subject_of_activity,
    today_of,
    told,
    touch,
)
from keen.activities.actions.notices import Mentions, tell_mentioned
from keen.activities.actions.repeat import repeat
from keen.activities.domain.choices import CALL_OUTCOMES, FRUITLESS, Outcome, Status, What, outcome_words
from keen.activities.domain.spotting import name_keys
from keen.activities.events import ActivityCompleted, ActivityLogged, ActivityPlanned
from keen.activities.models import TO_DO, Activity
from keen.core.actions import operations
from keen.core.actions.operations import Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.domain.receipts import Outcome as Outcome_
from keen.core.events import publish
from keen.lib import text
from keen.lib.errors import RuleError
from keen.people.models import Account, Contact
from keen.records.actions import asked, store
from keen.records.actions.save import columns as columns_of
from keen.records.actions.values import InvalidError, read_values
from keen.records.models import Handle, Record

MOST_NOTE = 20_000
MOST_CALL = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Call:
    """How a call went. `next_on` plans the next one in the same breath; `own` are values of fields of one's own by name."""

    outcome: str = Outcome.REACHED.value
    note: str = ""
    direction: str = "out"
    duration_seconds: int | None = None
    at: datetime | None = None
    next_on: date | None = None
    is_private: bool = False
    own: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Note:
    """What is to be remembered. `at` is when it was written, where it comes later than that."""

    text: str
    at: datetime | None = None
    is_private: bool = False


@dataclass(frozen=True, kw_only=True)
class Mail:
    """An e-mail that was sent or came in."""

    subject: str
    text: str = ""
    direction: str = "out"
    at: datetime | None = None
    is_private: bool = False


@deed
def log_call(*, actor: Actor, about: About, call: Call, once: str = "") -> Receipt:
    """The receipt of a logged call. A call that the actor had planned with the same record until today is done by it.

    Shape: `about` may be a planned call itself.
    Raises: NotVisibleError; ForbiddenError; RuleError for an unknown outcome or a time to come; InvalidError for fields of
      one's own that are demanded of a call that is done.
    """
    work = operations.start(actor=actor, verb="called", once=once)
    _check_call(work, call)
    subject, planned = _what(work, about)
    own = _own(work, planned, call)
    activity = _finish_planned(work, planned, call, own) if planned else _new_call(work, subject, call, own)
    repeated = repeat(work, activity) if planned else None
    touched = touch(work, activity)
    following = _follow_up(work, subject, activity, call.next_on) if call.next_on else repeated
    also = told([
        f"“{name_of(work, planned)}” is done" if planned and planned.subject else "",
        f"next call {day_of(work, following.plan_on)}" if following and following.plan_on else "",
        "last contact is now today" if touched and activity.done_at == work.at else "",
        seen_by(activity),
    ])  # fmt: skip
    receipt = Receipt("saved", _call_text(subject, call), object=subject.link, also=also)
    return operations.finish(work, _with_next(work, receipt, subject, activity, following))


def _what(work: Work, about: About) -> tuple[Subject, Activity | None]:
    """With whom the call was, and the planned call that it was, if there is one. A task is not done by a call."""
    if about.kind != Activity.KIND:
        subject = subject_of(work.actor, about)
        return subject, _planned_call(work, subject)
    activity = held(work.actor, about.id)
    subject = subject_of_activity(work.actor, activity)
    if activity.kind == What.CALL:
        return subject, activity
    return subject, None


def _check_call(work: Work, call: Call) -> None:
    if call.outcome not in CALL_OUTCOMES:
        raise RuleError(
            "unknown_outcome", "Say how it went: reached, voicemail, no answer or wrong number.", "outcome"
        )
    if call.at is not None and call.at > work.at + timedelta(minutes=5):
        raise RuleError("in_the_future", "A call that is still to come is planned, not logged.", "at")
    if len(call.note) > MOST_NOTE:
        raise RuleError("too_long", f"A note holds {MOST_NOTE:,} characters. Shorten it.", "note")
    if call.duration_seconds is not None and not 0 <= call.duration_seconds <= MOST_CALL.total_seconds():
        raise RuleError("too_long", "A call lasts a day at most. Mend the duration.", "duration")


def _own(work: Work, planned: Activity | None, call: Call) -> dict[str, Any]:
    """The columns of the fields of one's own that the call has a value for.

    Raises: InvalidError.
    """
    record_type, actor = own_type(), work.actor
    values = read_values(record_type, actor, call.own, creating=False)
    if planned is None:
        values = asked.with_defaults(record_type, actor, values)
    errors = demanded(actor, planned, call.outcome, values)
    if errors:
        raise InvalidError(errors)
    return columns_of(record_type, values)


def demanded(
    actor: Actor, planned: Activity | None, outcome: str, values: Mapping[str, Any]
) -> dict[str, str]:
    """What fields of one's own ask of a call that went so, by their names; the planned call is filled in already."""
    done = {"kind": What.CALL.value, "status": Status.DONE.value, "outcome": outcome, **values}
    return asked.missing(own_type(), actor, done, planned or Activity(kind=What.CALL.value))


def _planned_call(work: Work, subject: Subject) -> Activity | None:
    """The call that the actor planned with this very record until today."""
    if subject.record is None:
        return None
    place = {"about_kind": subject.record.KIND, "about_id": subject.record.pk}
    until = Q(plan_on__lte=today_of(work.actor, work.at)) | Q(due_at__lte=work.at) | Q(starts_at__lte=work.at)
    found = Activity.objects.select_for_update().filter(
        TO_DO, until, owner_id=work.actor.user_id, kind=What.CALL.value, **place
    )
    planned: Activity | None = found.order_by("act_at", "pk").first()
    return planned


def _finish_planned(work: Work, planned: Activity, call: Call, own: Mapping[str, Any]) -> Activity:
    if not planned.is_open:
        raise RuleError("closed", f"“{name_of(work, planned)}” is closed already. Open it again first.")
    note = text.clean(call.note, MOST_NOTE, multiline=True)
    columns = {
        "status": Status.DONE.value,
        "outcome": call.outcome,
        "done_at": call.at or work.at,
        "body": "\n\n".join(part for part in (planned.body, note) if part),
        "direction": planned.direction or call.direction,
        "duration_seconds": call.duration_seconds or planned.duration_seconds,
        **own,
    }
    store.alter(work, own_type(), [store.Alteration(planned, columns, "completed")])
    publish(
        ActivityCompleted(
            activity_id=planned.pk, kind=planned.kind, outcome=call.outcome, on_time=on_time(planned),
            actor_id=work.actor.user_id, at=work.at,
        )
    )  # fmt: skip
    return planned


def on_time(activity: Activity) -> bool | None:
    """Whether a promise was kept. None when nothing was promised."""
    if activity.due_at is None or activity.done_at is None:
        return None
    return activity.done_at <= activity.due_at


def _new_call(work: Work, subject: Subject, call: Call, own: Mapping[str, Any]) -> Activity:
    note = text.clean(call.note, MOST_NOTE, multiline=True)
    columns: dict[str, Any] = {
        "kind": What.CALL.value,
        "status": Status.DONE.value,
        "outcome": call.outcome,
        "direction": call.direction if call.direction in {"in", "out"} else "out",
        "body": note,
        "duration_seconds": call.duration_seconds,
        "done_at": call.at or work.at,
        "is_private": call.is_private,
        **own,
    }
    if isinstance(subject.record, Activity):
        columns["subject"], subject = subject.title, Subject()
    activity = make(work, subject, columns)
    logged(work, activity)
    return activity


def logged(work: Work, activity: Activity) -> None:
    """Publish that something that took place was written down."""
    publish(
        ActivityLogged(
            activity_id=activity.pk, kind=activity.kind, outcome=activity.outcome,
            actor_id=work.actor.user_id, at=work.at,
        )
    )  # fmt: skip


def _follow_up(work: Work, subject: Subject, before: Activity, on: date) -> Activity:
    """The planned call that follows one."""
    columns = {
        "kind": What.CALL.value,
        "subject": f"Call {subject.title}"[:200],
        "plan_on": on,
        "is_private": before.is_private,
    }
    made = make(work, subject, columns)
    publish(
        ActivityPlanned(
            activity_id=made.pk, kind=made.kind, plan_on=on, assigned_to=made.owner_id,
            actor_id=work.actor.user_id, at=work.at,
        )
    )  # fmt: skip
    return made


def _call_text(subject: Subject, call: Call) -> str:
    if call.outcome == Outcome.REACHED:
        return f"Call with {subject.title} logged."
    return f"Call to {subject.title} logged: {outcome_words(call.outcome).lower()}."


def _with_next(
    work: Work, receipt: Receipt, subject: Subject, activity: Activity, following: Activity | None
) -> Receipt:
    """The receipt with what comes next: what is planned already, a number to mend, or days to choose from."""
    values = {**vars(receipt)}
    planned = following or next_open(subject, work.actor)
    if activity.outcome == Outcome.WRONG_NUMBER and isinstance(subject.record, Contact | Account):
        values["next"] = Link("Correct the number", f"{subject.href}edit/")
    elif planned is not None:
        values["next"] = Link("Go on with today", "/")
        values["nothing_next"] = f"Next: {name_of(work, planned)}."
    else:
        values["steps"] = steps(work, activity)
        again = activity.outcome in FRUITLESS
        values["nothing_next"] = "When do you try again?" if again else "What comes next, and when?"
    return Receipt(**values)


@deed
def write_note(*, actor: Actor, about: About | None, note: Note, once: str = "") -> Receipt:
    """The receipt of a note. Colleagues named with @ are told when they may see the record, and named when they may not.

    Shape: without a record, the note goes to the one person or company that it names; else it is the writer's own.
    Raises: NotVisibleError; ForbiddenError; RuleError for an empty note.
    """
    work = operations.start(actor=actor, verb="noted", once=once)
    body = text.clean(note.text, multiline=True)
    if not body:
        raise RuleError("empty", "Write something first.", "text")
    if len(body) > MOST_NOTE:
        raise RuleError(
            "too_long", f"A note holds {MOST_NOTE:,} characters; this has {len(body):,}. Shorten it.", "text"
        )
    subject = named_in(actor, body) if about is None else subject_of(actor, about)
    columns = {
        "kind": What.NOTE.value,
        "status": Status.DONE.value,
        "body": body,
        "done_at": note.at or work.at,
    }
    private = note.is_private or subject.record is None
    activity = make(work, subject, {**columns, "is_private": private})
    logged(work, activity)
    mentions = tell_mentioned(work, activity, subject)
    return operations.finish(work, _noted(work, activity, subject, mentions))


def _noted(work: Work, activity: Activity, subject: Subject, mentions: Mentions) -> Receipt:
    also = told([*mentions.lines(), seen_by(activity)])
    outcome: Outcome_ = "gap" if mentions.untold else "saved"
    if subject.record is None:
        return Receipt(
            outcome,
            "Note kept for you alone. It names nobody you know.",
            object=Link("Open the note", f"/activities/{activity.pk}/"),
            also=also,
            next=Link("Say whom it is about", f"/activities/{activity.pk}/edit/"),
        )
    receipt = Receipt(outcome, f"Note on {subject.title} saved.", object=subject.link, also=also)
    return _with_next(work, receipt, subject, activity, None)


def named_in(actor: Actor, body: str) -> Subject:
    """The one person, or else the one company, that a note names and the actor may see. Nothing when several fit.

    Cost: 1 query, up to 3 when a name is known.
    """
    keys = sorted(name_keys(body))
    found = Handle.objects.filter(kind="name", value__in=keys, record_kind__in=(Contact.KIND, Account.KIND))
    places = set(found.values_list("record_kind", "record_id")[:50]) if keys else set()
    for model in (Contact, Account):
        ids = [pk for kind, pk in places if kind == model.KIND]
        seen: list[Record] = list(model.objects.visible_to(actor).filter(pk__in=ids)[:2]) if ids else []
        if seen:
            return Subject.of(actor, seen[0]) if len(seen) == 1 else Subject()
    return Subject()


@deed
def log_email(*, actor: Actor, about: About, mail: Mail, once: str = "") -> Receipt:
    """The receipt of an e-mail that was written down.

    Raises: NotVisibleError; ForbiddenError; RuleError without a subject.
    """
    work = operations.start(actor=actor, verb="mailed", once=once)
    title = text.clean(mail.subject, 200)
    if not title:
        raise RuleError("missing", "Subject is missing. Without it nobody finds this e-mail.", "subject")
    subject = subject_of(actor, about)
    columns = {
        "kind": What.EMAIL.value,
        "subject": title,
        "body": text.clean(mail.text, MOST_NOTE, multiline=True),
        "status": Status.DONE.value,
        "direction": "in" if mail.direction == "in" else "out",
        "done_at": mail.at or work.at,
        "is_private": mail.is_private,
    }
    activity = make(work, subject, columns)
    logged(work, activity)
    touched = touch(work, activity)
    way = "from" if activity.direction == "in" else "to"
    also = told(["last contact is set" if touched else "", seen_by(activity)])
    receipt = Receipt("saved", f"E-mail {way} {subject.title} logged.", object=subject.link, also=also)
    return operations.finish(work, _with_next(work, receipt, subject, activity, None))

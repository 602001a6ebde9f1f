"""Closing what was planned: done, open again, cancelled."""

from dataclasses import dataclass

from keen.activities.actions.about import (
    Subject,
    day_of,
    deed,
    held,
    name_of,
    next_open,
    own_type,
    steps,
    subject_of_activity,
    told,
    touch,
)
from keen.activities.actions.log import on_time
from keen.activities.actions.notices import note_acted
from keen.activities.actions.repeat import repeat
from keen.activities.domain.choices import Outcome, Status, What
from keen.activities.events import ActivityCancelled, ActivityCompleted, ActivityReopened
from keen.activities.models import Activity
from keen.core.actions import operations
from keen.core.actions.operations import Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.events import publish
from keen.lib import text
from keen.lib.errors import RuleError
from keen.records.actions import asked, store

OUTCOMES = {
    What.CALL.value: {Outcome.REACHED, Outcome.VOICEMAIL, Outcome.NO_ANSWER, Outcome.WRONG_NUMBER},
    What.MEETING.value: {Outcome.HELD, Outcome.NO_SHOW},
}
USUAL = {What.CALL.value: Outcome.REACHED.value, What.MEETING.value: Outcome.HELD.value}


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How it ended."""

    outcome: str = ""
    note: str = ""


@deed
def complete(*, actor: Actor, activity_id: int, ending: Ending = Ending(), once: str = "") -> Receipt:
    """The receipt of something done. What repeats comes again in the same operation; else the receipt asks for the next step.

    Shape: what is done already stays as it is, and the receipt says so.
    Raises: NotVisibleError; ForbiddenError; RuleError for an outcome that the kind does not have.
    """
    work = operations.start(actor=actor, verb="completed", once=once)
    activity = held(actor, activity_id)
    subject = subject_of_activity(actor, activity)
    if activity.status == Status.DONE:
        return _unchanged(work, activity, "was done already")
    outcome = ending.outcome or USUAL.get(activity.kind, "")
    if outcome and outcome not in OUTCOMES.get(activity.kind, set()):
        raise RuleError("unknown_outcome", "Choose how it went from the list.", "outcome")
    _nothing_missing(actor, activity, outcome)
    note = text.clean(ending.note, 20_000, multiline=True)
    columns = {
        "status": Status.DONE.value,
        "outcome": outcome,
        "done_at": work.at,
        "body": "\n\n".join(part for part in (activity.body, note) if part),
    }
    store.alter(work, own_type(), [store.Alteration(activity, columns, "completed")])
    note_acted(activity, "done")
    following = repeat(work, activity)
    touched = touch(work, activity)
    publish(
        ActivityCompleted(
            activity_id=activity.pk, kind=activity.kind, outcome=outcome, on_time=on_time(activity),
            actor_id=actor.user_id, at=work.at,
        )
    )  # fmt: skip
    return operations.finish(work, _completed(work, activity, subject, touched=touched, following=following))


def _nothing_missing(actor: Actor, activity: Activity, outcome: str) -> None:
    """Nothing, unless a field of one's own is demanded when an activity is done.

    Raises: RuleError.
    """
    done = {"status": Status.DONE.value, "outcome": outcome}
    missing = asked.missing(own_type(), actor, done, activity)
    if missing:
        name, words = next(iter(missing.items()))
        called = own_type().told_to(actor, activity)
        raise RuleError("missing", f"{words}. Open “{called}” and fill it in, then it is done.", name)


def _completed(
    work: Work, activity: Activity, subject: Subject, *, touched: bool, following: Activity | None
) -> Receipt:
    kept = on_time(activity)
    day = (
        following.plan_on or (following.starts_at or following.due_at or work.at).date()
        if following
        else None
    )
    also = told([
        f"comes again {day_of(work, day)}" if day else "",
        "promise kept" if kept else "",
        "last contact is now today" if touched else "",
    ])  # fmt: skip
    link = Link(name_of(work, activity), f"/activities/{activity.pk}/")
    receipt = Receipt(
        "saved",
        f"Done: {name_of(work, activity)}.",
        object=link,
        also=also,
        next=Link("Go on with today", "/"),
    )
    about = subject.record is not None and subject.record is not activity
    if following is None and about and next_open(subject, work.actor) is None:
        asked = f"{subject.title} has no next step now."
        return Receipt(
            "saved", receipt.text, object=link, also=also, nothing_next=asked, steps=steps(work, activity)
        )
    return receipt


def _unchanged(work: Work, activity: Activity, words: str) -> Receipt:
    link = Link(name_of(work, activity), f"/activities/{activity.pk}/")
    return operations.finish(
        work,
        Receipt(
            "saved", f"{name_of(work, activity)} {words}.", object=link, next=Link("Go on with today", "/")
        ),
    )


@deed
def reopen(*, actor: Actor, activity_id: int, once: str = "") -> Receipt:
    """The receipt of something that is to be done again.

    Raises: NotVisibleError; ForbiddenError; RuleError for a note, which has nothing to be done.
    """
    work = operations.start(actor=actor, verb="reopened", once=once)
    activity = held(actor, activity_id)
    if activity.is_open:
        return _unchanged(work, activity, "is open already")
    if activity.kind == What.NOTE:
        raise RuleError("note", "A note has nothing to be done. Plan a task instead.")
    columns = {"status": Status.OPEN.value, "done_at": None, "outcome": ""}
    store.alter(work, own_type(), [store.Alteration(activity, columns, "reopened")])
    publish(ActivityReopened(activity_id=activity.pk, actor_id=actor.user_id, at=work.at))
    link = Link(name_of(work, activity), f"/activities/{activity.pk}/")
    return operations.finish(
        work,
        Receipt(
            "saved",
            f"Open again: {name_of(work, activity)}.",
            object=link,
            next=Link("Go on with today", "/"),
        ),
    )


@deed
def cancel(*, actor: Actor, activity_id: int, once: str = "") -> Receipt:
    """The receipt of something that will not take place.

    Raises: NotVisibleError; ForbiddenError; RuleError when it took place already.
    """
    work = operations.start(actor=actor, verb="cancelled", once=once)
    activity = held(actor, activity_id)
    if activity.status == Status.CANCELLED:
        return _unchanged(work, activity, "was cancelled already")
    if activity.status == Status.DONE:
        raise RuleError(
            "done",
            f"“{name_of(work, activity)}” took place already. Open it again first, or move it to the trash.",
        )
    subject = subject_of_activity(actor, activity)
    store.alter(
        work, own_type(), [store.Alteration(activity, {"status": Status.CANCELLED.value}, "cancelled")]
    )
    note_acted(activity, "cancelled")
    publish(ActivityCancelled(activity_id=activity.pk, actor_id=actor.user_id, at=work.at))
    link = Link(name_of(work, activity), f"/activities/{activity.pk}/")
    also = told(["it does not come again" if activity.recurrence else ""])
    lonely = subject.record is not activity and next_open(subject, actor) is None
    asked = f"{subject.title} has no next step now." if lonely else "Nothing else to do here."
    shown = steps(work, activity) if lonely else ()
    receipt = Receipt(
        "saved",
        f"Cancelled: {name_of(work, activity)}.",
        object=link,
        also=also,
        nothing_next=asked,
        steps=shown,
    )
    return operations.finish(work, receipt)

"""Planning: tasks, calls and meetings to come, and the next step after what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from keen.activities.actions.about import (
    About,
    Subject,
    day_of,
    day_off_of,
    deed,
    make,
    moment_of,
    name_of,
    next_open,
    seen_by,
    steps,
    subject_of,
    subject_of_activity,
    told,
    touch,
    zone_of,
)
from keen.activities.actions.notices import tell_new_owner
from keen.activities.domain import recurrence
from keen.activities.domain.choices import KINDS, Outcome, Priority, Status, What
from keen.activities.events import ActivityLogged, ActivityPlanned
from keen.activities.models import Activity
from keen.core.actions import operations
from keen.core.actions.operations import Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.events import publish
from keen.core.models import User
from keen.lib import text
from keen.lib.errors import NotVisibleError, RuleError
from keen.people.models import Contact

PLANNED = frozenset({What.TASK, What.CALL, What.MEETING, What.EMAIL})
MOST_PARTICIPANTS = 50
HALF_AN_HOUR = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be done, when and by whom. Whoever is not named does it themselves."""

    subject: str = ""
    note: str = ""
    kind: str = What.TASK.value
    on: date | None = None
    due_at: datetime | None = None
    promised: bool = False
    priority: str = Priority.NORMAL.value
    owner_id: int | None = None
    reminder_at: datetime | None = None
    recurrence: str = ""
    is_private: bool = False


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """Who meets when. Without an end it takes half an hour."""

    subject: str
    starts_at: datetime
    ends_at: datetime | None = None
    note: str = ""
    participants: Sequence[int] = ()
    owner_id: int | None = None
    reminder_at: datetime | None = None
    recurrence: str = ""
    is_private: bool = False


@deed
def plan_task(*, actor: Actor, about: About | None, plan: Plan, once: str = "") -> Receipt:
    """The receipt of a task, a call or an e-mail to come.

    Raises: NotVisibleError; ForbiddenError; RuleError with the field to mend.
    """
    work = operations.start(actor=actor, verb="planned", once=once)
    subject = subject_of(actor, about)
    title = text.clean(plan.subject, 200) or usual_title(plan.kind, subject)
    if plan.kind not in PLANNED or plan.kind == What.MEETING:
        raise RuleError("unknown_kind", "Choose a task, a call or an e-mail.", "kind")
    if not title:
        raise RuleError("missing", "Say in a few words what is to be done.", "subject")
    if plan.promised and plan.due_at is None:
        raise RuleError(
            "promise_without_date", "Say until when you promised it, or take the promise away.", "due_at"
        )
    columns = {
        "kind": plan.kind,
        "subject": title,
        "body": text.clean(plan.note, 20_000, multiline=True),
        "plan_on": plan.on,
        "due_at": plan.due_at,
        "promised_to_customer": plan.promised,
        "priority": plan.priority if plan.priority in set(Priority) else Priority.NORMAL.value,
        "owner_id": plan.owner_id,
        "reminder_at": plan.reminder_at,
        "recurrence": recurrence.check(plan.recurrence),
        "is_private": plan.is_private,
    }
    activity = add_planned(work, subject, columns)
    return operations.finish(work, _receipt(work, subject, activity))


@deed
def plan_meeting(*, actor: Actor, about: About | None, meeting: Meeting, once: str = "") -> Receipt:
    """The receipt of a meeting to come. One that is over already is written down as held.

    Raises: NotVisibleError; ForbiddenError; RuleError with the field to mend.
    """
    work = operations.start(actor=actor, verb="planned", once=once)
    subject = subject_of(actor, about)
    title = text.clean(meeting.subject, 200) or (f"Meeting with {subject.title}" if subject.record else "")
    if not title:
        raise RuleError("missing", "Say in a few words what the meeting is about.", "subject")
    ends_at = meeting.ends_at or meeting.starts_at + HALF_AN_HOUR
    if ends_at <= meeting.starts_at:
        raise RuleError(
            "ends_before_start", "The meeting ends before it starts. Choose a later end.", "ends_at"
        )
    columns = {
        "kind": What.MEETING.value,
        "subject": title,
        "body": text.clean(meeting.note, 20_000, multiline=True),
        "starts_at": meeting.starts_at,
        "ends_at": ends_at,
        "participants": participants_of(actor, meeting.participants, subject),
        "owner_id": meeting.owner_id,
        "reminder_at": meeting.reminder_at,
        "recurrence": recurrence.check(meeting.recurrence),
        "is_private": meeting.is_private,
    }
    if ends_at <= work.at and not meeting.recurrence:
        return operations.finish(work, _held(work, subject, columns))
    activity = add_planned(work, subject, columns)
    return operations.finish(work, _receipt(work, subject, activity))


def _held(work: Work, subject: Subject, columns: dict[str, Any]) -> Receipt:
    """The receipt of a meeting that took place."""
    over = {"status": Status.DONE.value, "outcome": Outcome.HELD.value, "done_at": columns["ends_at"]}
    activity = make(work, subject, {**columns, **over, "reminder_at": None})
    publish(
        ActivityLogged(
            activity_id=activity.pk, kind=activity.kind, outcome=activity.outcome,
            actor_id=work.actor.user_id, at=work.at,
        )
    )  # fmt: skip
    touched = touch(work, activity)
    link = subject.link or Link(name_of(work, activity), f"/activities/{activity.pk}/")
    also = told(
        [
            f"held {moment_of(work, columns['starts_at'])}",
            "last contact is set" if touched else "",
            seen_by(activity),
        ]
    )
    asked = next_open(subject, work.actor) is None and subject.record is not None
    return Receipt(
        "saved",
        f"Meeting with {subject.title} written down."
        if subject.record
        else f"Meeting written down: {name_of(work, activity)}.",
        object=link,
        also=also,
        next=None if asked else Link("Go on with today", "/"),
        nothing_next="What comes next, and when?",
        steps=steps(work, activity) if asked else (),
    )


def participants_of(actor: Actor, ids: Sequence[int], subject: Subject) -> list[int]:
    """The people who take part, besides the one it is about.

    Raises: RuleError for too many; NotVisibleError for somebody whom the actor does not see.
    """
    about = subject.record.pk if isinstance(subject.record, Contact) else None
    wanted = sorted(set(ids) - {about})
    if len(wanted) > MOST_PARTICIPANTS:
        raise RuleError(
            "too_many", f"At most {MOST_PARTICIPANTS} people fit into one meeting.", "participants"
        )
    if wanted and Contact.objects.visible_to(actor).filter(pk__in=wanted).count() != len(wanted):
        raise NotVisibleError
    return wanted


@deed
def plan_next_step(*, actor: Actor, after_id: int, on: date, once: str = "") -> Receipt:
    """The receipt of a next step on the chosen day, with the same person as the activity it follows: one click.

    Raises: NotVisibleError; ForbiddenError; RuleError for a day that is past.
    """
    work = operations.start(actor=actor, verb="planned", once=once)
    before: Activity | None = Activity.objects.visible_to(actor).filter(pk=after_id).first()
    if before is None:
        raise NotVisibleError
    subject = subject_of_activity(actor, before)
    title = (
        f"Follow up with {subject.title}"
        if subject.record is not before
        else f"Go on with {name_of(work, before)}"
    )
    kind = What.TASK.value
    if before.kind == What.CALL:
        kind, title = What.CALL.value, usual_title(What.CALL.value, subject)
    columns = {"kind": kind, "subject": title[:200], "plan_on": on, "is_private": before.is_private}
    activity = add_planned(work, subject if subject.record is not before else Subject(), columns)
    return operations.finish(work, _receipt(work, subject, activity))


def add_planned(work: Work, subject: Subject, columns: dict[str, Any]) -> Activity:
    """The activity to come, after its day was checked, its owner told and the event published.

    Raises: RuleError for a day that is past, and for a repetition without a day.
    """
    if columns.get("plan_on") and (work.at.date() - columns["plan_on"]).days > 1:
        raise RuleError("past", "That day is over. Choose today or a later one.", "plan_on")
    if columns.get("recurrence") and not any(
        columns.get(name) for name in ("plan_on", "due_at", "starts_at")
    ):
        raise RuleError("repeats_without_day", "Say when it comes first, so that it can repeat.", "plan_on")
    activity = make(work, subject, columns)
    tell_new_owner(work, activity)
    publish(
        ActivityPlanned(
            activity_id=activity.pk, kind=activity.kind, plan_on=activity.plan_on, assigned_to=activity.owner_id,
            actor_id=work.actor.author_id, at=work.at,
        )
    )  # fmt: skip
    return activity


def usual_title(kind: str, subject: Subject) -> str:
    """What a plan with somebody is called when nobody says it."""
    if subject.record is None:
        return ""
    verbs = {What.CALL.value: "Call", What.EMAIL.value: "Write to", What.MEETING.value: "Meeting with"}
    return f"{verbs.get(kind, 'Follow up with')} {subject.title}"[:200]


def day_or_moment(work: Work, activity: Activity) -> str:
    """When it is meant to be, as a receipt says it; "" when nobody said so."""
    if activity.starts_at:
        return moment_of(work, activity.starts_at)
    return day_of(work, activity.plan_on) if activity.plan_on else ""


def _receipt(work: Work, subject: Subject, activity: Activity) -> Receipt:
    label = dict(KINDS)[activity.kind]
    when = day_or_moment(work, activity)
    local = activity.starts_at.astimezone(zone_of(work.actor)).date() if activity.starts_at else None
    off, better = day_off_of(work, activity.owner_id, activity.plan_on or local)
    also = told([
        off,
        f"promised for {moment_of(work, activity.due_at)}" if activity.due_at else "",
        f"reminder {moment_of(work, activity.reminder_at)}" if activity.reminder_at else "",
        recurrence.words(activity.recurrence),
        _whose(work, activity),
        seen_by(activity),
    ])  # fmt: skip
    return Receipt(
        "saved" if when or activity.due_at else "gap",
        f"{label} planned{f' for {when}' if when else ''}: {name_of(work, activity)}.",
        object=Link(name_of(work, activity), f"/activities/{activity.pk}/"),
        also=also if when or activity.due_at else told(["without a day it does not come up on Today", *also]),
        next=Link("Go on with today", "/")
        if when or activity.due_at
        else Link("Give it a day", f"/activities/{activity.pk}/edit/"),
        alternative=Link(
            f"Plan it for {day_of(work, better)}", f"/activities/{activity.pk}/move/{better}/", post=True
        )
        if better and activity.plan_on
        else Link(f"Back to {subject.title}"[:60], subject.href)
        if subject.record and subject.record is not activity
        else None,
    )


def _whose(work: Work, activity: Activity) -> str:
    if activity.owner_id == work.actor.user_id:
        return ""
    name = User.objects.filter(pk=activity.owner_id or 0).values_list("name", flat=True).first()
    return f"{name} was told"

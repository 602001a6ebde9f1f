"""What programs may do with activities, with the consequences that the pages have."""

from collections.abc import Mapping
from typing import Any

from keen.activities.actions.about import About
from keen.activities.actions.close import Ending, cancel, complete, reopen
from keen.activities.actions.log import Call, Mail, Note, log_call, log_email, write_note
from keen.activities.actions.move import snooze
from keen.activities.actions.plan import Meeting, Plan, plan_meeting, plan_task
from keen.activities.domain.choices import CALL_OUTCOMES, DIRECTIONS, OUTCOMES, PRIORITIES
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Receipt
from keen.lib.errors import RuleError
from keen.records.declare import Field, Kind
from keen.records.domain import own as own_fields
from keen.records.rest.verbs import Verb

Values = Mapping[str, Any]
ABOUT = (
    Field("contact", "Contact", Kind.REFERENCE, to="contact", help="Whom it is about."),
    Field(
        "account",
        "Account",
        Kind.REFERENCE,
        to="account",
        help="Which company it is about, where no contact is named.",
    ),
)
PRIVATE = Field("is_private", "Only for me", Kind.BOOLEAN)
TEXT = Field("note", "Note", Kind.LONG_TEXT)
DIRECTION = Field("direction", "Direction", Kind.CHOICE, choices=DIRECTIONS)
WHO = Field("owner", "Assigned to", Kind.USER, help="Nobody named is you.")


def _about(values: Values) -> About | None:
    for kind in ("contact", "account"):
        if values.get(kind):
            return About(kind, values[kind])
    return None


def _about_somebody(values: Values) -> About:
    about = _about(values)
    if about is None:
        raise RuleError("missing", "Name a contact or an account.", "contact")
    return about


def _given(values: Values, **names: str) -> dict[str, Any]:
    """What was sent, under the names of an action; what was not is the action's to decide."""
    return {name: values[sent] for name, sent in names.items() if sent in values}


def _log_call(actor: Actor, _record_id: int, values: Values) -> Receipt:
    given = _given(
        values,
        outcome="outcome",
        note="note",
        direction="direction",
        at="at",
        next_on="next_on",
        is_private="is_private",
    )
    seconds = values.get("duration_seconds")
    own = {name: value for name, value in values.items() if name.startswith(own_fields.PREFIX)}
    call = Call(**given, duration_seconds=None if seconds is None else int(seconds), own=own)
    return log_call(actor=actor, about=_about_somebody(values), call=call)


def _log_note(actor: Actor, _record_id: int, values: Values) -> Receipt:
    note = Note(text=values.get("text", ""), **_given(values, is_private="is_private"))
    return write_note(actor=actor, about=_about(values), note=note)


def _log_mail(actor: Actor, _record_id: int, values: Values) -> Receipt:
    given = _given(values, text="text", direction="direction", at="at", is_private="is_private")
    mail = Mail(subject=values.get("subject", ""), **given)
    return log_email(actor=actor, about=_about_somebody(values), mail=mail)


def _plan(actor: Actor, _record_id: int, values: Values) -> Receipt:
    given = _given(
        values, subject="subject", note="note", kind="kind", on="on", due_at="due_at", promised="promised",
        priority="priority", owner_id="owner", reminder_at="reminder_at", recurrence="recurrence", is_private="is_private",
    )  # fmt: skip
    return plan_task(actor=actor, about=_about(values), plan=Plan(**given))


def _meet(actor: Actor, _record_id: int, values: Values) -> Receipt:
    given = _given(
        values, starts_at="starts_at", ends_at="ends_at", note="note", owner_id="owner", reminder_at="reminder_at",
        recurrence="recurrence", is_private="is_private",
    )  # fmt: skip
    meeting = Meeting(subject=values.get("subject", ""), **given)
    return plan_meeting(actor=actor, about=_about(values), meeting=meeting)


def _complete(actor: Actor, record_id: int, values: Values) -> Receipt:
    return complete(
        actor=actor, activity_id=record_id, ending=Ending(**_given(values, outcome="outcome", note="note"))
    )


def _reopen(actor: Actor, record_id: int, _values: Values) -> Receipt:
    return reopen(actor=actor, activity_id=record_id)


def _cancel(actor: Actor, record_id: int, _values: Values) -> Receipt:
    return cancel(actor=actor, activity_id=record_id)


def _snooze(actor: Actor, record_id: int, values: Values) -> Receipt:
    return snooze(actor=actor, activity_id=record_id, on=values["on"])


_CALLS = tuple((key, label) for key, label in OUTCOMES if key in CALL_OUTCOMES)
_AT = Field("at", "When", Kind.DATETIME, help="Now, where it is not said.")
_TITLE = Field("subject", "Subject", most=200)
_REMIND = Field("reminder_at", "Remind at", Kind.DATETIME)
_REPEAT = Field("recurrence", "Repeats", most=200, help="An iCalendar rule, such as FREQ=WEEKLY;BYDAY=MO.")

VERBS = [
    Verb("activity", "log-call", "kind", "add", "Write down a call that took place", _log_call, (
        *ABOUT, Field("outcome", "Outcome", Kind.CHOICE, choices=_CALLS), TEXT, DIRECTION,
        Field("duration_seconds", "Duration in seconds", Kind.NUMBER), _AT,
        Field("next_on", "Call again on", Kind.DATE), PRIVATE,
    ), own=True),
    Verb("activity", "log-note", "kind", "add", "Write a note", _log_note, (
        *ABOUT, Field("text", "Text", Kind.LONG_TEXT, required=True), PRIVATE,
    )),
    Verb("activity", "log-email", "kind", "add", "Write down an e-mail", _log_mail, (
        *ABOUT, Field("subject", "Subject", required=True, most=200), Field("text", "Text", Kind.LONG_TEXT), DIRECTION,
        _AT, PRIVATE,
    )),
    Verb("activity", "plan-task", "kind", "add", "Plan a task, a call or an e-mail", _plan, (
        *ABOUT, _TITLE, TEXT,
        Field("kind", "Kind", Kind.CHOICE, choices=(("task", "Task"), ("call", "Call"), ("email", "E-mail"))),
        Field("on", "Planned for", Kind.DATE), Field("due_at", "Promised by", Kind.DATETIME),
        Field("promised", "Promised to the customer", Kind.BOOLEAN),
        Field("priority", "Priority", Kind.CHOICE, choices=PRIORITIES), WHO, _REMIND, _REPEAT, PRIVATE,
    )),
    Verb("activity", "plan-meeting", "kind", "add", "Plan a meeting, or write down one that took place", _meet, (
        *ABOUT, _TITLE, Field("starts_at", "Starts", Kind.DATETIME, required=True), Field("ends_at", "Ends", Kind.DATETIME),
        TEXT, WHO, _REMIND, _REPEAT, PRIVATE,
    )),
    Verb("activity", "complete", "record", "edit", "Say that it is done", _complete, (
        Field("outcome", "Outcome", Kind.CHOICE, choices=OUTCOMES), TEXT,
    )),
    Verb("activity", "reopen", "record", "edit", "Open it again", _reopen),
    Verb("activity", "cancel", "record", "edit", "Say that it will not be done", _cancel),
    Verb("activity", "snooze", "record", "edit", "Put it off to another day", _snooze, (
        Field("on", "Day", Kind.DATE, required=True),
    )),
]  # fmt: skip

"""One line written down: what took place or is planned, and the next step, in one write that one undo takes back."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from keen.activities.actions.about import (
    About,
    Subject,
    deed,
    make,
    moment_of,
    name_of,
    seen_by,
    steps,
    subject_of,
    told,
    touch,
    zone_of,
)
from keen.activities.actions.log import MOST_NOTE, logged
from keen.activities.actions.notices import tell_mentioned
from keen.activities.actions.plan import add_planned, day_or_moment, participants_of, usual_title
from keen.activities.domain.choices import CALL_OUTCOMES, KINDS, Outcome, Status, What
from keen.activities.models import Activity
from keen.core.actions import operations
from keen.core.actions.operations import Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.wiring import wired
from keen.lib import names, text
from keen.lib.errors import RuleError
from keen.people.records import CONTACT
from keen.records.actions.save import create
from keen.records.actions.values import read_values

HALF_AN_HOUR = timedelta(minutes=30)
QUARTER = timedelta(minutes=15)
MOST_MINUTES = 24 * 60


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One thing that took place or is to be done. `on` without `at` is a day without a time."""

    what: str
    text: str = ""
    on: date | None = None
    at: time | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line as it was understood and shown.

    Shape: `newcomer` is the name of somebody to be added as a contact, who is then what it is about; `amount` is
    (key of the taker, its choice, amount, currency) of wired amounts.
    """

    main: Wanted
    done: bool = True
    about: About | None = None
    newcomer: str = ""
    with_: tuple[int, ...] = ()
    note: str = ""
    outcome: str = ""
    incoming: bool = False
    minutes: int | None = None
    step: Wanted | None = None
    amount: tuple[str, str, str, str] | None = None


@deed
def write_down(*, actor: Actor, entry: Entry, once: str = "") -> Receipt:
    """The receipt of a line: what took place or is planned, its next step, and whoever is new.

    Raises: NotVisibleError; ForbiddenError; RuleError with the field to mend.
    """
    work = operations.start(actor=actor, verb="logged", once=once)
    _check(entry)
    subject, added = _subject(work, entry)
    activity = _took_place(work, entry, subject) if entry.done else _planned(work, entry.main, subject, entry)
    touched = entry.done and touch(work, activity)
    step = _planned(work, entry.step, subject, None) if entry.step else None
    mentions = tell_mentioned(work, activity, subject)
    said = [
        f"{added} is a new contact" if added else "",
        f"next: {name_of(work, step)}{_on(work, step)}" if step else "",
        _take_amount(work, entry, activity),
        *mentions.lines(),
        "last contact is now today" if touched and activity.done_at == work.at else "",
        seen_by(activity),
    ]
    return operations.finish(work, _receipt(work, entry, subject, activity, told(said)))


def _check(entry: Entry) -> None:
    """Nothing, for an entry that can be written.

    Raises: RuleError.
    """
    kinds = {key for key, _ in KINDS}
    if entry.main.what not in kinds or (entry.step and entry.step.what not in kinds - {What.NOTE.value}):
        raise RuleError("unknown_kind", "Choose a call, a meeting, an e-mail, a task or a note.", "what")
    if len(entry.note) > MOST_NOTE:
        raise RuleError("too_long", f"A note holds {MOST_NOTE:,} characters. Shorten it.", "note")
    if entry.minutes is not None and not 0 < entry.minutes <= MOST_MINUTES:
        raise RuleError("too_long", "It takes a day at most. Mend the minutes.", "minutes")
    if entry.done and entry.main.what == What.NOTE and not entry.note.strip():
        raise RuleError("empty", "Write something first.", "note")
    if (
        entry.step
        and not entry.step.text.strip()
        and entry.step.what == What.TASK
        and not (entry.about or entry.newcomer)
    ):
        raise RuleError("missing", "Say in a few words what is to be done next.", "step_text")


def _subject(work: Work, entry: Entry) -> tuple[Subject, str]:
    """What it is about, and the name of the contact that was added for it."""
    if not entry.newcomer.strip():
        return subject_of(work.actor, entry.about), ""
    parts = names.split(text.clean(entry.newcomer, 200))
    given: dict[str, Any] = {"first_name": names.full(parts.first, parts.middle), "last_name": parts.last}
    if entry.about is not None and entry.about.kind == "account":
        given["account"] = str(subject_of(work.actor, entry.about).record.pk)  # type: ignore[union-attr]
    record = create(work, CONTACT, read_values(CONTACT, work.actor, given, creating=True))
    return Subject.of(work.actor, record), CONTACT.told_to(work.actor, record)


def _took_place(work: Work, entry: Entry, subject: Subject) -> Activity:
    at = _moment(work, entry.main) or work.at
    if at > work.at + timedelta(minutes=5):
        raise RuleError(
            "in_the_future", "That day is still to come. Choose an earlier one, or plan it.", "when"
        )
    what = entry.main.what
    columns: dict[str, Any] = {
        "kind": what,
        "status": Status.DONE.value,
        "subject": _title(entry, subject),
        "body": text.clean(entry.note, MOST_NOTE, multiline=True),
        "done_at": at,
        "duration_seconds": entry.minutes * 60 if entry.minutes else None,
        "is_private": what == What.NOTE and subject.record is None,
    }
    if what == What.CALL:
        columns["outcome"] = entry.outcome if entry.outcome in CALL_OUTCOMES else Outcome.REACHED.value
    if what == What.MEETING:
        held = entry.outcome != Outcome.NO_SHOW
        columns["outcome"] = Outcome.HELD.value if held else Outcome.NO_SHOW.value
        columns["participants"] = participants_of(work.actor, entry.with_, subject)
    if what in {What.CALL, What.EMAIL}:
        columns["direction"] = "in" if entry.incoming else "out"
    activity = make(work, subject, columns)
    logged(work, activity)
    return activity


def _title(entry: Entry, subject: Subject) -> str:
    """What it is called: with somebody the kind says enough, else its first words."""
    said = text.clean(entry.main.text, 200)
    if said or subject.record is not None or entry.main.what == What.NOTE:
        return said
    return text.clean(entry.note, 80)


def _planned(work: Work, wanted: Wanted, subject: Subject, entry: Entry | None) -> Activity:
    """What is to be done: a meeting or a call with a time stands in the calendar, a task at a time reminds."""
    title = text.clean(wanted.text, 200) or usual_title(wanted.what, subject)
    if not title:
        raise RuleError("missing", "Say in a few words what is to be done.", "text" if entry else "step_text")
    if wanted.what == What.MEETING and wanted.on is None:
        raise RuleError("missing", "Say on which day you meet.", "when" if entry else "step_when")
    at = _moment(work, wanted)
    timed = wanted.at is not None or wanted.what == What.MEETING
    length = timedelta(minutes=entry.minutes) if entry and entry.minutes else None
    columns: dict[str, Any] = {
        "kind": wanted.what,
        "subject": title,
        "plan_on": wanted.on,
        "body": text.clean(entry.note, MOST_NOTE, multiline=True) if entry else "",
    }
    if timed and at is not None and wanted.what in {What.MEETING, What.CALL}:
        usual = HALF_AN_HOUR if wanted.what == What.MEETING else QUARTER
        columns |= {"starts_at": at, "ends_at": at + (length or usual)}
    elif timed and at is not None and at > work.at:
        columns["reminder_at"] = at
    if wanted.what == What.MEETING:
        columns["plan_on"] = None
        columns["participants"] = participants_of(work.actor, entry.with_ if entry else (), subject)
    return add_planned(work, subject, columns)


def _moment(work: Work, wanted: Wanted) -> datetime | None:
    """The day with its time where the actor is; noon where no time was said, so that the day is the same everywhere."""
    if wanted.on is None:
        return None
    zone = zone_of(work.actor)
    if wanted.at is None and wanted.on == work.at.astimezone(zone).date():
        return work.at if wanted.what != What.MEETING else datetime.combine(wanted.on, time(10), tzinfo=zone)
    return datetime.combine(
        wanted.on, wanted.at or time(10 if wanted.what == What.MEETING else 12), tzinfo=zone
    )


def _take_amount(work: Work, entry: Entry, activity: Activity) -> str:
    """What the package that keeps amounts did with the one in the line, as a line of the receipt."""
    if entry.amount is None:
        return ""
    key, choice, amount, currency = entry.amount
    taker = next((one for one in wired().amounts if one.key == key), None)
    if taker is None:
        raise RuleError("unknown_choice", "Choose where the amount belongs from the list.", "amount")
    said: str = taker.take(work, activity, choice, amount, currency)
    return said


def _on(work: Work, activity: Activity) -> str:
    when = day_or_moment(work, activity)
    return f", {when}" if when else ""


def _receipt(
    work: Work, entry: Entry, subject: Subject, activity: Activity, also: tuple[str, ...]
) -> Receipt:
    label = dict(KINDS)[activity.kind]
    link = subject.link or Link(name_of(work, activity), f"/activities/{activity.pk}/")
    if not entry.done:
        when = day_or_moment(work, activity)
        said = f"{label} planned{f' for {when}' if when else ''}: {name_of(work, activity)}."
        return Receipt(
            "saved" if when else "gap", said, object=link, also=also, next=Link("Go on with today", "/")
        )
    joined = {What.NOTE: "on", What.EMAIL: "from" if entry.incoming else "to"}.get(
        What(activity.kind), "with"
    )
    said = f"{label} {joined} {subject.title} logged." if subject.record else f"{label} logged."
    held_at = (
        f" It was {moment_of(work, activity.done_at)}."
        if activity.done_at and activity.done_at < work.at
        else ""
    )
    if entry.step is not None:
        return Receipt("saved", said + held_at, object=link, also=also, next=Link("Go on with today", "/"))
    if subject.record is None:
        nobody = Link("Say whom it is about", f"/activities/{activity.pk}/edit/")
        return Receipt("saved", said + held_at, object=link, also=also, next=nobody)
    return Receipt(
        "saved",
        said + held_at,
        object=link,
        also=also,
        nothing_next="What comes next, and when?",
        steps=steps(work, activity),
    )

"""What people do in Keen on a day, with the records it makes and the usage events around them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from keen.activities.domain.choices import is_contact
from keen.activities.models import Activity
from keen.core.actions.operations import Entry
from keen.core.models.fresh import fresh
from keen.people.models import Contact
from keen.records.models import Record
from keen.site.demo.day import Day
from keen.site.demo.history import Deed, Made
from keen.site.demo.person import Fact
from keen.site.demo.truth import NAMED_FIELD, NAMED_FORM, NAMED_RULE
from keen.site.demo.words import CALL_NOTES, DEPARTMENTS, JOBS, MAILS, MEETING_NOTES, NOTES, TASKS
from keen.telemetry.domain.properties import count_class

GIVES_UP = 0.42
MOST_TRIES = 4
DONE, MOVED = 0.8, 0.93
MOST_MOVES = 2
TERSE = "Called."
VERBS = {"call": "called", "email": "mailed", "note": "noted"}
PAGES = {"call": "call-new", "email": "mail-new", "note": "timeline-write"}
TOLD = {
    "call": "Call with {whom} logged.",
    "email": "E-mail to {whom} logged.",
    "note": "Note on {whom} saved.",
}


def enter(day: Day, fact: Fact) -> None:
    """Write down what took place."""
    if fact.kind == "task" or fact.contact is None:
        plan(day, fact.contact)
        return
    page = PAGES[fact.kind]
    if fact.kind == "note":
        day.look_up(fact.contact)
    else:
        day.open_form(page)
        if day.chance.random() < day.habit.leaves:
            day.leave_form(page, "", ["note"])
            return
    at = day.saved(page, "contact" if fact.kind == "note" else "")
    fact.at = min(fact.at, at)
    deed = day.deed(at, VERBS[fact.kind], TOLD[fact.kind].format(whom=fact.contact.title))
    record = activity(day, fact.contact, **FACTS[fact.kind](day, fact, at))
    day.person.world.history.make(Made(record, deed))
    if is_contact(record.kind, record.outcome):
        day.touch(deed, fact.contact, record.done_at or at)
    if day.chance.random() < day.habit.plans:
        plan(day, fact.contact)


def activity(day: Day, contact: Contact | None, **columns: Any) -> Activity:
    """An activity of the person, that is not stored."""
    user = day.person.hired.user
    given = {"owner_id": user.pk, "team_id": user.team_id, "source": "By hand", **columns}
    if contact is not None:
        given |= {
            "contact_id": contact.pk,
            "contact_name": contact.title[:200],
            "account_id": contact.account_id,
            "account_name": contact.account_name,
        }
    made = fresh(Activity, given)
    made._state.fields_cache["contact"] = contact  # noqa: SLF001  as `Activity(contact=contact)` leaves it
    return made


def _call(day: Day, fact: Fact, at: datetime) -> dict[str, Any]:
    outcome = day.chance.choices(("reached", "no_answer", "voicemail"), (64, 22, 14))[0]
    reached = outcome == "reached"
    body = day.about(CALL_NOTES) if reached and day.chance.random() < day.habit.notes else ""
    if day.habit.bursts and reached:
        body = TERSE
    return {
        "kind": "call",
        "direction": day.chance.choice(("out", "out", "in")),
        "outcome": outcome,
        "status": "done",
        "done_at": fact.at,
        "starts_at": fact.at if fact.at < at else None,
        "duration_seconds": day.chance.randrange(60, 1500) if reached else None,
        "body": body,
    }


def _email(day: Day, fact: Fact, at: datetime) -> dict[str, Any]:  # noqa: ARG001  one of FACTS
    direction = day.chance.choice(("out", "in"))
    told = {"kind": "email", "subject": day.about(MAILS), "direction": direction}
    return {**told, "status": "done", "done_at": fact.at}


def _note(day: Day, fact: Fact, at: datetime) -> dict[str, Any]:  # noqa: ARG001  one of FACTS
    return {"kind": "note", "status": "done", "done_at": at, "body": day.about(NOTES)}


FACTS = {"call": _call, "email": _email, "note": _note}


def plan(day: Day, contact: Contact | None) -> Made | None:
    """Plan what comes next, by the form that some cannot cope with; None for who gave up."""
    day.open_form(NAMED_FORM, "activity")
    if not _gets_through(day):
        return None
    at = day.saved(NAMED_FORM, "activity")
    on = day.person.next_day(day.on, day.chance.choice((1, 1, 2, 3, 5, 8)))
    record = _planned(day, contact, on)
    made = Made(record, day.deed(at, "planned", f"Planned: {record.title}."))
    day.person.agenda[on].append(made)
    return made


def plan_step(day: Day, on: date, contact: Contact, about: Record, step: tuple[str, str]) -> Made | None:
    """Plan what comes next for a record, by the same form; None for who gave up. `step` is the kind and the words."""
    day.open_form(NAMED_FORM, "activity")
    if not _gets_through(day):
        return None
    at = day.saved(NAMED_FORM, "activity")
    kind, words = step
    times: dict[str, datetime] = {}
    if kind == "meeting":
        starts_at = day.start.replace(hour=day.chance.choice((9, 10, 11, 13, 14)), minute=0, second=0)
        starts_at += timedelta(days=(on - day.on).days)
        times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=60)}
    record = activity(day, contact, kind=kind, subject=words[:200], status="open", plan_on=on, **times)
    made = Made(record, day.deed(at, "planned", f"Planned: {record.title}."), about=about)
    day.person.agenda[on].append(made)
    return made


def _gets_through(day: Day) -> bool:
    """Whether the form was saved in the end."""
    chance, habit = day.chance, day.habit
    if chance.random() >= habit.rejected:
        if chance.random() < min(habit.leaves, 0.05):
            day.leave_form(NAMED_FORM, "activity", ["subject"])
            return False
        return True
    for _ in range(MOST_TRIES):
        day.rejected(NAMED_FORM, "activity", [NAMED_FIELD], [NAMED_RULE])
        if chance.random() < habit.rage:
            day.say("rage_click", screen=NAMED_FORM, control="button")
        if chance.random() < GIVES_UP:
            day.leave_form(NAMED_FORM, "activity", [NAMED_FIELD, "subject"])
            return False
    return True


def _planned(day: Day, contact: Contact | None, on: date) -> Activity:
    kind = day.chance.choices(("task", "call", "meeting"), (5, 3, 3) if contact else (1, 0, 0))[0]
    if kind == "meeting" and contact is not None:
        starts_at = day.start.replace(hour=day.chance.choice((9, 10, 11, 13, 14, 15)), minute=0, second=0)
        starts_at += timedelta(days=(on - day.on).days)
        return activity(
            day, contact, kind=kind, subject=f"Meeting with {contact.first_name or contact.last_name}", status="open",
            plan_on=on, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=45),
        )  # fmt: skip
    return activity(day, contact, kind=kind, subject=day.about(TASKS), status="open", plan_on=on)


def due(day: Day) -> list[Made]:
    """What was planned until the day, taken off the agenda."""
    agenda = day.person.agenda
    return [made for on in sorted(on for on in agenda if on <= day.on) for made in agenda.pop(on)]


def when_due(day: Day, made: Made) -> datetime:
    """The moment of the day at which somebody turns to what was planned: after it is over, for a meeting."""
    ends_at: datetime | None = getattr(made.record, "ends_at", None)
    if ends_at is not None and ends_at.astimezone(day.start.tzinfo).date() == day.on:
        return ends_at + timedelta(minutes=3)
    return day.sometime()


def deal_with(day: Day, made: Made) -> None:
    """Do what was planned, or put it off; what is put off twice is called off."""
    planned = made.record
    if not isinstance(planned, Activity):
        raise TypeError("Only activities stand on an agenda.")
    if planned.contact is not None and day.chance.random() < day.habit.looks * 0.8:
        day.look_up(planned.contact)
    fate = day.chance.random()
    if fate < DONE:
        _finish(day, made, planned)
    elif fate < MOVED and len(made.later) < MOST_MOVES and planned.starts_at is None:
        on = day.person.next_day(day.on, 1)
        made.change(_moved(day, planned), plan_on=on)
        day.person.agenda[on].append(made)
    else:
        at = day.saved("activity-cancel", "activity")
        made.change(day.deed(at, "cancelled", f"Cancelled: {planned.title}."), status="cancelled")
        day.person.world.history.make(made)


def _finish(day: Day, made: Made, planned: Activity) -> None:
    at = day.saved("activity-done", "activity")
    deed = day.deed(at, "completed", f"Done: {planned.title}.")
    made.change(deed, status="done", done_at=min(planned.ends_at or at, at), **_ending(day, planned))
    if is_contact(planned.kind, planned.outcome):
        day.touch(deed, planned.contact, planned.done_at or at)
    day.person.world.history.make(made)


def _ending(day: Day, planned: Activity) -> dict[str, Any]:
    noted = day.chance.random() < day.habit.notes
    if planned.kind == "meeting":
        return {"outcome": "held", "body": day.about(MEETING_NOTES) if noted else ""}
    if planned.kind == "call":
        return {"outcome": "reached", "body": day.about(CALL_NOTES) if noted else ""}
    return {}


def _moved(day: Day, planned: Activity) -> Deed:
    return day.deed(day.saved("activity-snooze", "activity"), "snoozed", f"Moved: {planned.title}.")


def meet(day: Day, contact: Contact) -> None:
    """Add somebody new."""
    day.look_at_list("contact", len(day.person.known))
    day.open_form("contact-new", "contact")
    if day.chance.random() < day.habit.rejected / 6:
        day.rejected("contact-new", "contact", ["last_name"], ["missing"])
    at = day.saved("contact-new", "contact")
    contact.source = "By hand"
    day.person.world.history.make(Made(contact, day.deed(at, "created", f"{contact.title} saved.")))
    day.person.met.append(contact)


def mend(day: Day, contact: Contact) -> None:
    """Put a field of somebody right after looking at them."""
    day.look_up(contact)
    day.open_form("contact-fact", "contact", whole=False)
    at = day.saved("contact-fact", "contact", road="inline")
    deed = day.deed(at, "updated", f"{contact.title} saved.")
    day.person.world.history.alter(contact, deed, **_other(day, contact))


def _other(day: Day, contact: Contact) -> dict[str, str]:
    name, words = day.chance.choice((("job_title", JOBS), ("department", DEPARTMENTS)))
    return {name: day.chance.choice([word for word in words if word != getattr(contact, name)])}


def take_away(day: Day) -> None:
    """Export the lists they always export: their people, and with them what was done by who lives in spreadsheets."""
    for kind, plural in (("contact", "Contacts"), ("activity", "Activities"))[: 2 if day.habit.late else 1]:
        rows = len(day.person.known)
        day.look_at_list(kind, rows, saved=True, filtered=True)
        day.say("page_viewed", screen=f"{kind}-export")
        day.wait(5, 20)
        day.say("export_made", kind, rows=count_class(rows), format="csv")
        deed = day.deed(day.clock, "exported", f"Exported {rows:,} {plural.lower()} (csv).")
        told: dict[str, object] = {"records": plural, "count": rows, "format": "csv"}
        day.person.world.history.tell(deed, Entry("user", day.person.id, 0, "exported", {}, told))
        day.wait(30, 90)


def bring_back(day: Day) -> None:
    """Import what was changed in the spreadsheet."""
    changed = day.chance.sample(day.person.known, min(len(day.person.known), day.chance.randrange(3, 9)))
    day.say("page_viewed", screen="import")
    for step in ("upload", "match", "check", "load"):
        day.say("import_step", outcome="done", step=step)
        day.wait(15, 60)
    deed = day.deed(day.clock, "imported", f"{len(changed)} contacts brought in.", via="import")
    for contact in changed:
        day.person.world.history.alter(contact, deed, **_other(day, contact))


def look_around(day: Day, lists: Sequence[str] = ("contact", "activity")) -> None:
    """Look at lists without doing anything."""
    day.sign_in()
    for kind in lists:
        day.look_at_list(kind, 500, saved=day.chance.random() < 0.3)

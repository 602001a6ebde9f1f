"""What lies before the people of the demo company this morning: promises, plans, a meeting, and a few notices."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from keen.activities.models import Activity
from keen.core.models import Notice
from keen.people.models import Contact
from keen.site.demo.day import Day
from keen.site.demo.deeds import activity
from keen.site.demo.history import Made
from keen.site.demo.person import Person
from keen.site.demo.truth import Type
from keen.site.demo.words import TASKS, TOPICS

BUSY = frozenset({Type.KEEN, Type.STEADY, Type.PART_TIME, Type.NEW})
STORIES = (
    ("Maya Lind", "Kofi Mensah", "Can you split the invoice for this one?"),
    ("Maya Lind", "Lea Novak", "We met at the fair; say hello from me."),
    ("Tom Reuter", "Maya Lind", "When does the certificate come?"),
    ("Kofi Mensah", "Ines Roth", "How safe is this one?"),
)


def plan_ahead(people: Sequence[Person], since: date) -> None:
    """Whatever is open is stored as open, and those who have worked since that day have a day before them."""
    for person in people:
        if person.type in BUSY:
            _bring_forward(person)
        for made in [made for found in person.agenda.values() for made in found]:
            person.world.history.make(made)
        person.agenda.clear()
        if person.type in BUSY and person.known and person.hired.colleague.pace >= 1:
            _fill(person, since)


def _bring_forward(person: Person) -> None:
    """The next step of one deal is planned for today."""
    for pursuit in person.deals:
        planned = pursuit.step.record if pursuit.step is not None and pursuit.is_open else None
        if isinstance(planned, Activity) and planned.is_open and planned.starts_at is None:
            planned.plan_on = person.world.times.today
            return


def _fill(person: Person, since: date) -> None:
    last = max(person.active, default=date.min)
    if last < since:
        return
    day, today = Day(person, person.world.times.today), person.world.times.today
    evening = Day(person, last).end
    pace, chance = person.hired.colleague.pace * day.habit.pace, person.chance
    if pace >= 2:
        _add(day, evening, kind="task", subject=day.about(TASKS), plan_on=today - timedelta(days=1),
             due_at=day.start.replace(hour=12) - timedelta(days=1), promised_to_customer=True)  # fmt: skip
        _add(day, evening, kind="meeting", subject="Site visit", plan_on=today, starts_at=day.start.replace(hour=14, minute=0),
             ends_at=day.start.replace(hour=15, minute=0))  # fmt: skip
    for number in range(max(1, round(pace))):
        kind = chance.choice(("call", "task"))
        contact = chance.choice(person.known)
        named = f"Call {contact.first_name or contact.last_name} about {chance.choice(TOPICS)}"
        subject = named if kind == "call" else day.about(TASKS)
        _add(day, evening, contact, kind=kind, subject=subject, plan_on=today)
        _add(day, evening, kind="task", subject=day.about(TASKS), plan_on=today + timedelta(days=number + 1))


def _add(day: Day, at: datetime, contact: Contact | None = None, **columns: Any) -> None:
    """Something open, as planned on the evening of the last working day: by the same form, with the same events."""
    person = day.person
    evening = Day(person, at.date())
    evening.clock = at + timedelta(seconds=person.chance.randrange(3000))
    evening.open_form("activity-plan", "activity")
    saved = evening.saved("activity-plan", "activity")
    record: Activity = activity(day, contact or person.chance.choice(person.known), status="open", **columns)
    person.world.history.make(Made(record, day.deed(saved, "planned", f"Planned: {record.title}.")))


def notify(people: Sequence[Person], chance: random.Random) -> None:
    """A few things that wait for somebody."""
    now, known = timezone.now(), {person.hired.colleague.name: person for person in people}
    for who, by, words in STORIES:
        contact = chance.choice(known[by].known or known[who].known)
        Notice.objects.create(
            user=known[who].hired.user,
            by=known[by].hired.user,
            kind="mention",
            text=f"{by} mentioned you at {contact.title}",
            detail=words,
            href=f"/contacts/{contact.pk}/",
            at=now - timedelta(hours=3),
            once=f"demo-{person_key(who)}-{contact.pk}",
        )


def person_key(name: str) -> str:
    """The name as a key."""
    return name.casefold().replace(" ", "-")

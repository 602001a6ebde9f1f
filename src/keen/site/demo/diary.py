"""What the people of the demo company did in half a year, and what they have before them."""

import random
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Max, OuterRef, Subquery
from django.utils import timezone

from keen.activities.models import Activity
from keen.activities.records import ACTIVITY
from keen.core.actions import operations
from keen.core.actions.operations import Work
from keen.core.domain.receipts import Receipt
from keen.core.models import Notice, User
from keen.people.models import Account, Contact
from keen.records.actions import store
from keen.site.demo.staff import STAFF
from keen.site.demo.words import CALL_NOTES, MAILS, MEETING_NOTES, NOTES, TASKS, TOPICS

DAYS = 180
FRIDAY = 4
SERVED = {"Service", "Marketing and operations"}


@dataclass
class Scene:
    """Somebody's working day."""

    chance: random.Random
    user: User
    on: date
    people: Sequence[Contact]
    made: list[Activity] = field(default_factory=list)

    def at(self, hour: int, minute: int = 0) -> datetime:
        """A moment of the day, where the person is."""
        return datetime.combine(
            self.on, time(hour, minute), tzinfo=ZoneInfo(self.user.zone or "Europe/Berlin")
        )

    def add(self, contact: Contact, **columns: Any) -> Activity:
        """An activity with the contact."""
        activity = Activity(
            **{
                "owner_id": self.user.pk,
                "team_id": self.user.team_id,
                "contact_id": contact.pk,
                "contact_name": contact.title[:200],
                "account_id": contact.account_id,
                "account_name": contact.account_name,
                "source": "By hand",
                **columns,
            }
        )
        self.made.append(activity)
        return activity

    def about(self, words: Sequence[str]) -> str:
        """A sentence with a topic."""
        topic = self.chance.choice(TOPICS)
        said = self.chance.choice(words).format(topic=topic, n=self.chance.randrange(1, 6))
        return said[0].upper() + said[1:]


def write(chance: random.Random, users: dict[str, User], contacts: Sequence[Contact], today: date) -> None:
    """Half a year of activities until yesterday, and the open ones from today on."""
    own: dict[int, list[Contact]] = defaultdict(list)
    for contact in contacts:
        own[contact.owner_id or 0].append(contact)
    for one in STAFF:
        user = users[one.name]
        people = sorted(
            contacts if one.team in SERVED else own[user.pk] or contacts,
            key=lambda contact: (contact.created_at, contact.pk),
        )
        met = [contact.created_at for contact in people]
        week: list[Activity] = []
        for day in working_days(today - timedelta(days=DAYS), today - timedelta(days=1)):
            scene = Scene(chance, user, day, people, week)
            scene.people = people[: bisect_left(met, scene.at(8))]
            _work(scene, one.pace if scene.people else 0)
            if day.weekday() == FRIDAY or day == today - timedelta(days=1):
                _store(scene, scene.at(17, 30))
                week = []
        if one.pace:
            scene = Scene(chance, user, today, people)
            _ahead(scene, one.pace)
            _store(scene, min(scene.at(7), timezone.now()))
    Activity.objects.filter(status="done").update(created_at=F("done_at"), updated_at=F("done_at"))
    _last_contacts()
    _notices(users, contacts, today)


def working_days(first: date, last: date) -> Iterator[date]:
    """The days from Monday to Friday in between, both ends included."""
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if day.weekday() < 5:
            yield day


def _work(scene: Scene, pace: float) -> None:
    """What was done on a day: mostly calls, some mail, meetings, notes and tasks."""
    chance = scene.chance
    count = int(pace + chance.uniform(-0.8, 0.8) * pace + chance.random())
    for _ in range(count):
        contact = chance.choice(scene.people)
        hour, minute = chance.randrange(8, 17), chance.randrange(60)
        kind = chance.choices(("call", "email", "meeting", "note", "task"), (46, 20, 12, 12, 10))[0]
        _DONE[kind](scene, contact, scene.at(hour, minute))


def _call(scene: Scene, contact: Contact, at: datetime) -> None:
    outcome = scene.chance.choices(("reached", "no_answer", "voicemail"), (64, 22, 14))[0]
    reached = outcome == "reached"
    scene.add(
        contact,
        kind="call",
        subject="",
        direction=scene.chance.choice(("out", "out", "in")),
        outcome=outcome,
        status="done",
        done_at=at,
        starts_at=at,
        duration_seconds=scene.chance.randrange(60, 1500) if reached else None,
        body=scene.about(CALL_NOTES) if reached and scene.chance.random() < 0.8 else "",
    )


def _email(scene: Scene, contact: Contact, at: datetime) -> None:
    direction = scene.chance.choice(("out", "in"))
    scene.add(
        contact,
        kind="email",
        subject=scene.about(MAILS),
        direction=direction,
        status="done",
        done_at=at,
        body="",
    )


def _meeting(scene: Scene, contact: Contact, at: datetime) -> None:
    scene.add(
        contact,
        kind="meeting",
        subject=f"Meeting with {contact.first_name}",
        outcome="held",
        status="done",
        starts_at=at,
        ends_at=at + timedelta(minutes=45),
        done_at=at + timedelta(minutes=45),
        duration_seconds=2700,
        body=scene.about(MEETING_NOTES),
    )


def _note(scene: Scene, contact: Contact, at: datetime) -> None:
    scene.add(contact, kind="note", subject="", status="done", done_at=at, body=scene.about(NOTES))


def _task(scene: Scene, contact: Contact, at: datetime) -> None:
    scene.add(contact, kind="task", subject=scene.about(TASKS), status="done", plan_on=scene.on, done_at=at)


_DONE = {"call": _call, "email": _email, "meeting": _meeting, "note": _note, "task": _task}


def _ahead(scene: Scene, pace: float) -> None:
    """What lies before somebody: a broken promise, things for today, a meeting, later plans."""
    chance, today = scene.chance, scene.on
    if pace >= 2:
        scene.add(
            chance.choice(scene.people),
            kind="task",
            subject=scene.about(TASKS),
            status="open",
            plan_on=today - timedelta(days=1),
            due_at=scene.at(12) - timedelta(days=1),
            promised_to_customer=True,
        )
        scene.add(
            chance.choice(scene.people),
            kind="meeting",
            subject="Site visit",
            status="open",
            starts_at=scene.at(14),
            ends_at=scene.at(15),
            plan_on=today,
        )
    for _ in range(max(1, round(pace))):
        contact = chance.choice(scene.people)
        kind = chance.choice(("call", "task"))
        subject = (
            f"Call {contact.first_name} about {chance.choice(TOPICS)}"
            if kind == "call"
            else scene.about(TASKS)
        )
        scene.add(contact, kind=kind, subject=subject, status="open", plan_on=today)
    for ahead in range(1, round(pace * 2) + 2):
        contact = chance.choice(scene.people)
        scene.add(
            contact,
            kind="task",
            subject=scene.about(TASKS),
            status="open",
            plan_on=today + timedelta(days=ahead),
        )
    for behind in range(round(pace)):
        scene.add(
            chance.choice(scene.people),
            kind="task",
            subject=scene.about(TASKS),
            status="open",
            plan_on=today - timedelta(days=behind + 2),
        )


def _store(scene: Scene, at: datetime) -> None:
    if not scene.made:
        return
    work = Work(actor=scene.user.actor(), verb="created", at=at)
    store.insert(work, ACTIVITY, list(scene.made))
    operations.finish(work, Receipt("saved", f"{len(scene.made)} activities recorded."))


def _last_contacts() -> None:
    """The last contact of people and companies, from what was done with them."""
    for model, column in ((Contact, "contact_id"), (Account, "account_id")):
        reached = Activity.objects.filter(
            **{column: OuterRef("pk")},
            kind__in=("call", "meeting", "email"),
            outcome__in=("", "reached", "held"),
        )
        latest = reached.order_by().values(column).annotate(latest=Max("done_at")).values("latest")
        model.objects.update(last_contact_at=Subquery(latest))


def _notices(users: dict[str, User], contacts: Sequence[Contact], today: date) -> None:
    """A few things that wait for somebody."""
    now = timezone.now()
    for who, by, words, contact in (
        ("Maya Lind", "Kofi Mensah", "Can you split the invoice for this one?", contacts[0]),
        ("Maya Lind", "Lea Novak", "I met her at the fair; say hello from me.", contacts[1]),
        ("Tom Reuter", "Maya Lind", "When does the certificate come?", contacts[2]),
        ("Kofi Mensah", "Ines Roth", "How safe is this one?", contacts[3]),
    ):
        Notice.objects.create(
            user=users[who],
            by=users[by],
            kind="mention",
            text=f"{by} mentioned you at {contact.title}",
            detail=words,
            href=f"/contacts/{contact.pk}/",
            at=now - timedelta(hours=3),
            once=f"demo-{today}-{who}-{contact.pk}",
        )

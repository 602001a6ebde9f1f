"""What automations do, within one operation and within the rights of their owner."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from keen.activities.actions.about import Subject, make, today_of
from keen.activities.actions.plan import add_planned
from keen.activities.domain.choices import Priority, Status, What
from keen.activities.models import Activity
from keen.core.accounts import absolute
from keen.core.actions.operations import Work
from keen.core.jobs.mail import send_mail
from keen.core.models import User
from keen.integrations.actions import deliveries
from keen.lib.errors import RuleError
from keen.processes.domain import texts
from keen.processes.domain.rules import CONTACT, OWNER, TURN, Do, Step
from keen.processes.domain.turns import next_in_turn
from keen.processes.models import Automation
from keen.processes.queries import reaching
from keen.processes.queries.filling import values_of
from keen.records.actions.save import address, set_values
from keen.records.declare import RecordType
from keen.records.models import Record


@dataclass(frozen=True)
class Deed:
    """What a step came to: a line for the log, and whether anything was done at all."""

    line: str
    done: bool = True


@dataclass
class Scene:
    """The automation, the record that it acts on, and the operation that all of it belongs to."""

    work: Work
    automation: Automation
    record_type: RecordType
    record: Record
    place: int = 0
    woken: list[str] = field(default_factory=list)

    def text(self, said: str, reader: User | None = None) -> str:
        """The text of a step with its places filled from the record, as the owner of the automation may read it.

        Shape: for a colleague, nothing that they may not read themselves.
        """
        places = texts.places(said)
        values = values_of(self.record_type, self.work.actor, self.record, places)
        if reader is not None and reader.pk != self.work.actor.user_id:
            theirs = values_of(self.record_type, reader.actor(), self.record, places)
            values = {name: value for name, value in values.items() if theirs.get(name) == value}
        return texts.filled(said, values)


def do(scene: Scene, step: Step) -> Deed:
    """What the step came to.

    Raises: RuleError that says why it cannot be done.
    """
    return _DEEDS[step.do](scene, step)


def _task(scene: Scene, step: Step) -> Deed:
    work = scene.work
    owner = _person(scene, step)
    subject = _subject(scene)
    columns = {
        "kind": What.TASK.value,
        "subject": scene.text(step.line, owner).strip()[:200],
        "plan_on": _day(scene, owner, step.days),
        "priority": Priority.NORMAL.value,
        "owner_id": owner.pk,
    }
    add_planned(work, subject, columns)
    return Deed(f"a task for {owner.name}")


def _subject(scene: Scene) -> Subject:
    """What a task is about: of an activity, what that one is about."""
    record = scene.record
    if not isinstance(record, Activity):
        return Subject.of(scene.work.actor, record)
    about = reaching.about_of(scene.work.actor, record)
    return Subject.of(scene.work.actor, about) if about else Subject()


def _day(scene: Scene, owner: User, days: int) -> Any:
    """The day so many days on, or the next one on which the person works."""
    worktime = owner.worktime
    day = today_of(owner.actor(), scene.work.at) + timedelta(days=days)
    return day if worktime.works(day) else worktime.next_working(day)


def _assign(scene: Scene, step: Step) -> Deed:
    person = _person(scene, step)
    if scene.record.owner_id == person.pk:
        return Deed(f"{person.name} has it already", done=False)
    set_values(scene.work, scene.record_type, scene.record, {"owner": person.pk})
    return Deed(f"given to {person.name}")


def _field(scene: Scene, step: Step) -> Deed:
    declared = scene.record_type.by_name.get(step.field)
    if declared is None:
        raise RuleError("field_gone", "The field that it sets is gone. Choose another one.")
    made = set_values(scene.work, scene.record_type, scene.record, {step.field: step.value})
    label = declared.label.lower()
    return Deed(f"{label} set" if made.before else f"{label} was so already", done=bool(made.before))


def _email(scene: Scene, step: Step) -> Deed:
    return _to_contact(scene, step) if step.to == CONTACT else _to_colleague(scene, step)


def _to_colleague(scene: Scene, step: Step) -> Deed:
    person = _person(scene, step)
    if not scene.record.allows(person.actor(), "view"):
        return Deed(f"no e-mail: {person.name} may not see this", done=False)
    link = absolute(address(scene.record_type, scene.record.pk))
    body = f"{scene.text(step.body, person)}\n\n{link}\n\nSent by the automation “{scene.automation.name}”.\n"
    send_mail.enqueue(to=person.email, subject=scene.text(step.line, person), body=body)
    return Deed(f"an e-mail to {person.name}")


def _to_contact(scene: Scene, step: Step) -> Deed:
    work = scene.work
    reached = reaching.reach(work.actor, scene.record, timezone.localdate(work.at))
    if reached.person is None:
        return Deed(reached.why_not, done=False)
    subject, body = scene.text(step.line), scene.text(step.body)
    sender = _person(scene, Step(step.do))
    send_mail.enqueue(to=reached.email, subject=subject, body=f"{body}\n", reply_to=sender.email)
    columns = {
        "kind": What.EMAIL.value,
        "subject": subject[:200],
        "body": body,
        "status": Status.DONE.value,
        "direction": "out",
        "done_at": work.at,
        "owner_id": sender.pk,
        **reached.columns,
    }
    make(work, _subject(scene), columns)
    return Deed("an e-mail to the contact")


def _webhook(scene: Scene, step: Step) -> Deed:
    told = deliveries.tell(
        step.endpoint,
        deliveries.Told(
            topic="automation.ran",
            kind=scene.record_type.kind,
            record_id=scene.record.pk,
            said={"automation": scene.automation.name},
            at=scene.work.at,
            event_id=uuid4(),
        ),
    )
    if told is None:
        raise RuleError("webhook_gone", "The webhook is gone or switched off. Choose another one.")
    scene.woken.append("webhooks")
    return Deed(f"told {told.name}")


def _person(scene: Scene, step: Step) -> User:
    """Who is meant, as somebody who can sign in.

    Raises: RuleError.
    """
    if step.to == TURN:
        return _in_turn(scene, step)
    of_record = scene.record.owner_id or scene.automation.owner_id
    wanted = of_record if step.to == OWNER else int(step.to)
    person = User.objects.filter(pk=wanted, is_active=True).first()
    if person is not None:
        return person
    if step.to == OWNER:  # who left still stands on old records
        return scene.automation.owner
    raise RuleError("person_gone", "The person that it names cannot sign in any more. Choose another one.")


def _in_turn(scene: Scene, step: Step) -> User:
    """The next one in turn who works today; the place in the row is kept with the automation."""
    people = {row.pk: row for row in User.objects.filter(pk__in=step.people, is_active=True)}
    locked = Automation.objects.select_for_update().get(pk=scene.automation.pk)
    key = str(scene.place)
    today = timezone.localdate(scene.work.at)
    living = [pk for pk in step.people if pk in people]
    chosen = next_in_turn(living, locked.turns.get(key), lambda pk: people[pk].worktime.works(today))
    if chosen is None:
        raise RuleError("person_gone", "Nobody of those who take turns can sign in any more. Choose others.")
    locked.turns = {**locked.turns, key: chosen}
    locked.save(update_fields=["turns"])
    return people[chosen]


_DEEDS: Mapping[Do, Callable[[Scene, Step], Deed]] = {
    Do.TASK: _task,
    Do.ASSIGN: _assign,
    Do.EMAIL: _email,
    Do.FIELD: _field,
    Do.WEBHOOK: _webhook,
}

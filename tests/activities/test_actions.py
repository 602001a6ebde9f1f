"""What holds for everything that is done with activities: rights, events, and what follows from the rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from keen.activities.actions.about import About
from keen.activities.actions.close import cancel, complete, reopen
from keen.activities.actions.log import Call, Mail, Note, log_call, log_email, write_note
from keen.activities.actions.move import Handover, reassign, snooze
from keen.activities.actions.plan import Meeting, Plan, plan_meeting, plan_next_step, plan_task
from keen.activities.events import (
    ActivityCancelled,
    ActivityCompleted,
    ActivityLogged,
    ActivityMoved,
    ActivityPlanned,
    ActivityReassigned,
    ActivityReopened,
    PeopleMentioned,
)
from keen.activities.models import Activity, ActivityLink
from keen.activities.records import ACTIVITY
from keen.core.events import Event
from keen.core.models import Operation
from keen.core.wiring import Wiring, rewired, wired
from keen.lib.errors import ForbiddenError, NotVisibleError
from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.records.actions import life
from keen.records.actions.save import Wish, save
from tests.factories.activities import about, make_activity, make_call, only, undone

TODAY = timezone.localdate()
TOMORROW = TODAY + timedelta(days=1)


def hear(event: Event) -> None:
    """A handler that is never run: its deliveries are what the tests look at."""


@contextmanager
def listening() -> Iterator[list[tuple[str, Any]]]:
    """The names and the facts of the events that wait for delivery after the block."""
    told: list[tuple[str, Any]] = []
    with rewired(Wiring(**{**fields_of(wired()), "handlers": ((Event, hear),)})):
        yield told
    for kwargs in DBTaskResult.objects.order_by("enqueued_at").values_list("args_kwargs__kwargs", flat=True):
        told.extend((kwargs["event"], facts) for facts in kwargs["told"])


def fields_of(wiring: Wiring) -> dict[str, Any]:
    return {name: getattr(wiring, name) for name in wiring.__dataclass_fields__}


def deeds(activity: Activity, contact: Contact) -> list[Any]:
    """Every deed, as a function of an actor."""
    pk, where = activity.pk, about(contact)
    meeting = Meeting(subject="x", starts_at=timezone.now())
    return [
        lambda actor: log_call(actor=actor, about=where, call=Call()),
        lambda actor: write_note(actor=actor, about=where, note=Note(text="x")),
        lambda actor: log_email(actor=actor, about=where, mail=Mail(subject="x")),
        lambda actor: plan_task(actor=actor, about=where, plan=Plan(subject="x", on=TODAY)),
        lambda actor: plan_meeting(actor=actor, about=where, meeting=meeting),
        lambda actor: plan_next_step(actor=actor, after_id=pk, on=TOMORROW),
        lambda actor: log_call(actor=actor, about=About("activity", pk), call=Call()),
        lambda actor: complete(actor=actor, activity_id=pk),
        lambda actor: reopen(actor=actor, activity_id=pk),
        lambda actor: cancel(actor=actor, activity_id=pk),
        lambda actor: snooze(actor=actor, activity_id=pk, on=TOMORROW),
        lambda actor: reassign(actor=actor, activity_id=pk, handover=Handover(to_id=actor.user_id)),
    ]


@pytest.mark.parametrize("number", range(12))
def test_for_a_stranger_nothing_is_there_and_a_reader_changes_nothing(
    owner: Any, stranger: Any, reader: Any, contact: Contact, number: int
) -> None:
    task = make_activity(owner, kind="call", contact=contact, plan_on=TOMORROW)
    deed = deeds(task, contact)[number]

    with pytest.raises(NotVisibleError):
        deed(stranger.actor())
    with pytest.raises(ForbiddenError):
        deed(reader.actor())

    assert Activity.objects.count() == 1
    assert Operation.objects.filter(actor__in=[stranger, reader]).count() == 0


def test_somebody_elses_undo_is_not_there(owner: Any, colleague: Any, contact: Contact) -> None:
    receipt = log_call(actor=owner.actor(), about=about(contact), call=Call())

    with pytest.raises(NotVisibleError):
        undone(receipt, colleague.actor())


def test_every_deed_tells_what_happened(owner: Any, colleague: Any, contact: Contact) -> None:
    actor, where = owner.actor(), about(contact)
    tasks = [
        make_activity(owner, plan_on=TODAY, due_at=timezone.now() + timedelta(hours=1)) for _ in range(4)
    ]
    done = make_activity(owner, done=True)

    with listening() as told:
        log_call(actor=actor, about=where, call=Call())
        write_note(actor=actor, about=where, note=Note(text=f"@{colleague.name} look"))
        plan_task(actor=actor, about=where, plan=Plan(subject="x", on=TODAY))
        complete(actor=actor, activity_id=tasks[0].pk)
        cancel(actor=actor, activity_id=tasks[1].pk)
        snooze(actor=actor, activity_id=tasks[2].pk, on=TOMORROW)
        reassign(actor=actor, activity_id=tasks[3].pk, handover=Handover(to_id=colleague.pk))
        reopen(actor=actor, activity_id=done.pk)

    own = [(name, facts) for name, facts in told if name.startswith("activities.")]
    assert [name for name, _ in own] == [
        event.name
        for event in (
            ActivityLogged, ActivityLogged, PeopleMentioned, ActivityPlanned, ActivityCompleted, ActivityCancelled,
            ActivityMoved, ActivityReassigned, ActivityReopened,
        )
    ]  # fmt: skip
    assert {facts["actor_id"] for _, facts in own} == {owner.pk}
    assert [facts["on_time"] for name, facts in own if name == ActivityCompleted.name] == [True]


def test_a_renamed_person_is_shown_by_the_new_name(owner: Any, contact: Contact) -> None:
    call = make_call(owner, contact)

    save(CONTACT, actor=owner.actor(), wish=Wish({"last_name": "Haddad-Weber"}, contact.pk))

    call.refresh_from_db()
    assert call.contact_name == "Amira Haddad-Weber"


def test_an_activity_made_by_the_common_form_gets_its_company_and_place(owner: Any, contact: Contact) -> None:
    saved = save(
        ACTIVITY,
        actor=owner.actor(),
        wish=Wish({"kind": "task", "subject": "Send it", "contact": contact.pk}),
    )

    task = only()
    assert saved.record == task
    assert (task.account_id, task.about_kind, task.about_id) == (contact.account_id, "contact", contact.pk)
    assert ActivityLink.objects.filter(activity=task, at__isnull=True).count() == 2


def test_what_is_moved_to_the_trash_leaves_the_timelines(owner: Any, contact: Contact) -> None:
    call = make_call(owner, contact)

    life.delete(ACTIVITY, actor=owner.actor(), record_id=call.pk)

    assert not ActivityLink.objects.exists()

"""What was planned is done, opened again, cancelled."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.activities.actions.close import Ending, cancel, complete, reopen
from keen.activities.models import Activity
from keen.lib.errors import RuleError
from keen.people.models import Account, Contact
from tests.factories.activities import make_activity, undone

TODAY = timezone.localdate()
TOMORROW = TODAY + timedelta(days=1)


def test_done_is_done_and_asks_for_the_next_step(owner: Any, contact: Contact) -> None:
    task = make_activity(owner, contact=contact, plan_on=TODAY, subject="Send the offer")

    receipt = complete(actor=owner.actor(), activity_id=task.pk, ending=Ending(note="Sent by mail"))

    task.refresh_from_db()
    assert (task.status, task.body) == ("done", "Sent by mail")
    assert task.done_at
    assert receipt.text == "Done: Send the offer."
    assert receipt.nothing_next == "Amira Haddad has no next step now."
    assert receipt.steps

    undone(receipt, owner.actor())
    task.refresh_from_db()
    assert (task.status, task.body) == ("open", "")
    assert task.done_at is None


def test_done_twice_is_no_harm(owner: Any) -> None:
    task = make_activity(owner, plan_on=TODAY)
    complete(actor=owner.actor(), activity_id=task.pk)

    receipt = complete(actor=owner.actor(), activity_id=task.pk)

    assert "was done already" in receipt.text
    assert receipt.undo == ""


def test_what_repeats_comes_again_in_the_same_operation(owner: Any, account: Account) -> None:
    task = make_activity(owner, account=account, plan_on=TODAY, recurrence="FREQ=WEEKLY", priority="high")

    receipt = complete(actor=owner.actor(), activity_id=task.pk)

    following = Activity.objects.get(status="open")
    assert following.plan_on == TODAY + timedelta(days=7)
    assert (following.subject, following.account_id, following.priority) == (task.subject, account.pk, "high")
    assert receipt.also[0].startswith("comes again ")
    assert receipt.steps == ()

    undone(receipt, owner.actor())
    assert list(Activity.objects.living().values_list("pk", "status")) == [(task.pk, "open")]


def test_a_repeating_meeting_keeps_its_time_and_length(owner: Any) -> None:
    starts_at = timezone.localtime().replace(hour=0, minute=30, second=0, microsecond=0)
    meeting = make_activity(
        owner,
        kind="meeting",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        recurrence="FREQ=DAILY",
    )

    complete(actor=owner.actor(), activity_id=meeting.pk, ending=Ending(outcome="held"))

    following = Activity.objects.get(status="open")
    assert following.starts_at
    local = timezone.localtime(following.starts_at)
    assert (local.date(), local.hour, local.minute) == (TOMORROW, 0, 30)
    assert following.ends_at == following.starts_at + timedelta(hours=1)
    assert following.plan_on is None


def test_a_kept_promise_is_said(owner: Any) -> None:
    kept = make_activity(owner, due_at=timezone.now() + timedelta(hours=1), promised_to_customer=True)
    broken = make_activity(owner, due_at=timezone.now() - timedelta(hours=1), promised_to_customer=True)

    assert "promise kept" in complete(actor=owner.actor(), activity_id=kept.pk).also
    assert "promise kept" not in complete(actor=owner.actor(), activity_id=broken.pk).also


def test_a_held_meeting_is_contact_and_one_where_nobody_came_is_none(owner: Any, contact: Contact) -> None:
    for outcome, touched in (("no_show", False), ("held", True)):
        meeting = make_activity(owner, kind="meeting", contact=contact, starts_at=timezone.now())
        complete(actor=owner.actor(), activity_id=meeting.pk, ending=Ending(outcome=outcome))
        contact.refresh_from_db()
        assert (contact.last_contact_at is not None) is touched


def test_an_outcome_of_another_kind_is_refused(owner: Any) -> None:
    task = make_activity(owner, plan_on=TODAY)

    with pytest.raises(RuleError, match="how it went"):
        complete(actor=owner.actor(), activity_id=task.pk, ending=Ending(outcome="reached"))


def test_open_again_and_back(owner: Any) -> None:
    task = make_activity(owner, plan_on=TODAY, done=True)

    receipt = reopen(actor=owner.actor(), activity_id=task.pk)
    task.refresh_from_db()
    assert (task.status, task.done_at) == ("open", None)

    undone(receipt, owner.actor())
    task.refresh_from_db()
    assert task.status == "done"
    assert task.done_at


def test_a_note_cannot_be_opened_again(owner: Any) -> None:
    note = make_activity(owner, kind="note", body="x")

    with pytest.raises(RuleError, match="nothing to be done"):
        reopen(actor=owner.actor(), activity_id=note.pk)


def test_cancelled_is_not_done_and_can_be_taken_back(owner: Any, contact: Contact) -> None:
    meeting = make_activity(
        owner, kind="meeting", contact=contact, starts_at=timezone.now(), recurrence="FREQ=DAILY"
    )

    receipt = cancel(actor=owner.actor(), activity_id=meeting.pk)
    meeting.refresh_from_db()
    contact.refresh_from_db()
    assert (meeting.status, meeting.done_at, contact.last_contact_at) == ("cancelled", None, None)
    assert receipt.also == ("it does not come again",)
    assert Activity.objects.count() == 1

    undone(receipt, owner.actor())
    meeting.refresh_from_db()
    assert meeting.is_open


def test_what_took_place_cannot_be_cancelled(owner: Any) -> None:
    task = make_activity(owner, done=True)

    with pytest.raises(RuleError, match="took place already"):
        cancel(actor=owner.actor(), activity_id=task.pk)

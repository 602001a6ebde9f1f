"""What is to come is planned."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.activities.actions.plan import Meeting, Plan, plan_meeting, plan_next_step, plan_task
from keen.activities.models import Activity, ActivityLink
from keen.core.models import Notice
from keen.lib.errors import NotVisibleError, RuleError
from keen.people.models import Account, Contact
from tests.factories.activities import about, make_call, only, undone
from tests.factories.people import make_contact

TODAY = timezone.localdate()
TOMORROW = TODAY + timedelta(days=1)


def test_a_planned_task_is_open_and_has_no_place_in_the_past(owner: Any, contact: Contact) -> None:
    receipt = plan_task(
        actor=owner.actor(), about=about(contact), plan=Plan(subject="Send the offer", on=TOMORROW)
    )

    task = only()
    assert (task.status, task.plan_on, task.owner_id) == ("open", TOMORROW, owner.pk)
    assert set(ActivityLink.objects.values_list("at", flat=True)) == {None}
    assert receipt.text == "Task planned for tomorrow: Send the offer."
    assert receipt.undo


def test_a_task_without_a_day_is_saved_with_a_gap(owner: Any, contact: Contact) -> None:
    receipt = plan_task(actor=owner.actor(), about=about(contact), plan=Plan(subject="Someday"))

    assert receipt.outcome == "gap"
    assert receipt.also[0] == "without a day it does not come up on Today"


def test_a_task_for_a_colleague_is_theirs_and_they_are_told(
    owner: Any, colleague: Any, contact: Contact
) -> None:
    plan = Plan(subject="Check the price list", on=TODAY, owner_id=colleague.pk)

    receipt = plan_task(actor=owner.actor(), about=about(contact), plan=plan)

    assert only().owner_id == colleague.pk
    notice = Notice.objects.get()
    assert (notice.user_id, notice.kind) == (colleague.pk, "handover")
    assert f"{colleague.name} was told" in receipt.also


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (Plan(subject="x", kind="meeting"), "kind"),
        (Plan(subject="x", on=TODAY - timedelta(days=3)), "plan_on"),
        (Plan(subject="x", promised=True), "due_at"),
        (Plan(subject="x", recurrence="FREQ=DAILY"), "plan_on"),
        (Plan(subject="x", on=TODAY, recurrence="FREQ=MINUTELY"), "recurrence"),
        (Plan(subject="x", on=TODAY, owner_id=987654), "owner"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(owner: Any, contact: Contact, plan: Plan, field: str) -> None:
    with pytest.raises(RuleError) as refused:
        plan_task(actor=owner.actor(), about=about(contact), plan=plan)

    assert refused.value.field == field
    assert not Activity.objects.exists()


def test_a_task_without_words_and_without_a_record_is_refused(owner: Any) -> None:
    with pytest.raises(RuleError, match="Say in a few words"):
        plan_task(actor=owner.actor(), about=None, plan=Plan(on=TODAY))


def test_a_meeting_stands_with_everybody_who_takes_part(
    owner: Any, contact: Contact, account: Account
) -> None:
    other = make_contact("Tom Reuter", owner=owner, team=owner.team)
    starts_at = timezone.now() + timedelta(hours=3)
    meeting = Meeting(subject="Site visit", starts_at=starts_at, participants=[other.pk, contact.pk])

    plan_meeting(actor=owner.actor(), about=about(contact), meeting=meeting)

    held = only()
    assert held.ends_at == starts_at + timedelta(minutes=30)
    assert held.participants == [other.pk]
    assert set(ActivityLink.objects.values_list("record_kind", "record_id")) == {
        ("contact", contact.pk), ("contact", other.pk), ("account", account.pk),
    }  # fmt: skip


def test_a_meeting_with_somebody_unseen_or_a_wrong_end_is_refused(
    owner: Any, stranger: Any, contact: Contact
) -> None:
    unseen = make_contact("Nobody Known", owner=stranger, team=stranger.team)
    starts_at = timezone.now() + timedelta(hours=3)

    with_unseen = Meeting(subject="Visit", starts_at=starts_at, participants=[unseen.pk])
    endless = Meeting(subject="Visit", starts_at=starts_at, ends_at=starts_at)

    with pytest.raises(NotVisibleError):
        plan_meeting(actor=owner.actor(), about=about(contact), meeting=with_unseen)
    with pytest.raises(RuleError, match="ends before it starts"):
        plan_meeting(actor=owner.actor(), about=about(contact), meeting=endless)


def test_one_click_plans_the_next_call_after_a_call(owner: Any, contact: Contact) -> None:
    call = make_call(owner, contact)

    receipt = plan_next_step(actor=owner.actor(), after_id=call.pk, on=TOMORROW)

    following = Activity.objects.get(status="open")
    assert (following.kind, following.subject, following.contact_id) == (
        "call",
        "Call Amira Haddad",
        contact.pk,
    )
    assert receipt.text == "Call planned for tomorrow: Call Amira Haddad."


def test_a_meeting_that_is_over_is_written_down_as_held(owner: Any, contact: Contact) -> None:
    starts_at = timezone.now() - timedelta(hours=3)
    meeting = Meeting(subject="Site visit", starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))

    receipt = plan_meeting(actor=owner.actor(), about=about(contact), meeting=meeting)

    contact.refresh_from_db()
    assert (only().status, only().outcome, only().done_at) == ("done", "held", meeting.ends_at)
    assert contact.last_contact_at == meeting.ends_at
    assert receipt.text == "Meeting with Amira Haddad written down."
    assert receipt.steps

    undone(receipt, owner.actor())
    contact.refresh_from_db()
    assert contact.last_contact_at is None

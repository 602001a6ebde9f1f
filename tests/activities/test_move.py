"""What is open moves: to another day, to somebody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.activities.actions.move import Handover, reassign, snooze
from keen.core.models import Notice
from keen.lib.errors import ForbiddenError, RuleError
from tests.factories.activities import make_activity, undone
from tests.factories.core import make_user

TODAY = timezone.localdate()
TOMORROW = TODAY + timedelta(days=1)


def test_a_snoozed_task_comes_back_on_the_day(owner: Any) -> None:
    task = make_activity(owner, plan_on=TODAY, subject="Send the offer")

    receipt = snooze(actor=owner.actor(), activity_id=task.pk, on=TOMORROW)
    task.refresh_from_db()
    assert task.plan_on == TOMORROW
    assert receipt.text == "Send the offer comes back tomorrow."

    undone(receipt, owner.actor())
    task.refresh_from_db()
    assert task.plan_on == TODAY


def test_to_snooze_beyond_a_promise_is_a_gap_that_is_said(owner: Any) -> None:
    task = make_activity(owner, due_at=timezone.now() + timedelta(hours=1), promised_to_customer=True)

    receipt = snooze(actor=owner.actor(), activity_id=task.pk, on=TODAY + timedelta(days=5))

    task.refresh_from_db()
    assert receipt.outcome == "gap"
    assert "after its promise" in receipt.text
    assert task.due_at
    assert task.act_at
    assert task.act_at > timezone.now() + timedelta(days=3)


def test_what_has_a_time_or_a_past_day_or_is_closed_cannot_be_snoozed(owner: Any) -> None:
    meeting = make_activity(owner, kind="meeting", starts_at=timezone.now())
    task = make_activity(owner, plan_on=TODAY)
    done = make_activity(owner, done=True)

    for activity, on in ((meeting, TOMORROW), (task, TODAY - timedelta(days=2)), (done, TOMORROW)):
        with pytest.raises(RuleError):
            snooze(actor=owner.actor(), activity_id=activity.pk, on=on)


def test_a_task_given_to_a_colleague_is_theirs_and_undo_brings_it_back(owner: Any, colleague: Any) -> None:
    task = make_activity(owner, plan_on=TODAY)

    receipt = reassign(
        actor=owner.actor(), activity_id=task.pk, handover=Handover(to_id=colleague.pk, note="I am away")
    )
    task.refresh_from_db()
    assert task.owner_id == colleague.pk
    assert Notice.objects.get().user_id == colleague.pk
    assert receipt.also == (f"{colleague.name} was told",)

    undone(receipt, owner.actor())
    task.refresh_from_db()
    assert task.owner_id == owner.pk


def test_a_colleagues_task_is_given_away_by_a_manager_and_not_by_a_colleague(
    owner: Any, colleague: Any, team: Any
) -> None:
    manager = make_user("sales_manager", team)
    task = make_activity(colleague, plan_on=TODAY)

    with pytest.raises(ForbiddenError):
        reassign(actor=owner.actor(), activity_id=task.pk, handover=Handover(to_id=owner.pk))
    reassign(actor=manager.actor(), activity_id=task.pk, handover=Handover(to_id=owner.pk))

    task.refresh_from_db()
    assert task.owner_id == owner.pk


def test_a_private_task_is_given_to_nobody(owner: Any, colleague: Any) -> None:
    task = make_activity(owner, plan_on=TODAY, is_private=True)

    with pytest.raises(RuleError, match="only yours"):
        reassign(actor=owner.actor(), activity_id=task.pk, handover=Handover(to_id=colleague.pk))
    with pytest.raises(RuleError, match="from the list"):
        reassign(actor=owner.actor(), activity_id=task.pk, handover=Handover(to_id=987654))

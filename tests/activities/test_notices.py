"""People are reminded, once."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from keen.activities.actions.notices import remind_due
from keen.activities.records import ACTIVITY
from keen.core.models import Notice
from keen.records.actions.save import Wish, save
from tests.factories.activities import make_activity

TODAY = timezone.localdate()
TOMORROW = TODAY + timedelta(days=1)


def test_everybody_is_reminded_once(owner: Any, colleague: Any) -> None:
    now = timezone.now()
    make_activity(owner, subject="Call the bank", reminder_at=now - timedelta(minutes=1))
    make_activity(colleague, reminder_at=now + timedelta(minutes=1))
    make_activity(owner, reminder_at=now - timedelta(minutes=1), done=True)

    assert [remind_due(now=now), remind_due(now=now)] == [1, 0]
    assert list(Notice.objects.values_list("user_id", "kind", "text")) == [
        (owner.pk, "reminder", "Call the bank")
    ]


def test_a_later_reminder_reminds_again(owner: Any) -> None:
    now = timezone.now()
    task = make_activity(owner, plan_on=TODAY, reminder_at=now - timedelta(minutes=1))
    remind_due(now=now)

    later = timezone.now() + timedelta(minutes=10)
    save(ACTIVITY, actor=owner.actor(), wish=Wish({"reminder_at": later}, task.pk))

    assert remind_due(now=later) == 1
    assert Notice.objects.count() == 2

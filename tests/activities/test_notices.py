"""People are reminded, once."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.activities.actions.about import About
from keen.activities.actions.log import Note, write_note
from keen.activities.actions.move import Handover, reassign
from keen.activities.actions.notices import remind_due
from keen.activities.models import Activity
from keen.activities.records import ACTIVITY
from keen.core import queries
from keen.core.actions.rights import refresh_rights
from keen.core.models import Notice, User
from keen.records.actions.save import Wish, save
from tests.factories.activities import make_activity
from tests.factories.core import make_role, make_team
from tests.factories.records import browser, html

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


def said(user: Any) -> list[tuple[str, str, str]]:
    """What waits for somebody, as they read it."""
    found = queries.as_told_now(user.actor(), queries.unread(user.actor()))
    return [(notice.text, notice.detail, notice.href) for notice in found]


@pytest.fixture
def mention(owner: Any, colleague: Any, contact: Any) -> Activity:
    """A note on the contact in which the owner named the colleague."""
    write_note(
        actor=owner.actor(), about=About("contact", contact.pk), note=Note(text=f"@{colleague.name} wedding")
    )
    return Activity.objects.get(kind="note")


def test_a_mention_says_what_was_written_to_who_can_see_it(
    owner: Any, colleague: Any, contact: Any, mention: Activity
) -> None:
    href = f"/contacts/{contact.pk}/#a{mention.pk}"
    assert said(colleague) == [
        (f"{owner.name} named you on {contact.title}", f"@{colleague.name} wedding", href)
    ]
    assert "wedding" not in str(list(Notice.objects.values()))
    save(ACTIVITY, actor=owner.actor(), wish=Wish({"body": "Another thing"}, mention.pk))
    assert said(colleague)[0][1] == "Another thing"


def test_a_mention_says_nothing_when_its_reader_has_moved_away(
    owner: Any, colleague: Any, mention: Activity
) -> None:
    User.objects.filter(pk=colleague.pk).update(team=make_team())
    refresh_rights([colleague])
    moved = User.objects.get(pk=colleague.pk)
    assert said(moved) == [(f"{owner.name} named you on something that you can no longer see", "", "")]
    page = html(browser(moved).get("/notices/"))
    assert "wedding" not in page
    assert "can no longer see" in page
    assert "wedding" not in html(browser(moved).get("/"))


def test_a_mention_tells_no_field_that_is_hidden_by_now(
    owner: Any, colleague: Any, contact: Any, mention: Activity
) -> None:
    everything = dict.fromkeys(("view", "add", "edit"), "all")
    role = make_role(records={"*": everything}, hidden={"activity": ["body", "contact", "account"]})
    colleague.roles.set([role])
    refresh_rights([colleague])
    ((text, detail, _),) = said(User.objects.get(pk=colleague.pk))
    assert (text, detail) == (f"{owner.name} named you on Note", "")


def test_a_hand_over_and_a_reminder_say_what_is_still_theirs(owner: Any, colleague: Any) -> None:
    task = make_activity(owner, subject="Call the bank")
    reassign(actor=owner.actor(), activity_id=task.pk, handover=Handover(to_id=colleague.pk))
    assert [text for text, _, _ in said(colleague)] == [f"{owner.name} gave you: Call the bank"]
    Activity.objects.filter(pk=task.pk).update(owner=owner, team=make_team(), created_by=owner)
    assert said(colleague) == [(f"{owner.name} gave you something that you can no longer see", "", "")]

"""The forms that plan and log, and the boxes of record pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keen.activities.models import Activity
from keen.people.models import Account, Contact
from tests.factories.activities import make_activity, make_call, words
from tests.factories.people import make_contact
from tests.receipts import assert_receipt

TODAY = timezone.localdate()
TOMORROW = TODAY + timedelta(days=1)
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/"}


def test_the_form_plans_a_promise_with_a_reminder_that_repeats(
    mine: Client, contact: Contact, colleague: Any
) -> None:
    sent = {
        "what": "task", "kind": "contact", "id": contact.pk, "subject": "Send the plan", "when": "pick",
        "on": TOMORROW.isoformat(), "due_on": TOMORROW.isoformat(), "due_time": "17:00", "promised": "on",
        "remind": "60", "repeat": "weekly", "owner": colleague.pk, "priority": "high",
    }  # fmt: skip

    assert_receipt(
        mine.post(reverse("activity-plan"), sent), undo=True, says="Task planned for tomorrow: Send the plan."
    )

    task = Activity.objects.get()
    assert task.due_at
    assert task.reminder_at
    assert timezone.localtime(task.due_at).strftime("%H:%M") == "17:00"
    assert task.due_at - task.reminder_at == timedelta(hours=1)
    assert (task.owner_id, task.promised_to_customer, task.priority) == (colleague.pk, True, "high")
    assert task.recurrence.startswith("FREQ=WEEKLY")


def test_the_form_plans_a_meeting_with_the_people_of_the_company(
    mine: Client, owner: Any, contact: Contact, account: Account
) -> None:
    form = words(
        mine.get(reverse("activity-plan"), {"what": "meeting", "kind": "account", "id": str(account.pk)})
    )
    sent = {
        "what": "meeting", "kind": "account", "id": account.pk, "subject": "Site visit", "when": "tomorrow",
        "time": "14:00", "minutes": "45", "participants": [contact.pk],
    }  # fmt: skip

    assert_receipt(mine.post(reverse("activity-plan"), sent), undo=True)

    meeting = Activity.objects.get()
    assert "Amira Haddad" in form
    assert meeting.starts_at
    assert meeting.ends_at
    assert timezone.localtime(meeting.starts_at).strftime("%H:%M") == "14:00"
    assert (meeting.ends_at - meeting.starts_at, meeting.participants) == (
        timedelta(minutes=45),
        [contact.pk],
    )


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"what": "task"}, "Say in a few words what is to be done."),
        ({"what": "task", "subject": "x", "promised": "on"}, "Say until when you promised it"),
        (
            {"what": "task", "subject": "x", "when": "pick", "on": "24.11.2026"},
            "Write a date, for example 2026-11-24.",
        ),
        ({"what": "task", "subject": "x", "when": "pick", "repeat": "daily"}, "Say when it comes first"),
        (
            {"what": "task", "subject": "x", "when": "pick", "remind": "10"},
            "so that there is a time to be reminded of",
        ),
        ({"what": "meeting", "subject": "x", "when": "pick"}, "Say on which day you meet."),
        ({"what": "meeting", "subject": "x", "when": "today", "time": "noon"}, "Write a date with a time"),
        (
            {"what": "task", "subject": "x", "when": "today", "repeat": "daily", "until": "2020-01-01"},
            "ends before it starts",
        ),
    ],
)
def test_the_form_keeps_what_was_typed_and_says_what_to_mend(
    mine: Client, sent: dict[str, str], message: str
) -> None:
    response = mine.post(reverse("activity-plan"), {**sent, "note": "Kept as typed"})

    assert response.status_code == 422
    page = words(response)
    assert message in page
    assert "Kept as typed" in page
    assert 'role="alert"' in page
    assert not Activity.objects.exists()


def test_a_call_is_logged_without_the_sheet(mine: Client, contact: Contact) -> None:
    assert "Amira Haddad" in words(mine.get(reverse("call-new")))
    sent = {
        "kind": "contact",
        "id": contact.pk,
        "outcome": "voicemail",
        "minutes": "2",
        "next_on": "tomorrow",
    }

    response = mine.post(reverse("call-new"), sent)

    assert_receipt(response, undo=True, says="voicemail")
    done = Activity.objects.get(status="done")
    assert (done.duration_seconds, done.outcome) == (120, "voicemail")
    assert Activity.objects.filter(status="open").count() == 1


@pytest.mark.parametrize(
    "sent", [{"minutes": "six"}, {"next_on": "x"}, {"outcome": "held"}, {"at": "yesterday"}]
)
def test_a_call_that_cannot_be_keeps_its_note(mine: Client, contact: Contact, sent: dict[str, str]) -> None:
    response = mine.post(
        reverse("call-new"), {"kind": "contact", "id": contact.pk, "note": "Kept as typed", **sent}
    )

    assert response.status_code == 422
    assert "Kept as typed" in words(response)
    assert not Activity.objects.exists()


def test_the_record_page_holds_composer_timeline_and_next_step(
    mine: Client, owner: Any, contact: Contact
) -> None:
    make_call(owner, contact, body="Wants May")
    make_activity(owner, contact=contact, plan_on=TOMORROW, subject="Send the offer")

    page = words(mine.get(f"/contacts/{contact.pk}/"))

    assert reverse("timeline-write", args=["contact", contact.pk]) in page
    assert "Wants May" in page
    assert page.count('class="next"') == 1
    assert "Send the offer" in page
    assert [f'data-key="{number}"' in page for number in (1, 2, 3)] == [True] * 3


def test_without_a_next_step_the_page_offers_days(mine: Client, contact: Contact) -> None:
    page = words(mine.get(f"/contacts/{contact.pk}/"))

    assert "No next step yet" in page
    response = mine.post(reverse("plan-on", args=["contact", contact.pk, "tomorrow"]))
    assert_receipt(response, undo=True, says="Follow up with Amira Haddad")


def test_a_note_from_the_composer_appears_in_place(mine: Client, contact: Contact) -> None:
    here = {**HTMX, "HX-Current-URL": f"http://testserver/contacts/{contact.pk}/"}

    response = mine.post(
        reverse("timeline-write", args=["contact", contact.pk]),
        {"text": "Likes tea", "what": "note"},
        headers=here,
    )

    assert_receipt(response, undo=True, says="Note on Amira Haddad saved.")
    assert "Likes tea" in words(response)
    assert 'id="timeline-box"' in words(response)


def test_a_task_from_the_composer_is_for_today(mine: Client, contact: Contact) -> None:
    sent = {"text": "Send the plan\nwith the new hall", "what": "task"}

    assert_receipt(mine.post(reverse("timeline-write", args=["contact", contact.pk]), sent), undo=True)

    task = Activity.objects.get()
    assert (task.subject, task.body, task.plan_on) == ("Send the plan", "with the new hall", TODAY)


def test_an_empty_note_is_refused_and_an_empty_task_opens_its_form(mine: Client, contact: Contact) -> None:
    at = reverse("timeline-write", args=["contact", contact.pk])

    refused = mine.post(at, {"text": " ", "what": "note"}, headers=HTMX)
    opened = mine.post(at, {"text": " ", "what": "task"})

    assert_receipt(refused, outcome="not_saved")
    assert opened["Location"] == f"{reverse('activity-plan')}?what=task&kind=contact&id={contact.pk}"


def test_older_lines_are_loaded_where_the_page_ends(mine: Client, owner: Any, contact: Contact) -> None:
    for number in range(33):
        make_call(owner, contact, days_ago=number, body=f"Call number {number}.")
    page = words(mine.get(f"/contacts/{contact.pk}/"))
    after = page.split("after=")[1].split('"')[0]

    older = words(mine.get(reverse("timeline", args=["contact", contact.pk]), {"after": after}))

    assert "Call number 0." in page
    assert "Call number 32." not in page
    assert "Call number 32." in older
    assert "<html" not in older


def test_the_quick_note_finds_its_person_and_keeps_what_cannot_be_saved(
    mine: Client, contact: Contact
) -> None:
    saved = mine.post(reverse("quick-note"), {"text": "Spoke to Amira Haddad"})
    refused = mine.post(reverse("quick-note"), {"text": "  "}, headers=HTMX)

    assert_receipt(saved, undo=True, says="Note on Amira Haddad saved.")
    assert refused.status_code == 422
    assert "Write something first." in words(refused)


def test_an_activity_has_a_page_with_what_can_be_done(mine: Client, call: Activity) -> None:
    page = words(mine.get(reverse("activity", args=[call.pk])))

    assert "Call about May" in page
    assert reverse("activity-cancel", args=[call.pk]) in page
    assert "Call about May" in words(mine.get(reverse("activity-list")))


def test_an_activitys_page_prepares_for_it(mine: Client, owner: Any, contact: Contact, stranger: Any) -> None:
    make_call(owner, contact, days_ago=2, body="Wants May")
    meeting = make_activity(
        owner,
        kind="meeting",
        contact=contact,
        starts_at=timezone.now(),
        body="Bring the plan",
        participants=[contact.pk],
    )
    hidden = make_activity(
        owner, kind="meeting", contact=make_contact("Not Seen", owner=stranger, team=stranger.team)
    )

    page = words(mine.get(reverse("activity", args=[meeting.pk])))

    assert "Before this with Amira Haddad" in page
    assert "Wants May" in page
    assert "Bring the plan" in page
    assert "Who takes part" in page
    assert "Before this" not in words(mine.get(reverse("activity", args=[hidden.pk])))


def test_an_email_is_written_down_until_mailboxes_are_read(mine: Client, contact: Contact) -> None:
    about = {"kind": "contact", "id": str(contact.pk)}

    refused = mine.post(reverse("mail-new"), {**about, "subject": " ", "text": "Kept as typed"})
    saved = mine.post(
        reverse("mail-new"), {**about, "subject": "Re: offer", "direction": "in", "text": "Looks good"}
    )

    assert refused.status_code == 422
    assert "Kept as typed" in words(refused)
    assert_receipt(saved, undo=True, says="E-mail from Amira Haddad logged.")
    assert mine.get(reverse("mail-new"), about).status_code == 200
    assert mine.get(reverse("mail-new")).status_code == 422


def test_an_open_activity_can_be_given_to_somebody_on_its_page(
    mine: Client, call: Activity, colleague: Any
) -> None:
    assert f'<option value="{colleague.pk}">' in words(mine.get(reverse("activity", args=[call.pk])))

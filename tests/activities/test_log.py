"""What took place is written down: calls, notes, e-mails."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.activities.actions.about import About
from keen.activities.actions.log import Call, Mail, Note, log_call, log_email, write_note
from keen.activities.models import Activity, ActivityLink
from keen.core.models import Notice
from keen.lib.errors import RuleError
from keen.people.models import Account, Contact
from tests.factories.activities import about, make_activity, make_call, only, undone
from tests.factories.core import make_team
from tests.factories.people import make_contact

TODAY = timezone.localdate()
TOMORROW = TODAY + timedelta(days=1)


def test_a_logged_call_stands_with_the_person_and_their_company(
    owner: Any, contact: Contact, account: Account
) -> None:
    receipt = log_call(
        actor=owner.actor(), about=about(contact), call=Call(note="Wants May", duration_seconds=360)
    )

    call = only()
    assert (call.kind, call.status, call.outcome, call.body) == ("call", "done", "reached", "Wants May")
    assert (call.owner_id, call.team_id) == (owner.pk, owner.team_id)
    assert set(ActivityLink.objects.values_list("record_kind", "record_id", "at")) == {
        ("contact", contact.pk, call.done_at),
        ("account", account.pk, call.done_at),
    }
    assert receipt.text == "Call with Amira Haddad logged."
    assert receipt.object
    assert receipt.object.href == f"/contacts/{contact.pk}/"
    assert receipt.also == ("last contact is now today", f"visible to {owner.team.name}")
    assert [step.post for step in receipt.steps] == [True, True, True, False]
    assert receipt.undo


def test_a_call_sets_the_last_contact_of_person_and_company_and_undo_puts_it_back(
    owner: Any, contact: Contact, account: Account
) -> None:
    make_call(owner, contact, days_ago=9)
    Contact.objects.filter(pk=contact.pk).update(last_contact_at=timezone.now() - timedelta(days=9))
    before = Contact.objects.get(pk=contact.pk).last_contact_at

    receipt = log_call(actor=owner.actor(), about=about(contact), call=Call())
    contact.refresh_from_db()
    account.refresh_from_db()
    assert contact.last_contact_at == account.last_contact_at == Activity.objects.latest("pk").done_at

    undone(receipt, owner.actor())
    contact.refresh_from_db()
    account.refresh_from_db()
    assert (contact.last_contact_at, account.last_contact_at) == (before, None)
    assert Activity.objects.living().count() == 1
    assert ActivityLink.objects.filter(activity__deleted_at__isnull=False).count() == 0


@pytest.mark.parametrize("outcome", ["voicemail", "no_answer", "wrong_number"])
def test_a_call_that_reached_nobody_is_no_contact(owner: Any, contact: Contact, outcome: str) -> None:
    receipt = log_call(actor=owner.actor(), about=about(contact), call=Call(outcome=outcome))

    contact.refresh_from_db()
    assert contact.last_contact_at is None
    assert receipt.text.startswith("Call to Amira Haddad logged: ")
    assert "last contact is now today" not in receipt.also


def test_after_a_wrong_number_the_number_is_to_be_corrected(owner: Any, contact: Contact) -> None:
    receipt = log_call(actor=owner.actor(), about=about(contact), call=Call(outcome="wrong_number"))

    assert receipt.next
    assert receipt.next.href == f"/contacts/{contact.pk}/edit/"


def test_an_older_call_does_not_move_the_last_contact_back(owner: Any, contact: Contact) -> None:
    log_call(actor=owner.actor(), about=about(contact), call=Call())
    contact.refresh_from_db()
    latest = contact.last_contact_at

    log_call(actor=owner.actor(), about=about(contact), call=Call(at=timezone.now() - timedelta(days=2)))

    contact.refresh_from_db()
    assert contact.last_contact_at == latest


def test_a_call_finishes_the_one_that_was_planned_until_today(owner: Any, contact: Contact) -> None:
    planned = make_activity(
        owner, kind="call", contact=contact, plan_on=TODAY, subject="Call about May", body="Ask price"
    )
    later = make_activity(owner, kind="call", contact=contact, plan_on=TOMORROW)

    receipt = log_call(actor=owner.actor(), about=about(contact), call=Call(note="Price is fine"))

    planned.refresh_from_db()
    later.refresh_from_db()
    assert (planned.status, planned.body) == ("done", "Ask price\n\nPrice is fine")
    assert later.is_open
    assert Activity.objects.count() == 2
    assert "“Call about May” is done" in receipt.also


def test_a_colleagues_planned_call_stays_open(owner: Any, colleague: Any, contact: Contact) -> None:
    planned = make_activity(colleague, kind="call", contact=contact, plan_on=TODAY)

    log_call(actor=owner.actor(), about=about(contact), call=Call())

    planned.refresh_from_db()
    assert planned.is_open


def test_a_planned_call_is_logged_by_its_own_name(owner: Any, contact: Contact) -> None:
    planned = make_activity(owner, kind="call", contact=contact, plan_on=TOMORROW)

    receipt = log_call(
        actor=owner.actor(), about=About("activity", planned.pk), call=Call(outcome="voicemail")
    )

    planned.refresh_from_db()
    assert (planned.status, planned.outcome) == ("done", "voicemail")
    assert receipt.object
    assert receipt.object.href == f"/contacts/{contact.pk}/"


def test_a_call_and_its_next_one_are_one_operation(owner: Any, contact: Contact) -> None:
    receipt = log_call(actor=owner.actor(), about=about(contact), call=Call(next_on=TOMORROW))

    following = Activity.objects.get(status="open")
    assert (following.kind, following.plan_on, following.subject) == ("call", TOMORROW, "Call Amira Haddad")
    assert "next call tomorrow" in receipt.also

    undone(receipt, owner.actor())
    assert not Activity.objects.living().exists()


def test_the_same_call_sent_twice_is_logged_once(owner: Any, contact: Contact) -> None:
    first = log_call(actor=owner.actor(), about=about(contact), call=Call(), once="abc")
    second = log_call(actor=owner.actor(), about=about(contact), call=Call(), once="abc")

    assert first == second
    assert Activity.objects.count() == 1


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (Call(outcome="held"), "outcome"),
        (Call(at=timezone.now() + timedelta(days=1)), "at"),
        (Call(note="x" * 20_001), "note"),
        (Call(duration_seconds=90_000), "duration"),
    ],
)
def test_a_call_that_cannot_be_is_refused(owner: Any, contact: Contact, call: Call, field: str) -> None:
    with pytest.raises(RuleError) as refused:
        log_call(actor=owner.actor(), about=about(contact), call=call)

    assert refused.value.field == field
    assert not Activity.objects.exists()


def test_a_note_is_done_at_once_and_stands_with_the_record(owner: Any, contact: Contact) -> None:
    receipt = write_note(
        actor=owner.actor(), about=about(contact), note=Note(text="  Signs in May.\nLikes tea.  ")
    )

    note = only()
    assert (note.kind, note.status, note.body) == ("note", "done", "Signs in May.\nLikes tea.")
    assert receipt.text == "Note on Amira Haddad saved."
    contact.refresh_from_db()
    assert contact.last_contact_at is None


def test_colleagues_named_in_a_note_are_told_when_they_may_see_it(
    owner: Any, colleague: Any, stranger: Any, contact: Contact
) -> None:
    text = f"@{colleague.name} and @{stranger.name}: who knows the price?"

    receipt = write_note(actor=owner.actor(), about=about(contact), note=Note(text=text))

    notice = Notice.objects.get()
    assert (notice.user_id, notice.by_id, notice.kind) == (colleague.pk, owner.pk, "mention")
    assert notice.href == f"/contacts/{contact.pk}/#a{only().pk}"
    assert receipt.outcome == "gap"
    assert f"{stranger.name} was not told: cannot see this" in receipt.also
    assert any(line.startswith(colleague.name) for line in receipt.also)


def test_nobody_is_told_of_a_private_note(owner: Any, colleague: Any, contact: Contact) -> None:
    note = Note(text=f"@{colleague.name} what a day", is_private=True)

    receipt = write_note(actor=owner.actor(), about=about(contact), note=note)

    assert not Notice.objects.exists()
    assert f"{colleague.name} was not told: the note is only yours" in receipt.also


def test_a_note_goes_to_the_one_person_that_it_names(owner: Any, contact: Contact) -> None:
    receipt = write_note(
        actor=owner.actor(), about=None, note=Note(text="Spoke to Amira Haddad, wants delivery in May")
    )

    assert only().contact_id == contact.pk
    assert receipt.object
    assert receipt.object.label == "Amira Haddad"


def test_a_note_that_names_a_company_goes_there(owner: Any, account: Account) -> None:
    write_note(actor=owner.actor(), about=None, note=Note(text="Vela Foods opens a second hall"))

    assert only().account_id == account.pk


@pytest.mark.parametrize("text", ["Buy coffee", "Spoke to Rita Okafor"])
def test_a_note_that_names_nobody_known_is_kept_for_its_writer_alone(
    owner: Any, colleague: Any, text: str
) -> None:
    make_contact("Rita Okafor", owner=colleague, team=make_team())

    receipt = write_note(actor=owner.actor(), about=None, note=Note(text=text))

    note = only()
    assert (note.is_private, note.contact_id) == (True, None)
    assert receipt.next
    assert receipt.next.href == f"/activities/{note.pk}/edit/"


def test_two_people_of_one_name_are_not_guessed(owner: Any, contact: Contact) -> None:
    make_contact("Amira Haddad", owner=owner, team=owner.team)

    write_note(actor=owner.actor(), about=None, note=Note(text="Amira Haddad called"))

    assert only().contact_id is None


def test_an_empty_or_endless_note_is_refused(owner: Any, contact: Contact) -> None:
    for text in ("  \n ", "x" * 20_001):
        with pytest.raises(RuleError) as refused:
            write_note(actor=owner.actor(), about=about(contact), note=Note(text=text))
        assert refused.value.field == "text"


def test_an_email_is_contact_and_says_from_whom(owner: Any, contact: Contact) -> None:
    at = timezone.now() - timedelta(hours=3)

    receipt = log_email(
        actor=owner.actor(), about=about(contact), mail=Mail(subject="Re: offer", direction="in", at=at)
    )

    contact.refresh_from_db()
    assert contact.last_contact_at == at
    assert receipt.text == "E-mail from Amira Haddad logged."
    with pytest.raises(RuleError, match="Subject is missing"):
        log_email(actor=owner.actor(), about=about(contact), mail=Mail(subject=" "))


def test_a_task_is_not_done_by_a_call_about_it(owner: Any, contact: Contact) -> None:
    task = make_activity(owner, contact=contact, plan_on=TODAY)
    alone = make_activity(owner, plan_on=TODAY, subject="Ask the bank")

    log_call(actor=owner.actor(), about=About("activity", task.pk), call=Call())
    log_call(actor=owner.actor(), about=About("activity", alone.pk), call=Call())

    assert set(Activity.objects.filter(kind="task").values_list("status", flat=True)) == {"open"}
    assert list(Activity.objects.filter(kind="call").order_by("pk").values_list("contact_id", "subject")) == [
        (contact.pk, ""), (None, "Ask the bank"),
    ]  # fmt: skip

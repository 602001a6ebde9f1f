"""Trash, restore and undo."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from keen.core.actions.rights import refresh_rights
from keen.core.models import Change, Operation, Role
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people.models import Account, Contact
from keen.people.records import CONTACT
from keen.records.actions import life
from tests.factories.people import make_account
from tests.factories.records import change, create, found, state, undo

pytestmark = pytest.mark.django_db


def test_what_is_deleted_is_in_the_trash_and_found_by_nothing(owner: Any, contact: Contact) -> None:
    receipt = life.delete(CONTACT, actor=owner.actor(), record_id=contact.pk)
    assert Contact.objects.get(pk=contact.pk).deleted_at is not None
    assert not Contact.objects.visible_to(owner.actor()).exists()
    assert found(contact) == (False, False)
    assert receipt.text == "Amira Haddad is in the trash."
    undo(owner, receipt)
    assert Contact.objects.get(pk=contact.pk).deleted_at is None
    assert found(contact) == (True, True)


def test_a_colleague_may_change_but_not_delete(colleague: Any, stranger: Any, contact: Contact) -> None:
    with pytest.raises(ForbiddenError):
        life.delete(CONTACT, actor=colleague.actor(), record_id=contact.pk)
    with pytest.raises(NotVisibleError):
        life.delete(CONTACT, actor=stranger.actor(), record_id=contact.pk)


def test_what_is_restored_is_as_it_was(owner: Any, contact: Contact) -> None:
    before = state(contact)
    life.delete(CONTACT, actor=owner.actor(), record_id=contact.pk)
    receipt = life.restore(CONTACT, actor=owner.actor(), record_id=contact.pk)
    assert state(contact) == before
    assert found(contact) == (True, True)
    undo(owner, receipt)
    assert found(contact) == (False, False)


def test_only_what_is_in_the_trash_is_restored_and_by_whoever_may(
    owner: Any, colleague: Any, contact: Contact
) -> None:
    with pytest.raises(NotVisibleError):
        life.restore(CONTACT, actor=owner.actor(), record_id=contact.pk)
    life.delete(CONTACT, actor=owner.actor(), record_id=contact.pk)
    with pytest.raises(NotVisibleError):
        life.restore(CONTACT, actor=colleague.actor(), record_id=contact.pk)


def test_undoing_a_creation_puts_the_record_into_the_trash(owner: Any) -> None:
    done = create(owner)
    receipt = undo(owner, done.receipt)
    assert Contact.objects.get().deleted_at is not None
    assert receipt.outcome == "saved"
    assert receipt.object is not None
    assert receipt.object.href == "/contacts/trash/"
    undo(owner, receipt)
    assert Contact.objects.get().deleted_at is None


def test_undoing_a_creation_says_when_somebody_worked_on_it_since(owner: Any, colleague: Any) -> None:
    done = create(owner)
    change(colleague, done.record, job_title="Buyer")
    receipt = undo(owner, done.receipt)
    assert Contact.objects.get().deleted_at is None
    assert receipt.outcome == "gap"
    assert "Haddad" in receipt.also[0]


def test_undoing_a_change_brings_back_every_kind_of_value(owner: Any, contact: Contact) -> None:
    change(owner, contact, birthday="1980-02-29", email_opt_out=True, website="a.example")
    before = state(contact)
    other = make_account("Orbit Labs", owner=owner, team=owner.team)
    receipt = change(
        owner,
        contact,
        birthday="",
        email_opt_out=False,
        website="",
        tags="a, b",
        emails=[],
        addresses=[],
        phones=["0171 2345678"],
        account=other.pk,
        owner="",
    ).receipt
    assert state(contact) != before
    undone = undo(owner, receipt)
    assert state(contact) == before
    assert undone.text == f"Taken back: {receipt.text}"
    assert found(contact) == (True, True)


def test_a_link_that_comes_back_has_the_name_of_today(owner: Any, contact: Contact, account: Account) -> None:
    receipt = change(owner, contact, account="").receipt
    change(owner, account, name="Vela Group")
    undo(owner, receipt)
    assert Contact.objects.get(pk=contact.pk).account_name == "Vela Group"


def test_what_was_changed_since_stays_and_is_named(owner: Any, colleague: Any, contact: Contact) -> None:
    receipt = change(owner, contact, job_title="Buyer", department="Purchasing").receipt
    change(colleague, contact, job_title="Head buyer")
    undone = undo(owner, receipt)
    now = Contact.objects.get(pk=contact.pk)
    assert (now.job_title, now.department) == ("Head buyer", "")
    assert undone.outcome == "gap"
    assert undone.also == ("Amira Haddad: Job title was changed since and stays",)


def test_undo_can_itself_be_undone(owner: Any, contact: Contact) -> None:
    receipt = change(owner, contact, job_title="Buyer").receipt
    undone = undo(owner, receipt)
    undo(owner, undone)
    assert Contact.objects.get(pk=contact.pk).job_title == "Buyer"


def test_undo_works_once(owner: Any, contact: Contact) -> None:
    receipt = change(owner, contact, job_title="Buyer").receipt
    undo(owner, receipt)
    with pytest.raises(RuleError, match="taken back already"):
        undo(owner, receipt)


def test_undo_comes_too_late_after_a_day(owner: Any, contact: Contact) -> None:
    receipt = change(owner, contact, job_title="Buyer").receipt
    Operation.objects.filter(pk=receipt.operation).update(undo_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(RuleError, match="no longer be taken back"):
        undo(owner, receipt)
    assert Contact.objects.get(pk=contact.pk).job_title == "Buyer"


def test_undo_is_for_whoever_did_it(owner: Any, colleague: Any, contact: Contact) -> None:
    receipt = change(owner, contact, job_title="Buyer").receipt
    with pytest.raises(NotVisibleError):
        undo(colleague, receipt)
    with pytest.raises(NotVisibleError):
        life.undo(actor=owner.actor(), operation_id=uuid4())


def test_whoever_lost_the_right_to_change_does_not_change_by_undo(owner: Any, contact: Contact) -> None:
    receipt = change(owner, contact, job_title="Buyer").receipt
    owner.roles.set([Role.objects.get(key="reader")])
    refresh_rights([owner])
    owner = type(owner).objects.get(pk=owner.pk)
    with pytest.raises(ForbiddenError):
        undo(owner, receipt)


def test_what_was_given_away_is_taken_back_though_it_is_out_of_sight(
    owner: Any, stranger: Any, contact: Contact
) -> None:
    receipt = change(owner, contact, owner=stranger.pk).receipt
    undo(owner, receipt)
    now = Contact.objects.get(pk=contact.pk)
    assert (now.owner_id, now.team_id) == (owner.pk, owner.team_id)


def test_undo_is_on_the_audit_trail(owner: Any, contact: Contact) -> None:
    undo(owner, change(owner, contact, job_title="Buyer").receipt)
    noted = Change.objects.filter(kind="contact", record_id=contact.pk).latest("pk")
    assert (noted.verb, noted.version) == ("undone", 3)
    assert (noted.before, noted.after) == ({"job_title": "Buyer"}, {"job_title": ""})

"""What undo may not do: reach where one no longer may, take others' work away, or tie records to what is gone."""

from typing import Any

import pytest

from keen.core.actions.rights import refresh_rights
from keen.people.models import Account, Contact
from keen.people.records import ACCOUNT, CONTACT
from keen.records.actions import life
from keen.records.actions.merge import merge
from tests.factories.core import make_role, make_team
from tests.factories.people import make_account, make_contact
from tests.factories.records import browser, change, create, undo

pytestmark = pytest.mark.django_db


def test_undo_does_not_reach_a_record_that_went_to_another_team(owner: Any, contact: Contact) -> None:
    receipt = change(owner, contact, department="Purchasing").receipt
    elsewhere = make_team()
    Contact.objects.filter(pk=contact.pk).update(owner=None, team=elsewhere, last_name="Secret")

    told = undo(owner, receipt)

    assert Contact.objects.get(pk=contact.pk).department == "Purchasing"
    assert told.outcome == "gap"
    assert "Secret" not in str(told)


def test_giving_a_record_away_can_be_taken_back_although_it_is_out_of_reach(
    owner: Any, stranger: Any, contact: Contact
) -> None:
    receipt = change(owner, contact, owner=stranger.pk).receipt
    assert not Contact.objects.visible_to(owner.actor()).filter(pk=contact.pk).exists()

    undo(owner, receipt)

    assert Contact.objects.get(pk=contact.pk).owner == owner


def test_undo_does_not_write_a_field_that_was_locked_since(owner: Any, contact: Contact) -> None:
    receipt = change(owner, contact, department="Purchasing", job_title="Buyer").receipt
    locked = make_role(records={"*": {"view": "team", "edit": "team"}}, locked={"contact": ["department"]})
    owner.roles.set([locked])
    refresh_rights([owner])
    again = type(owner).objects.get(pk=owner.pk)

    told = life.undo(actor=again.actor(), operation_id=receipt.undo)

    now = Contact.objects.get(pk=contact.pk)
    assert (now.department, now.job_title) == ("Purchasing", "")
    assert told.outcome == "gap"


def test_a_new_record_that_took_in_another_one_stays(manager: Any) -> None:
    made = create(manager, last_name="Keeper")
    old = make_contact("Old", actor=manager.actor(), owner=manager, team=manager.team)
    merge(CONTACT, actor=manager.actor(), keep_id=made.record.pk, lose_id=old.pk, chosen={})

    told = undo(manager, made.receipt)

    assert Contact.objects.get(pk=made.record.pk).deleted_at is None
    assert told.outcome == "gap"


def test_a_new_company_stays_when_somebody_put_people_there(owner: Any) -> None:
    made = create(owner, ACCOUNT, name="Vela Foods")
    make_contact("Haddad", account=made.record, account_name="Vela Foods", owner=owner, team=owner.team)

    undo(owner, made.receipt)

    assert Account.objects.get(pk=made.record.pk).deleted_at is None


def test_a_contact_and_the_company_made_with_it_go_together(owner: Any) -> None:
    made = create(owner, last_name="Haddad", account="new:Vela Foods")

    undo(owner, made.receipt)

    assert Contact.objects.get().deleted_at is not None
    assert Account.objects.get().deleted_at is not None


def test_undo_ties_nothing_to_what_is_in_the_trash(owner: Any, contact: Contact, account: Account) -> None:
    other = make_account("Orbit", owner=owner, team=owner.team)
    receipt = change(owner, contact, account=other.pk).receipt
    life.delete(ACCOUNT, actor=owner.actor(), record_id=account.pk)

    told = undo(owner, receipt)

    now = Contact.objects.get(pk=contact.pk)
    assert (now.account_id, now.account_name) == (other.pk, "Orbit")
    assert told.outcome == "gap"


def test_undo_makes_no_circle_of_companies(owner: Any) -> None:
    upper = make_account("Upper", owner=owner, team=owner.team)
    lower = make_account("Lower", owner=owner, team=owner.team)
    change(owner, lower, parent=upper.pk)
    receipt = change(owner, lower, parent="").receipt
    change(owner, upper, parent=lower.pk)

    undo(owner, receipt)

    assert Account.objects.get(pk=lower.pk).parent_id is None


def test_a_merge_makes_no_circle_of_companies(manager: Any) -> None:
    mine = {"owner": manager, "team": manager.team}
    top, middle, bottom = (make_account(name, **mine) for name in ("Top", "Middle", "Bottom"))
    change(manager, middle, parent=top.pk)
    change(manager, bottom, parent=middle.pk)

    merge(ACCOUNT, actor=manager.actor(), keep_id=bottom.pk, lose_id=top.pk, chosen={})

    assert Account.objects.get(pk=middle.pk).parent_id == bottom.pk
    assert Account.objects.get(pk=bottom.pk).parent_id is None


def test_an_export_of_ids_that_are_none_holds_nothing(owner: Any, contact: Contact) -> None:
    for ids in ("", "abc"):
        answer = browser(owner).get(f"/contacts/export/?ids={ids}&format=csv")
        lines = b"".join(answer.streaming_content).decode().splitlines()
        assert len(lines) == 1, ids
    assert contact.pk

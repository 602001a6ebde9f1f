"""What happens when two people change the same record."""

from decimal import Decimal
from typing import Any

import pytest

from keen.core.models import Change
from keen.lib.errors import NotVisibleError
from keen.people.models import Account, Contact
from keen.people.records import ACCOUNT, CONTACT
from keen.records.actions import life
from keen.records.actions.conflicts import ConflictError
from keen.records.models import Handle
from tests.factories.people import make_contact
from tests.factories.records import change, create

pytestmark = pytest.mark.django_db


def test_saving_what_is_there_already_changes_nothing(owner: Any, contact: Contact) -> None:
    before = Contact.objects.filter(pk=contact.pk).values().get()
    done = change(
        owner,
        contact,
        first_name="Amira",
        phones=[{"raw": "030 5550101", "label": "work"}],
        addresses=contact.addresses,
        account=contact.account_id,
        tags="vip",
    )
    assert Contact.objects.filter(pk=contact.pk).values().get() == before
    assert "nothing was different" in done.receipt.text
    assert not done.receipt.undo


def test_a_number_that_stays_the_same_is_no_change(owner: Any) -> None:
    record = create(owner, ACCOUNT, name="Vela", number_of_employees="40").record
    assert record.number_of_employees == Decimal(40)
    done = change(owner, record, number_of_employees="40")
    assert not done.receipt.undo


def test_every_change_raises_the_version_and_says_what_changed(owner: Any, contact: Contact) -> None:
    done = change(owner, contact, job_title="Buyer", department="Purchasing")
    assert done.record.version == 2
    assert done.receipt.text == "Amira Haddad: Job title, Department changed."
    noted = Change.objects.filter(kind="contact", record_id=contact.pk).latest("pk")
    assert (noted.version, noted.before, noted.after) == (
        2,
        {"job_title": "", "department": ""},
        {"job_title": "Buyer", "department": "Purchasing"},
    )


def test_two_who_change_different_fields_both_win(owner: Any, colleague: Any, contact: Contact) -> None:
    change(colleague, contact, version=1, job_title="Buyer")
    done = change(owner, contact, version=1, department="Purchasing")
    assert (done.record.job_title, done.record.department) == ("Buyer", "Purchasing")


def test_a_form_of_all_fields_does_not_bring_back_what_somebody_changed_meanwhile(
    owner: Any, colleague: Any, contact: Contact
) -> None:
    change(colleague, contact, version=1, job_title="Buyer", tags="vip, nord")
    done = change(owner, contact, version=1, job_title="", tags="vip", department="Purchasing")
    assert (done.record.job_title, done.record.department) == ("Buyer", "Purchasing")
    assert done.record.tags == ["nord", "vip"]


def test_two_who_change_one_field_are_asked(
    owner: Any, colleague: Any, manager: Any, contact: Contact
) -> None:
    change(colleague, contact, version=1, job_title="Buyer", department="Purchasing")
    change(manager, contact, version=2, job_title="Head buyer")
    with pytest.raises(ConflictError) as caught:
        change(owner, contact, version=1, job_title="Owner", department="Sales")
    title, department = caught.value.clashes
    assert (title.base, title.theirs, title.mine, title.who) == ("", "Head buyer", "Owner", manager.name)
    assert (department.theirs, department.who) == ("Purchasing", colleague.name)
    assert Contact.objects.get(pk=contact.pk).job_title == "Head buyer"


def test_two_who_write_the_same_agree(owner: Any, colleague: Any, contact: Contact) -> None:
    change(colleague, contact, version=1, job_title="Buyer")
    assert change(owner, contact, version=1, job_title="Buyer").record.version == 2


def test_without_a_version_the_last_one_wins(owner: Any, colleague: Any, contact: Contact) -> None:
    change(colleague, contact, version=1, job_title="Buyer")
    assert change(owner, contact, job_title="Owner").record.job_title == "Owner"


def test_a_record_in_the_trash_is_not_changed(owner: Any, contact: Contact) -> None:
    life.delete(CONTACT, actor=owner.actor(), record_id=contact.pk)
    with pytest.raises(NotVisibleError):
        change(owner, contact, job_title="x")


def test_making_a_contact_takes_few_questions(
    owner: Any, account: Account, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(
        11
    ):  # with the two of the savepoint that is a transaction outside of tests
        create(owner, first_name="Amira", emails=["amira@vela.example"], phones=["030 5550101"])
    with django_assert_max_num_queries(13):
        create(owner, first_name="Amira", account=account.pk, emails=["amira@vela.example"])


def test_a_contact_of_many_is_written_like_one(owner: Any) -> None:
    for name in ("Ada Lovelace", "Bo Diddley"):
        make_contact(name, owner=owner, team=owner.team)
    assert Handle.objects.filter(record_kind="contact", kind="name").count() == 2

"""Trash, restore and undo."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from keen.core.actions.rights import refresh_rights
from keen.core.domain.receipts import Receipt
from keen.core.models import Change, Operation, Role
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people.models import Account, Contact
from keen.people.records import ACCOUNT, CONTACT
from keen.records.actions import life, many
from keen.records.actions.save import Wish, save
from keen.records.models import Handle, Record, SearchEntry
from tests.factories.people import make_account, make_contact

pytestmark = pytest.mark.django_db


def change(user: Any, record: Record, **values: Any) -> Receipt:
    record_type = CONTACT if isinstance(record, Contact) else ACCOUNT
    return save(record_type, actor=user.actor(), wish=Wish(values, record.pk)).receipt


def undo(user: Any, receipt: Receipt) -> Receipt:
    return life.undo(actor=user.actor(), operation_id=receipt.operation)  # type: ignore[arg-type]  # Django reads it


def state(record: Record) -> dict[str, Any]:
    """The row without the marks of having been written."""
    row = type(record).objects.filter(pk=record.pk).values().get()
    return {
        name: value for name, value in row.items() if name not in {"version", "updated_at", "updated_by_id"}
    }


def found(record: Record) -> tuple[bool, bool]:
    """Whether handles and search know the record."""
    whose = {"record_kind": record.KIND, "record_id": record.pk}
    return Handle.objects.filter(**whose).exists(), SearchEntry.objects.filter(**whose).exists()


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
    done = save(CONTACT, actor=owner.actor(), wish=Wish({"last_name": "Haddad"}))
    receipt = undo(owner, done.receipt)
    assert Contact.objects.get().deleted_at is not None
    assert receipt.outcome == "saved"
    assert receipt.object is not None
    assert receipt.object.href == "/contacts/trash/"
    undo(owner, receipt)
    assert Contact.objects.get().deleted_at is None


def test_undoing_a_creation_says_when_somebody_worked_on_it_since(owner: Any, colleague: Any) -> None:
    done = save(CONTACT, actor=owner.actor(), wish=Wish({"last_name": "Haddad"}))
    change(colleague, done.record, job_title="Buyer")
    receipt = undo(owner, done.receipt)
    assert Contact.objects.get().deleted_at is not None
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
    )
    assert state(contact) != before
    undone = undo(owner, receipt)
    assert state(contact) == before
    assert undone.text == f"Taken back: {receipt.text}"
    assert found(contact) == (True, True)


def test_a_link_that_comes_back_has_the_name_of_today(owner: Any, contact: Contact, account: Account) -> None:
    receipt = change(owner, contact, account="")
    change(owner, account, name="Vela Group")
    undo(owner, receipt)
    assert Contact.objects.get(pk=contact.pk).account_name == "Vela Group"


def test_what_was_changed_since_stays_and_is_named(owner: Any, colleague: Any, contact: Contact) -> None:
    receipt = change(owner, contact, job_title="Buyer", department="Purchasing")
    change(colleague, contact, job_title="Head buyer")
    undone = undo(owner, receipt)
    now = Contact.objects.get(pk=contact.pk)
    assert (now.job_title, now.department) == ("Head buyer", "")
    assert undone.outcome == "gap"
    assert undone.also == ("Amira Haddad: Job title was changed since and stays",)


def test_undo_can_itself_be_undone(owner: Any, contact: Contact) -> None:
    receipt = change(owner, contact, job_title="Buyer")
    undone = undo(owner, receipt)
    undo(owner, undone)
    assert Contact.objects.get(pk=contact.pk).job_title == "Buyer"


def test_undo_works_once(owner: Any, contact: Contact) -> None:
    receipt = change(owner, contact, job_title="Buyer")
    undo(owner, receipt)
    with pytest.raises(RuleError, match="taken back already"):
        undo(owner, receipt)


def test_undo_comes_too_late_after_a_day(owner: Any, contact: Contact) -> None:
    receipt = change(owner, contact, job_title="Buyer")
    Operation.objects.filter(pk=receipt.operation).update(undo_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(RuleError, match="no longer be taken back"):
        undo(owner, receipt)
    assert Contact.objects.get(pk=contact.pk).job_title == "Buyer"


def test_undo_is_for_whoever_did_it(owner: Any, colleague: Any, contact: Contact) -> None:
    receipt = change(owner, contact, job_title="Buyer")
    with pytest.raises(NotVisibleError):
        undo(colleague, receipt)
    with pytest.raises(NotVisibleError):
        life.undo(actor=owner.actor(), operation_id=uuid4())


def test_whoever_lost_the_right_to_change_does_not_change_by_undo(owner: Any, contact: Contact) -> None:
    receipt = change(owner, contact, job_title="Buyer")
    owner.roles.set([Role.objects.get(key="reader")])
    refresh_rights([owner])
    owner = type(owner).objects.get(pk=owner.pk)
    with pytest.raises(ForbiddenError):
        undo(owner, receipt)


def test_what_was_given_away_is_taken_back_though_it_is_out_of_sight(
    owner: Any, stranger: Any, contact: Contact
) -> None:
    receipt = change(owner, contact, owner=stranger.pk)
    undo(owner, receipt)
    now = Contact.objects.get(pk=contact.pk)
    assert (now.owner_id, now.team_id) == (owner.pk, owner.team_id)


def test_undo_is_on_the_audit_trail(owner: Any, contact: Contact) -> None:
    undo(owner, change(owner, contact, job_title="Buyer"))
    noted = Change.objects.filter(kind="contact", record_id=contact.pk).latest("pk")
    assert (noted.verb, noted.version) == ("undone", 3)
    assert (noted.before, noted.after) == ({"job_title": "Buyer"}, {"job_title": ""})


# Many at once


@pytest.fixture
def several(owner: Any, colleague: Any, stranger: Any) -> list[Contact]:
    """Two of the owner, one of the colleague, one that the owner cannot see."""
    whose = (owner, owner, colleague, stranger)
    return [make_contact(owner=user, team=user.team, tags=["a"]) for user in whose]


def ids(records: list[Contact]) -> list[int]:
    return [record.pk for record in records]


def test_one_change_to_many_is_one_undo(owner: Any, several: list[Contact]) -> None:
    before = [state(record) for record in several]
    receipt = many.change_many(CONTACT, actor=owner.actor(), ids=ids(several), values={"language": "German"})
    assert receipt.text == "Language changed on 3 contacts."
    assert receipt.also == ("1 were the same already or are not yours to change",)
    assert [Contact.objects.get(pk=record.pk).language for record in several] == ["German"] * 3 + [""]
    undo(owner, receipt)
    assert [state(record) for record in several] == before


def test_the_undo_of_many_lasts_a_month(owner: Any, several: list[Contact]) -> None:
    receipt = many.change_many(CONTACT, actor=owner.actor(), ids=ids(several), values={"language": "German"})
    kept = Operation.objects.get(pk=receipt.operation)
    assert kept.undo_until is not None
    assert kept.undo_until - kept.at == timedelta(days=30)
    undone = Operation.objects.get(pk=undo(owner, receipt).operation)
    assert undone.undo_until is not None
    assert undone.undo_until - undone.at == timedelta(days=30)


def test_many_are_given_away_by_their_owner_alone(owner: Any, stranger: Any, several: list[Contact]) -> None:
    receipt = many.change_many(
        CONTACT, actor=owner.actor(), ids=ids(several), values={"owner": str(stranger.pk)}
    )
    rows = [Contact.objects.get(pk=record.pk) for record in several]
    assert [row.owner_id == stranger.pk for row in rows] == [True, True, False, True]
    assert [row.team_id == stranger.team_id for row in rows] == [True, True, False, True]
    assert receipt.text == "Owner changed on 2 contacts."


def test_a_manager_gives_many_away(manager: Any, owner: Any, several: list[Contact]) -> None:
    many.change_many(CONTACT, actor=manager.actor(), ids=ids(several), values={"owner": str(manager.pk)})
    assert Contact.objects.filter(owner=manager).count() == 3


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"owner": "999999"}, RuleError),
        ({"team": "999999"}, RuleError),
        ({"account": "new:Vela"}, RuleError),
        ({"last_name": ""}, RuleError),
        ({"version": "1"}, ForbiddenError),
    ],
)
def test_what_does_not_fit_one_fits_none(
    owner: Any, several: list[Contact], values: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        many.change_many(CONTACT, actor=owner.actor(), ids=ids(several), values=values)
    assert not Change.objects.exclude(verb="created").exists()


def test_a_tag_is_added_to_what_is_there(owner: Any, several: list[Contact]) -> None:
    full = make_contact(owner=owner, team=owner.team, tags=[f"tag {n:02}" for n in range(30)])
    receipt = many.tag_many(CONTACT, actor=owner.actor(), ids=[*ids(several), full.pk], tag="Fair, A")
    assert Contact.objects.get(pk=several[0].pk).tags == ["a", "Fair"]
    assert len(Contact.objects.get(pk=full.pk).tags) == 30
    assert receipt.text == "Tags “A”, “Fair” added to 3 contacts."
    undo(owner, receipt)
    assert Contact.objects.get(pk=several[0].pk).tags == ["a"]


@pytest.mark.parametrize("tag", ["", " , ", "x" * 41])
def test_no_tag_is_no_change(owner: Any, several: list[Contact], tag: str) -> None:
    with pytest.raises(RuleError):
        many.tag_many(CONTACT, actor=owner.actor(), ids=ids(several), tag=tag)


def test_many_are_deleted_as_far_as_they_are_ones_own(owner: Any, several: list[Contact]) -> None:
    receipt = many.delete_many(CONTACT, actor=owner.actor(), ids=ids(several))
    assert receipt.text == "Moved to the trash: 2 contacts."
    assert Contact.objects.living().count() == 2
    undo(owner, receipt)
    assert Contact.objects.living().count() == 4
    assert all(found(record) == (True, True) for record in several)


def test_nothing_and_too_much_are_refused(owner: Any) -> None:
    with pytest.raises(RuleError, match="Nothing is selected"):
        many.delete_many(CONTACT, actor=owner.actor(), ids=[])
    with pytest.raises(RuleError, match="At most 1,000"):
        many.delete_many(CONTACT, actor=owner.actor(), ids=range(1001))


def test_when_nothing_changed_the_receipt_says_so(stranger: Any, several: list[Contact]) -> None:
    receipt = many.change_many(
        CONTACT, actor=stranger.actor(), ids=ids(several[:3]), values={"language": "German"}
    )
    assert receipt.outcome == "gap"
    assert not receipt.undo


def test_many_cost_as_many_questions_as_few(owner: Any, django_assert_max_num_queries: Any) -> None:
    records = [make_contact(owner=owner, team=owner.team) for _ in range(40)]
    with django_assert_max_num_queries(14):
        many.change_many(
            CONTACT, actor=owner.actor(), ids=ids(records), values={"owner": "", "language": "German"}
        )

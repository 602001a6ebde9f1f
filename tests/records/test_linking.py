"""Links between records, and whose a record is."""

from typing import Any
from uuid import UUID

import pytest

from keen.core.models import Operation
from keen.lib.errors import ForbiddenError, NotVisibleError
from keen.people.models import Account, Contact
from keen.people.records import ACCOUNT, CONTACT
from keen.records.actions import life
from keen.records.actions.many import delete_many
from keen.records.actions.values import InvalidError
from keen.records.declare import RecordType
from keen.records.models import SearchEntry
from tests.factories.activities import make_activity
from tests.factories.core import make_role, make_team, make_user
from tests.factories.people import make_account, make_contact
from tests.factories.records import HTMX, browser, change, create, html
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db


def refused(user: Any, record_type: RecordType = CONTACT, **values: Any) -> dict[str, str]:
    with pytest.raises(InvalidError) as caught:
        create(user, record_type, **values)
    assert not record_type.model.objects.exists()
    assert not Operation.objects.exists()
    return caught.value.errors


def test_a_link_leads_to_what_one_can_see(owner: Any, stranger: Any) -> None:
    hidden = make_account("Hidden", owner=stranger, team=stranger.team)
    with pytest.raises(InvalidError) as caught:
        create(owner, account=str(hidden.pk))
    assert caught.value.errors == {"account": "Account: choose one from the list."}


def test_a_link_that_was_there_may_stay_when_it_can_no_longer_be_seen(
    owner: Any, contact: Contact, stranger: Any
) -> None:
    Account.objects.update(owner=stranger, team=stranger.team)
    done = change(owner, contact, account=str(contact.account_id), job_title="Buyer")
    assert done.record.job_title == "Buyer"


def test_the_title_of_what_is_linked_stands_beside_the_link(owner: Any, account: Account) -> None:
    record = create(owner, account=account.pk).record
    assert Contact.objects.get(pk=record.pk).account_name == "Vela Foods"
    change(owner, account, name="Vela Group")
    assert Contact.objects.get(pk=record.pk).account_name == "Vela Group"
    assert "Vela Group" in SearchEntry.objects.get(record_kind="contact", record_id=record.pk).subtitle
    change(owner, record, account="")
    assert Contact.objects.get(pk=record.pk).account_name == ""


def test_a_company_is_not_its_own_parent_over_any_number_of_steps(owner: Any) -> None:
    first, second, third = (make_account(owner=owner, team=owner.team) for _ in range(3))
    change(owner, second, parent=first.pk)
    change(owner, third, parent=second.pk)
    for wrong in (first, third):
        with pytest.raises(InvalidError) as caught:
            change(owner, first, parent=wrong.pk)
        assert "would lead back" in caught.value.errors["parent"]


def test_a_new_company_is_made_with_the_person_and_goes_with_the_same_undo(owner: Any) -> None:
    done = create(owner, account="new: Orbit  Labs ")
    made = Account.objects.get()
    assert (made.name, made.owner_id, done.record.account_id) == ("Orbit Labs", owner.pk, made.pk)
    assert done.record.account_name == "Orbit Labs"
    assert done.receipt.also[0] == "Account “Orbit Labs” is new too"
    life.undo(actor=owner.actor(), operation_id=UUID(done.receipt.undo))
    assert not Account.objects.living().exists()
    assert not Contact.objects.living().exists()


def test_a_new_person_that_is_made_beside_has_first_and_last_name(owner: Any) -> None:
    create(owner, reports_to="new:Dr. Jonas van der Berg")
    boss = Contact.objects.get(first_name="Jonas")
    assert boss.last_name == "van der Berg"


def test_nothing_is_made_beside_by_whoever_may_not(team: Any) -> None:
    grants = {"contact": {"view": "team", "add": "all", "edit": "team"}, "account": {"view": "team"}}
    somebody = make_user(make_role(records=grants), team)
    with pytest.raises(ForbiddenError, match="You may not add accounts") as caught:
        create(somebody, account="new:Orbit Labs")
    assert caught.value.field == "account"
    assert not Account.objects.exists()
    assert not Contact.objects.exists()


def test_a_new_company_without_a_name_is_none(owner: Any) -> None:
    assert create(owner, account="new:  ").record.account_id is None


def test_what_is_wrong_with_the_new_company_is_said_beside_the_link(owner: Any) -> None:
    assert "200 fit" in refused(owner, account="new:" + "x" * 201)["account"]


def test_the_team_follows_the_owner(owner: Any, contact: Contact, stranger: Any) -> None:
    done = change(owner, contact, owner=stranger.pk)
    assert (done.record.owner_id, done.record.team_id) == (stranger.pk, stranger.team_id)
    assert "you no longer see this contact" in done.receipt.also


def test_a_team_that_is_chosen_with_the_owner_stays_chosen(
    owner: Any, contact: Contact, stranger: Any
) -> None:
    other = make_team()
    done = change(owner, contact, owner=stranger.pk, team=other.pk)
    assert done.record.team_id == other.pk


def test_a_form_that_holds_the_old_team_does_not_keep_it(owner: Any, contact: Contact, stranger: Any) -> None:
    done = change(owner, contact, owner=stranger.pk, team=contact.team_id)
    assert done.record.team_id == stranger.team_id


@pytest.mark.parametrize("name", ["owner", "team"])
def test_a_colleague_gives_nothing_away(colleague: Any, stranger: Any, contact: Contact, name: str) -> None:
    wanted = {"owner": stranger.pk, "team": stranger.team_id}[name]
    with pytest.raises(ForbiddenError, match="Only the owner or a manager") as caught:
        change(colleague, contact, **{name: wanted})
    assert caught.value.field == name


def test_a_manager_gives_to_somebody_else(manager: Any, colleague: Any, contact: Contact) -> None:
    assert change(manager, contact, owner=colleague.pk).record.owner_id == colleague.pk


def test_nobody_gives_to_somebody_who_left(owner: Any, contact: Contact) -> None:
    gone = make_user("sales_rep", owner.team, is_active=False)
    with pytest.raises(InvalidError) as caught:
        change(owner, contact, owner=gone.pk)
    assert "owner" in caught.value.errors


def test_a_record_is_invisible_to_strangers_and_fixed_for_readers(
    stranger: Any, reader: Any, contact: Contact
) -> None:
    with pytest.raises(NotVisibleError):
        change(stranger, contact, job_title="x")
    with pytest.raises(ForbiddenError, match="You can see “Amira Haddad” but not change it"):
        change(reader, contact, job_title="x")


def test_deleting_says_first_how_much_links_to_it(owner: Any, account: Account, contact: Contact) -> None:
    make_activity(owner, contact=contact, account=account)
    make_activity(owner, account=account)
    client = browser(owner)
    page = client.post(f"/accounts/{account.pk}/delete/")
    assert page.status_code == 200
    assert "2 activities" in html(page)
    assert "1 contact<" in html(page)
    assert Account.objects.living().exists()
    moved = client.post(f"/accounts/{account.pk}/delete/", headers=HTMX)
    assert moved["HX-Redirect"] == f"/accounts/{account.pk}/delete/"
    assert "2 activities" in html(client.get(moved["HX-Redirect"]))
    assert_receipt(client.post(f"/accounts/{account.pk}/delete/", {"_sure": "1"}), says="in the trash")


def test_what_one_cannot_see_is_not_counted(owner: Any, stranger: Any, account: Account) -> None:
    make_contact("Zoe Secret", owner=stranger, team=stranger.team, account=account)
    assert life.linked(ACCOUNT, owner.actor(), [account.pk]) == {}
    assert browser(owner).post(f"/accounts/{account.pk}/delete/").status_code == 303


def test_links_to_a_deleted_record_are_words_and_undo_makes_them_links_again(
    owner: Any, account: Account, contact: Contact
) -> None:
    task = make_activity(owner, contact=contact, account=account, subject="Call them")
    client = browser(owner)
    places = (f"/contacts/{contact.pk}/", "/contacts/", f"/activities/{task.pk}/", "/activities/")
    link = f'href="/accounts/{account.pk}/"'
    before = [html(client.get(place)).count(link) for place in places]
    assert all(before)
    gone = assert_receipt(client.post(f"/accounts/{account.pk}/delete/", {"_sure": "1"}))
    for place in places:
        page = html(client.get(place))
        assert link not in page, place
        assert "Vela Foods (deleted)" in page, place
    client.post(f"/undo/{gone.undo}/")
    assert [html(client.get(place)).count(link) for place in places] == before
    assert "(deleted)" not in "".join(html(client.get(place)) for place in places)


def test_moving_many_to_the_trash_asks_no_question_for_each(
    owner: Any, account: Account, contact: Contact, django_assert_max_num_queries: Any
) -> None:
    ids = [make_account(owner=owner, team=owner.team).pk for _ in range(30)]
    with django_assert_max_num_queries(40):
        delete_many(ACCOUNT, actor=owner.actor(), ids=[*ids, account.pk])
    assert Contact.objects.get(pk=contact.pk).account_name == "Vela Foods (deleted)"


def test_a_link_that_stays_is_kept_when_its_record_is_changed(
    owner: Any, account: Account, contact: Contact
) -> None:
    life.delete(ACCOUNT, actor=owner.actor(), record_id=account.pk)
    change(owner, contact, account=account.pk, department="Sales")
    kept = Contact.objects.get(pk=contact.pk)
    assert (kept.account_id, kept.department) == (account.pk, "Sales")

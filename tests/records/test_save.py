"""Making and changing one record: what is written, what is refused and in which words."""

import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from keen.core.actions.operations import AlreadyDoneError
from keen.core.models import Change, Operation
from keen.lib.errors import ForbiddenError, NotVisibleError
from keen.people.models import Account, Contact
from keen.people.records import ACCOUNT, CONTACT
from keen.records.actions import life
from keen.records.actions.save import ConflictError, InvalidError, Saved, Wish, save
from keen.records.declare import RecordType
from keen.records.models import Handle, Record, SearchEntry
from tests.factories.core import make_role, make_team, make_user
from tests.factories.people import make_account, make_contact

pytestmark = pytest.mark.django_db


def create(user: Any, record_type: RecordType = CONTACT, **values: Any) -> Any:
    return save(
        record_type,
        actor=user.actor(),
        wish=Wish({"last_name": "Haddad"} | values if record_type is CONTACT else values),
    )


def change(user: Any, record: Record, version: int | None = None, **values: Any) -> Saved:
    record_type = CONTACT if isinstance(record, Contact) else ACCOUNT
    return save(record_type, actor=user.actor(), wish=Wish(values, record.pk, version))


def refused(user: Any, record_type: RecordType = CONTACT, **values: Any) -> dict[str, str]:
    with pytest.raises(InvalidError) as caught:
        create(user, record_type, **values)
    assert not record_type.model.objects.exists()
    assert not Operation.objects.exists()
    return caught.value.errors


def test_a_new_record_is_its_makers_and_in_their_team(owner: Any) -> None:
    done = create(owner, first_name="Amira", emails=["Amira@Vela.Example"])
    kept = Contact.objects.get(pk=done.record.pk)
    assert (kept.owner_id, kept.team_id, kept.created_by_id, kept.version) == (
        owner.pk,
        owner.team_id,
        owner.pk,
        1,
    )
    assert (kept.email, kept.sort_name, kept.source) == ("Amira@vela.example", "haddad amira", "By hand")
    assert done.receipt.undo
    assert done.receipt.object is not None
    assert done.receipt.object.href == f"/contacts/{kept.pk}/"


def test_a_new_record_is_found_recognised_and_on_the_audit_trail(owner: Any) -> None:
    record = create(owner, first_name="Amira", emails=["amira@vela.example"], phones=["030 5550101"]).record
    handles = set(
        Handle.objects.filter(record_kind="contact", record_id=record.pk).values_list("kind", "value")
    )
    assert handles == record.handles()
    assert ("phone", "+49305550101") in handles
    assert SearchEntry.objects.get(record_kind="contact", record_id=record.pk).title == "Amira Haddad"
    made = Change.objects.get(kind="contact", record_id=record.pk)
    assert (made.verb, made.version, made.before, made.actor_id) == ("created", 1, {}, owner.pk)
    assert made.after["last_name"] == "Haddad"


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("first_name", "  Amira \u0000 Noor ", "Amira Noor"),
        ("job_title", "", ""),
        ("website", "www.vela.example", "https://www.vela.example"),
        ("website", "http://vela.example/de", "http://vela.example/de"),
        ("birthday", "1980-02-29", date(1980, 2, 29)),
        ("birthday", "", None),
        ("email_opt_out", "on", True),
        ("email_opt_out", "no", False),
        ("tags", "VIP, vip; Nord", ["Nord", "VIP"]),
        ("tags", ["🔥", "a"], ["a", "🔥"]),
        ("emails", ["a@b.example", "A@B.example"], [{"address": "a@b.example", "label": "work"}]),
        (
            "emails",
            [{"address": "a@b.example", "label": "private"}],
            [{"address": "a@b.example", "label": "private"}],
        ),
        ("emails", [{"address": " "}], []),
        (
            "phones",
            ["0171 2345678"],
            [{"raw": "0171 2345678", "e164": "+491712345678", "label": "work"}],
        ),
        (
            "addresses",
            [{"street": "Am Hof 1\r\nHof", "city": "Wien", "country": "Österreich"}, {"label": "home"}],
            [
                {
                    "label": "work",
                    "street": "Am Hof 1\nHof",
                    "city": "Wien",
                    "region": "",
                    "postal_code": "",
                    "country": "AT",
                }
            ],
        ),
        ("description", "One\r\n\r\nTwo", "One\n\nTwo"),
    ],
)
def test_a_value_is_kept_as_it_is_meant(owner: Any, name: str, given: Any, kept: Any) -> None:
    record = create(owner, **{name: given}).record
    assert getattr(Contact.objects.get(pk=record.pk), name) == kept


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("first_name", "x" * 81, "First name has 81 characters; 80 fit."),
        ("website", "not a page", "Write it like www.example.com."),
        ("website", "javascript:alert(1)", "is not a web address"),
        ("website", "a." + "b" * 195, "200 fit"),
        ("birthday", "29.02.1980", "Write it like 2026-11-24."),
        ("birthday", "2026-11-24 and more", "is not a date"),
        ("birthday", "0001-01-01", "the year must lie between 1800 and 2200"),
        ("email_opt_out", "perhaps", "neither yes nor no"),
        ("emails", ["nobody"], "“nobody” is not an e-mail address."),
        ("emails", [f"a{n}@b.example" for n in range(31)], "at most 30 fit"),
        ("phones", ["call me"], "it has no digits"),
        ("phones", ["1" * 61], "60 fit"),
        ("addresses", [{"city": "Wien", "country": "Atlantis"}], "is not a country"),
        ("addresses", [{"city": "W" * 201}], "200 fit"),
        ("addresses", [{"city": f"Wien {n}"} for n in range(31)], "at most 30 fit"),
        ("tags", "x" * 41, "40 fit"),
        ("tags", [f"tag {n}" for n in range(31)], "at most 30 fit"),
        ("description", "x" * 20_001, "20,000 fit"),
        ("account", "somebody", "Account: choose one from the list."),
        ("account", "²", "Account: choose one from the list."),
        ("account", True, "Account: choose one from the list."),
        ("account", "9" * 40, "Account: choose one from the list."),
        ("account", "999999", "Account: choose one from the list."),
        ("owner", "new:Maya", "Owner: choose one from the list."),
        ("owner", "999999", "Owner: choose one from the list."),
        ("team", "999999", "Team: choose one from the list."),
        ("last_name", "  ", "Last name is missing."),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(owner: Any, name: str, given: Any, says: str) -> None:
    errors = refused(owner, **{name: given})
    assert says in errors[name]
    assert list(errors) == [name]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("many", "Write it like 1250."),
        ("-1", "must be a number from 0 to"),
        ("1.5", "whole number"),
        ("99999999999", "must be a number from 0 to"),
        ("NaN", "must be a number"),
        ("Infinity", "must be a number"),
    ],
)
def test_a_number_must_fit_its_column(owner: Any, given: str, says: str) -> None:
    assert says in refused(owner, ACCOUNT, name="Vela", number_of_employees=given)["number_of_employees"]


def test_a_choice_is_taken_by_its_key_or_its_label(owner: Any) -> None:
    assert create(owner, ACCOUNT, name="A", type="customer").record.type == "customer"
    assert create(owner, ACCOUNT, name="B", type="Customer").record.type == "customer"
    with pytest.raises(InvalidError, match="Not saved"):
        create(owner, ACCOUNT, name="C", type="friend")


def test_all_that_is_wrong_is_said_at_once(owner: Any) -> None:
    assert set(refused(owner, last_name="", emails=["x"], birthday="x")) == {
        "last_name",
        "emails",
        "birthday",
    }


@pytest.mark.parametrize(
    "name",
    [
        "version",
        "deleted_at",
        "merged_into",
        "absorbed",
        "created_by",
        "owner_id",
        "sort_name",
        "city",
        "email",
        "x",
        "pk",
    ],
)
def test_columns_that_are_no_fields_cannot_be_written(owner: Any, name: str) -> None:
    with pytest.raises(ForbiddenError, match=f"You cannot change: {name}"):
        create(owner, **{name: "1"})
    assert not Contact.objects.exists()


@pytest.mark.parametrize("part", ["hidden", "locked"])
def test_a_field_that_the_role_keeps_back_cannot_be_written(team: Any, part: str) -> None:
    everything = dict.fromkeys(("view", "add", "edit"), "all")
    somebody = make_user(make_role(records={"*": everything}, **{part: {"contact": ["job_title"]}}), team)
    with pytest.raises(ForbiddenError):
        create(somebody, job_title="Boss")
    record = create(somebody).record
    with pytest.raises(ForbiddenError):
        change(somebody, record, job_title="Boss")


def test_whoever_may_not_add_makes_nothing(reader: Any) -> None:
    with pytest.raises(ForbiddenError, match="You may not add contacts"):
        create(reader)


# Links


def test_a_link_leads_to_what_one_can_see(owner: Any, stranger: Any) -> None:
    hidden = make_account("Hidden", owner=stranger, team=stranger.team)
    with pytest.raises(InvalidError) as caught:
        create(owner, account=str(hidden.pk))
    assert caught.value.errors == {"account": "Account: choose one from the list."}


def test_a_link_that_was_there_may_stay_when_it_can_no_longer_be_seen(
    owner: Any, contact: Contact, stranger: Any
) -> None:
    Account.objects.filter(pk=contact.account_id).update(owner=stranger, team=stranger.team)
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
    life.undo(actor=owner.actor(), operation_id=done.receipt.undo)
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


# Whose it is


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


# Once


def test_the_same_wish_is_granted_once(owner: Any) -> None:
    wish = Wish({"last_name": "Haddad"}, once="abc")
    first = save(CONTACT, actor=owner.actor(), wish=wish)
    with pytest.raises(AlreadyDoneError) as caught:
        save(CONTACT, actor=owner.actor(), wish=wish)
    assert caught.value.receipt() == first.receipt
    assert Contact.objects.count() == 1


def test_the_same_key_of_another_person_is_another_wish(owner: Any, colleague: Any) -> None:
    for user in (owner, colleague):
        save(CONTACT, actor=user.actor(), wish=Wish({"last_name": "Haddad"}, once="abc"))
    assert Contact.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_wish_at_the_same_moment_is_granted_once(owner: Any) -> None:
    outcomes: list[str] = []
    ready = threading.Barrier(4)

    def wish() -> None:
        ready.wait()
        try:
            save(CONTACT, actor=owner.actor(), wish=Wish({"last_name": "Haddad"}, once="abc"))
            outcomes.append("made")
        except AlreadyDoneError as error:
            outcomes.append(error.receipt().outcome)
        finally:
            connection.close()

    threads = [threading.Thread(target=wish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "saved", "saved", "saved"]
    assert Contact.objects.count() == 1


# Versions


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
        10
    ):  # with the two of the savepoint that is a transaction outside of tests
        create(owner, first_name="Amira", emails=["amira@vela.example"], phones=["030 5550101"])
    with django_assert_max_num_queries(12):
        create(owner, first_name="Amira", account=account.pk, emails=["amira@vela.example"])


def test_a_contact_of_many_is_written_like_one(owner: Any) -> None:
    for name in ("Ada Lovelace", "Bo Diddley"):
        make_contact(name, owner=owner, team=owner.team)
    assert Handle.objects.filter(record_kind="contact", kind="name").count() == 2

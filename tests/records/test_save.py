"""Making and changing one record: what is written, what is refused and in which words."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection

from keen.core.actions.operations import AlreadyDoneError
from keen.core.models import Change, Operation
from keen.lib.errors import ForbiddenError
from keen.people.models import Contact
from keen.people.records import ACCOUNT, CONTACT
from keen.records.actions.save import Wish, save
from keen.records.actions.values import InvalidError
from keen.records.declare import RecordType
from keen.records.models import Handle, SearchEntry
from tests.factories.api import program
from tests.factories.core import make_role, make_user
from tests.factories.people import make_contact
from tests.factories.records import browser, change, create, input_value

pytestmark = pytest.mark.django_db


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
        ("NaN", "is not a number"),
        ("Infinity", "is not a number"),
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
        create(owner, CONTACT, **{name: "1"})
    assert not Contact.objects.exists()


@pytest.mark.parametrize("part", ["hidden", "locked"])
def test_a_field_that_the_role_keeps_back_cannot_be_written(team: Any, part: str) -> None:
    everything = dict.fromkeys(("view", "add", "edit"), "all")
    somebody = make_user(make_role("", records={"*": everything}, **{part: {"contact": ["job_title"]}}), team)
    with pytest.raises(ForbiddenError):
        create(somebody, job_title="Boss")
    record = create(somebody).record
    with pytest.raises(ForbiddenError):
        change(somebody, record, job_title="Boss")


def test_whoever_may_not_add_makes_nothing(reader: Any) -> None:
    with pytest.raises(ForbiddenError, match="You may not add contacts"):
        create(reader)


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


FRENCH = {"raw": "04 72 00 00 10", "e164": "+33472000010", "label": "work"}


def test_a_number_from_abroad_stays_what_it_is_on_every_road(owner: Any) -> None:
    held = make_contact("Zoé Faure", owner=owner, team=owner.team)
    Contact.objects.filter(pk=held.pk).update(phones=[FRENCH])
    site, api = browser(owner), program(owner)

    edit = site.get(f"/contacts/{held.pk}/edit/")
    shown = input_value(edit, "phones")
    form = {"last_name": "Faure-Roy", "phones": shown, "phones_label": "work", "_version": held.version}
    site.post(f"/contacts/{held.pk}/edit/", form)
    by_form = Contact.objects.get(pk=held.pk)
    assert (shown, by_form.last_name, by_form.phones) == ("+33 4 72 00 00 10", "Faure-Roy", [FRENCH])

    second = {"raw": "030 5550101", "label": "mobile"}
    api.patch(f"contacts/{held.pk}", {"phones": [FRENCH["raw"], second]}, If_Match="*")
    by_api = Contact.objects.get(pk=held.pk)
    assert [entry["e164"] for entry in by_api.phones] == ["+33472000010", "+49305550101"]

    rows = {"ids": [held.pk], "cols": "phones", "act": "save", f"v-{held.pk}": by_api.version}
    site.post("/contacts/grid/", rows | {f"c-{held.pk}-phones": "+33 4 72 00 00 10; +49 30 5550102"})
    by_grid = Contact.objects.get(pk=held.pk)
    assert [entry["raw"] for entry in by_grid.phones] == ["04 72 00 00 10", "+49 30 5550102"]
    assert by_grid.phones[0] == FRENCH

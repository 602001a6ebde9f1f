"""What accounts and contacts are called, recognised and found by."""

import pytest

from keen.people.models import Account, Contact
from tests.factories.people import make_account, make_contact

pytestmark = pytest.mark.django_db


def test_a_person_is_called_by_the_best_that_is_known() -> None:
    assert make_contact("Amira Haddad").title == "Amira Haddad"
    assert make_contact(" ", emails=["a@b.example"]).title == "a@b.example"
    assert make_contact(" ", phones=["030 5550101"]).title == "+49305550101"
    assert make_contact(" ").title == "Somebody without a name"


def test_people_are_sorted_by_their_last_name_without_accents() -> None:
    assert make_contact("Zoë Ärmel").sort_name == "armel zoe"
    assert make_contact(" ", emails=["a@b.example"]).sort_name == "a b example"


def test_the_first_of_several_is_the_one_that_is_shown() -> None:
    row = make_contact(
        emails=["a@b.example", "c@d.example"], phones=["030 5550101", "0171 2345678"], city="Berlin"
    )
    assert (row.email, row.phone, row.city, row.country) == ("a@b.example", "+49305550101", "Berlin", "DE")
    row.emails, row.phones, row.addresses = [], [], []
    row.derive()
    assert (row.email, row.phone, row.city, row.country) == ("", "", "", "")


def test_a_person_is_recognised_by_address_number_name_sound_tag_and_id() -> None:
    row = make_contact(
        "Amira Haddad",
        emails=["Amira@Vela.example"],
        phones=["030 5550101", "call 110x"],
        tags=["VIP", "🔥"],
        external_id="X1",
    )
    kinds = {kind for kind, _ in row.handles()}
    assert {
        ("email", "amira@vela.example"),
        ("phone", "+49305550101"),
        ("tag", "vip"),
        ("tag", "🔥"),
        ("external", "X1"),
    } <= row.handles()
    assert {"name", "sound"} <= kinds
    assert all(value for _, value in row.handles())


def test_the_order_of_first_and_last_name_does_not_matter() -> None:
    one, other = make_contact("Amira Haddad"), make_contact("Haddad Amira")
    assert {pair for pair in one.handles() if pair[0] == "name"} == {
        pair for pair in other.handles() if pair[0] == "name"
    }


def test_a_company_is_recognised_by_its_name_domain_and_number() -> None:
    row = make_account(
        "Vela Foods GmbH & Co. KG",
        website="https://www.Vela.example/de?x",
        emails=["info@mail.vela.example", "boss@gmail.com"],
        account_number="K-7",
    )
    assert ("number", "k-7") in row.handles()
    assert ("domain", "vela.example") in row.handles()
    assert ("domain", "gmail.com") not in row.handles()
    assert {pair for pair in row.handles() if pair[0] == "name"} == {
        pair for pair in make_account("VELA foods").handles() if pair[0] == "name"
    }


def test_nothing_is_recognised_by_nothing() -> None:
    assert Contact().handles() == set()
    assert Account().handles() == set()


def test_subtitles_say_what_tells_people_apart() -> None:
    assert make_contact(job_title="Buyer", account=make_account("Vela")).subtitle == "Buyer, Vela"
    assert make_account(industry="Food", city="Berlin").subtitle == "Food · Berlin"

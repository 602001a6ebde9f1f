"""A fact is changed where it stands; two who change the same are both kept."""

import pytest
from playwright.sync_api import expect

from keen.people.models import Contact
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.hands import Hands

pytestmark = pytest.mark.browser


def fact(hands: Hands, name: str):
    return hands.page.locator(f"#fact-{name}")


def open_amira(hands: Hands, office) -> Hands:
    return hands.open(f"/contacts/{office.contact('Amira Haddad').pk}/")


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_a_fact_is_changed_where_it_stands(office, sit_down, screen) -> None:
    hands = open_amira(sit_down(office.maya, screen), office)

    hands.click(fact(hands, "job_title").locator("dd"))
    hands.type("Chief buyer")

    expect(fact(hands, "job_title")).to_contain_text("Chief buyer")
    expect(fact(hands, "job_title").locator("input")).to_have_count(0)
    hands.expect_receipt()
    assert hands.count <= 2
    assert office.contact("Amira Haddad").job_title == "Chief buyer"


def test_escape_restores_what_was_there(office, sit_down) -> None:
    hands = open_amira(sit_down(office.maya), office)

    hands.click(fact(hands, "job_title").locator("dd"))
    hands.type("Nonsense", commit="Escape")

    expect(fact(hands, "job_title")).to_contain_text("Head of Logistics")
    hands.expect_focus(fact(hands, "job_title").locator("[data-edit-open]"))
    assert office.contact("Amira Haddad").job_title == "Head of Logistics"


def test_all_facts_are_changed_without_leaving_the_keys(office, sit_down) -> None:
    hands = open_amira(sit_down(office.maya), office)

    hands.key("g")
    hands.key("f")
    hands.expect_focus(hands.field("First name"))
    hands.page.keyboard.press("Control+a")
    hands.type("Amirah")

    hands.expect_receipt(text="Amirah Haddad")
    assert hands.count <= 3


def test_a_key_opens_the_first_fact_in_place(office, sit_down) -> None:
    hands = open_amira(sit_down(office.maya), office)

    hands.key("e")
    hands.expect_focus(fact(hands, "emails").locator("input:not([type=hidden])").first)
    hands.page.keyboard.press("Escape")
    hands.expect_focus(fact(hands, "emails").locator("[data-edit-open]"))


def test_a_fact_that_is_wrong_stays_open_and_says_why(office, sit_down) -> None:
    hands = open_amira(sit_down(office.maya), office)

    hands.click(fact(hands, "emails").locator("[data-edit-open]"))
    hands.type("amira at vela")

    expect(fact(hands, "emails").locator("[aria-invalid=true]")).to_have_value("amira at vela")
    expect(fact(hands, "emails").locator(".err")).not_to_be_empty()
    hands.key("Escape")
    expect(fact(hands, "emails")).to_contain_text("amira.haddad@velafoods.example")


def test_two_who_change_different_facts_are_both_kept(office, sit_down) -> None:
    maya, kofi = open_amira(sit_down(office.maya), office), open_amira(sit_down(office.kofi), office)

    maya.click(fact(maya, "job_title").locator("dd"))
    maya.type("Chief buyer")
    maya.expect_receipt()
    kofi.click(kofi.page.locator("details", has=fact(kofi, "department")).locator("summary"))
    kofi.click(fact(kofi, "department").locator("dd"))
    kofi.type("Purchasing")
    kofi.expect_receipt()

    amira = office.contact("Amira Haddad")
    assert (amira.job_title, amira.department) == ("Chief buyer", "Purchasing")


@pytest.mark.parametrize(
    ("choice", "kept"),
    [("Keep mine", "Buyer in chief"), ("Keep theirs", "Chief buyer")],
    ids=["mine", "theirs"],
)
def test_two_who_change_the_same_fact_choose_where_it_stands(office, sit_down, choice, kept) -> None:
    maya, kofi = open_amira(sit_down(office.maya), office), open_amira(sit_down(office.kofi), office)
    kofi.click(fact(kofi, "job_title").locator("dd"))
    expect(kofi.field("Job title")).to_be_focused()
    maya.click(fact(maya, "job_title").locator("dd"))
    maya.type("Chief buyer")
    maya.expect_receipt()

    kofi.type("Buyer in chief")
    expect(fact(kofi, "job_title").get_by_role("alert")).to_contain_text(
        "Maya Lind changed this to “Chief buyer”"
    )
    expect(kofi.field("Job title")).to_have_value("Buyer in chief")
    kofi.count = 0
    kofi.click(fact(kofi, "job_title").get_by_text(choice))

    expect(fact(kofi, "job_title").locator("input")).to_have_count(0)
    expect(fact(kofi, "job_title")).to_contain_text(kept)
    assert kofi.path == maya.path
    assert kofi.count <= 1
    assert office.contact("Amira Haddad").job_title == kept


def test_two_phone_numbers_of_two_people_can_both_be_kept(office, sit_down) -> None:
    amira = office.contact("Amira Haddad")
    maya, kofi = sit_down(office.maya), sit_down(office.kofi)
    for hands in (maya, kofi):
        hands.open(f"/contacts/{amira.pk}/edit/")
    maya.field("Phone").first.fill("+49 30 5550 111")
    maya.click(maya.button("Save"))
    maya.expect_receipt()

    kofi.field("Phone").first.fill("+49 30 5550 222")
    kofi.click(kofi.button("Save"))
    expect(kofi.heading("Two of you changed this")).to_be_visible()
    kofi.click(kofi.page.get_by_role("radio", name="Keep both"))
    kofi.click(kofi.button("Save my choice"))

    kofi.expect_receipt()
    numbers = {phone["e164"] for phone in Contact.objects.get(pk=amira.pk).phones}
    assert {"+49305550111", "+49305550222"} <= numbers

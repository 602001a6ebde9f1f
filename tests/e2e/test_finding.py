"""Finding: one box takes a piece of a name, a phone in any form, an e-mail address; the keys are enough."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE

pytestmark = pytest.mark.browser
WAYS = {
    "a piece of the name": "addad",
    "a name with a slip": "amira hadad",
    "the phone as dialled at home": "030 5550100",
    "the phone with brackets": "+49 (30) 5550-100",
    "the end of the phone": "5550100",
    "the e-mail": "amira.haddad@velafoods.example",
    "the company": "haddad vela",
}


@pytest.mark.parametrize("asked", WAYS.values(), ids=WAYS.keys())
def test_somebody_is_found_and_opened_by_the_keys(office, sit_down, asked) -> None:
    contact = office.contact("Amira Haddad")
    hands = sit_down(office.maya).open("/")

    hands.key("Control+k")
    hands.type(asked, commit="")
    expect(hands.page.locator("[data-palette-found] [role=option]").first).to_contain_text("Amira Haddad")
    hands.page.keyboard.press("Enter")

    expect(hands.heading("Amira Haddad")).to_be_visible()
    assert hands.path == f"/contacts/{contact.pk}/"
    assert hands.count <= 2


def test_somebody_is_found_on_a_phone_with_three_touches(office, sit_down) -> None:
    hands = sit_down(office.maya, PHONE).open("/")

    hands.tap(hands.page.get_by_role("navigation", name="Main, phone").get_by_role("button", name="Search"))
    hands.type("zoe ak", commit="")
    hands.tap(hands.page.get_by_role("option", name="Zoë Åkesson"))

    expect(hands.heading("Zoë Åkesson")).to_be_visible()
    assert hands.count <= 3


def test_what_is_not_found_is_said_and_offered(office, sit_down) -> None:
    hands = sit_down(office.maya).open("/")

    hands.key("Control+k")
    hands.type("Quetzalcoatl", commit="")

    expect(hands.page.locator("[data-palette-status]")).not_to_be_empty()
    offer = hands.page.get_by_role("option", name="Quetzalcoatl").first
    expect(offer).to_be_visible()
    hands.click(offer)
    expect(hands.field("Last name")).to_have_value("Quetzalcoatl")


def test_the_palette_goes_anywhere_by_name(office, sit_down) -> None:
    hands = sit_down(office.maya).open("/")

    hands.key("Control+k")
    hands.type("new acc", commit="")
    hands.page.keyboard.press("Enter")

    expect(hands.heading("New account")).to_be_visible()


def test_the_palette_shuts_with_escape_and_the_focus_returns(office, sit_down) -> None:
    hands = sit_down(office.maya).open("/")
    opener = hands.button("Search or type a command").first

    hands.click(opener)
    hands.expect_focus(hands.page.locator("#palette-q"))
    hands.key("Escape")

    expect(hands.page.locator("#palette")).to_be_hidden()
    hands.expect_focus(opener)


def test_a_list_is_walked_ticked_and_opened_by_the_keys(office, sit_down) -> None:
    hands = sit_down(office.maya).open("/contacts/")

    hands.key("j")
    hands.key("j")
    hands.key("x")
    row = hands.page.locator("tr[data-at]")
    expect(row.get_by_role("checkbox")).to_be_checked()
    name = row.locator(".name").inner_text()
    hands.key("Enter")

    expect(hands.page.get_by_role("heading", level=1)).to_have_text(name)


def test_a_record_is_peeked_at_beside_its_list(office, sit_down) -> None:
    hands = sit_down(office.maya).open("/contacts/")

    hands.key("j")
    name = hands.page.locator("tr[data-at] .name").inner_text()
    hands.key("Space")
    expect(hands.page.locator("#peek").get_by_role("heading", name=name).first).to_be_visible()
    assert hands.path != "/contacts/"
    hands.key("Escape")

    expect(hands.page.locator("#peek")).to_be_hidden()
    expect(hands.page).to_have_url(re.compile("/contacts/$"))

"""A sentence typed into the palette is a call with its next step after three interactions; on the phone too."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DESK, PHONE
from tests.e2e.looking import faults_of

pytestmark = pytest.mark.browser
LINE = "spoke to amira haddad wants may delivery, call tomorrow 10:00"


def test_a_sentence_is_saved_with_three_interactions_and_every_guess_has_a_key(office, sit_down) -> None:
    hands = sit_down(office.maya, DESK).open("/")

    hands.key("Control+k")
    hands.type(LINE)
    sheet = hands.page.locator("#quick-sheet")
    expect(sheet).to_be_visible()
    expect(sheet.get_by_role("button", name="Save")).to_be_focused()
    expect(sheet.get_by_label("Note")).to_have_value("Wants may delivery")
    assert faults_of(hands.page) == []
    hands.key("Enter")

    hands.expect_receipt(text="Call with Amira Haddad logged.")
    assert hands.count <= 3
    expect(sheet).to_have_count(0)
    assert office.activity("Call Amira Haddad").status == "open"


def test_a_number_changes_its_guess_and_closing_keeps_the_sentence(office, sit_down) -> None:
    hands = sit_down(office.maya, DESK).open("/")
    hands.key("Control+k")
    hands.type(LINE)
    kind = hands.page.locator("#q-what")
    expect(kind).to_have_value("call+")

    hands.key("1")
    expect(kind).to_have_value("meeting+")
    hands.key("Escape")
    hands.key("Control+k")

    expect(hands.page.locator("#palette-q")).to_have_value(LINE)


def test_on_the_phone_the_plus_takes_a_sentence(office, sit_down) -> None:
    hands = sit_down(office.maya, PHONE).open("/contacts/")

    hands.tap(hands.page.locator(".tabbar .log"))
    expect(hands.page.locator("#palette-q")).to_be_focused()
    hands.type(LINE)
    hands.tap(hands.page.locator("#quick-sheet").get_by_role("button", name="Save"))

    hands.expect_receipt(text="Call with Amira Haddad logged.")
    assert hands.count <= 3

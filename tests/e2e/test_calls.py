"""Calls: logged with two touches on a phone or without leaving the keys, and the next step with one more."""

import pytest
from playwright.sync_api import expect

from keen.activities.models import Activity
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.hands import Hands

pytestmark = pytest.mark.browser


def page_of(contact) -> str:
    return f"/contacts/{contact.pk}/"


def phone_of(hands: Hands) -> Hands:
    """The telephone takes over for tel: addresses; here there is none that could."""
    hands.page.context.add_init_script(
        "addEventListener('click', (event) => event.target.closest('a[href^=tel]') && event.preventDefault(), true)"
    )
    return hands


def come_back(hands: Hands) -> None:
    """What the browser tells a page when one returns from the telephone."""
    hands.page.evaluate("() => { dispatchEvent(new Event('blur')); dispatchEvent(new Event('focus')) }")


def test_a_call_is_logged_with_two_taps_on_a_phone(office, sit_down) -> None:
    """Sales rep: log a call, 2 interactions or less on a phone."""
    hands = sit_down(office.maya, PHONE).open(page_of(office.contact("Noor El-Amin")))

    hands.tap(hands.page.get_by_role("navigation", name="Main, phone").get_by_role("button", name="Log"))
    hands.tap(hands.button("No answer"))

    hands.expect_receipt(text="Noor El-Amin")
    expect(hands.timeline).to_contain_text("no answer")
    assert hands.count <= 2


def test_the_sheet_asks_when_one_returns_from_the_telephone(office, sit_down) -> None:
    hands = phone_of(sit_down(office.maya, PHONE)).open(page_of(office.contact("Amira Haddad")))

    hands.tap(hands.link("Call").first)
    come_back(hands)
    expect(hands.heading("How did it go with Amira Haddad")).to_be_visible()
    hands.tap(hands.button("Reached"))

    hands.expect_receipt(text="Amira Haddad")
    assert hands.count <= 2


def test_the_sheet_asks_even_if_the_phone_threw_the_page_away(office, sit_down) -> None:
    hands = phone_of(sit_down(office.maya, PHONE)).open(page_of(office.contact("Amira Haddad")))

    hands.tap(hands.link("Call").first)
    hands.page.reload()
    hands.tap(hands.button("Voicemail"))

    hands.expect_receipt(text="Amira Haddad")
    assert hands.count <= 2


def test_a_call_is_logged_without_leaving_the_keys(office, sit_down) -> None:
    """Sales rep: log a call on a desk: L, text, Enter."""
    hands = sit_down(office.maya).open(page_of(office.contact("Noor El-Amin")))

    hands.key("l")
    expect(hands.heading("How did it go with Noor El-Amin")).to_be_visible()
    hands.type("Wants two more units in June")

    hands.expect_receipt(text="Noor El-Amin")
    expect(hands.timeline).to_contain_text("Wants two more units in June")
    assert hands.count <= 2
    assert Activity.objects.get(body="Wants two more units in June").outcome == "reached"


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_the_next_step_takes_one_interaction(office, sit_down, screen) -> None:
    """Sales rep: set the next step after anything, 1 interaction."""
    hands = sit_down(office.maya, screen).open(page_of(office.contact("Noor El-Amin")))
    hands.click(hands.link("Log", exact=False).first)
    hands.click(hands.button("Reached"))
    hands.expect_receipt()
    hands.count = 0

    hands.click(hands.receipt.get_by_role("group", name="Next step").get_by_role("button").first)

    expect(hands.page.locator("#next-step")).to_contain_text("Call Noor El-Amin")
    hands.expect_receipt()
    assert hands.count <= 1


def test_a_note_is_written_where_one_stands(office, sit_down) -> None:
    hands = sit_down(office.maya).open(page_of(office.contact("Noor El-Amin")))

    hands.type(
        "Prefers mail in the morning",
        hands.page.get_by_role("textbox", name="Write a note"),
        commit="Control+Enter",
    )

    hands.expect_receipt()
    expect(hands.timeline).to_contain_text("Prefers mail in the morning")
    expect(hands.page.get_by_role("textbox", name="Write a note")).to_have_value("")


def test_what_was_typed_about_a_call_is_not_lost_with_the_sheet(office, sit_down) -> None:
    hands = sit_down(office.maya, PHONE).open(page_of(office.contact("Noor El-Amin")))
    log = hands.link("Log", exact=False).first
    hands.tap(log)
    hands.type("Half a sentence", hands.page.locator("#call-note"), commit="")
    hands.page.wait_for_timeout(400)
    hands.key("Escape")
    expect(hands.page.locator("#call-sheet")).to_be_hidden()

    hands.page.reload()
    hands.tap(log)

    expect(hands.page.locator("#call-note")).to_have_value("Half a sentence")

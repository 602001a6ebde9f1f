"""Today: what is next is there without a touch, is done in place, and a meeting is prepared for with one."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DESK, PHONE

pytestmark = pytest.mark.browser
SCREENS = pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])


@SCREENS
def test_what_to_do_next_is_seen_without_an_interaction(office, sit_down, screen) -> None:
    hands = sit_down(office.maya, screen).open("/")

    panel = hands.page.locator("#next")
    expect(panel.get_by_role("heading")).to_have_text("Call about the quote")
    expect(panel).to_contain_text("Why this first")
    assert panel.bounding_box()["y"] < hands.page.viewport_size["height"] / 2
    assert hands.count == 0


@SCREENS
def test_a_meeting_is_prepared_for_with_one_interaction(office, sit_down, screen) -> None:
    """Sales rep: prepare for a meeting, 1 interaction from Today: who, history, last promise."""
    hands = sit_down(office.maya, screen).open("/")

    hands.click(hands.link("Site visit").first)

    expect(hands.main).to_contain_text("Amira Haddad")
    expect(hands.main).to_contain_text("Vela Foods")
    expect(hands.main).to_contain_text("Wants delivery in May")
    assert hands.count <= 1


@SCREENS
def test_a_task_is_done_where_it_stands_and_the_next_is_under_the_hand(office, sit_down, screen) -> None:
    hands = sit_down(office.maya, screen).open("/")

    hands.click(hands.page.locator("#next").get_by_role("button", name="Done", exact=False).first)

    hands.expect_receipt(text="Call about the quote")
    heading = hands.page.locator("#next").get_by_role("heading")
    expect(heading).not_to_have_text("Call about the quote")
    hands.expect_focus(heading)
    assert hands.count <= 1
    assert office.activity("Call about the quote").status == "done"
    assert hands.path == "/"


def test_what_was_done_is_undone_by_a_key(office, sit_down) -> None:
    hands = sit_down(office.maya).open("/")
    hands.click(hands.button("Done: Send the offer"))
    hands.expect_receipt()
    expect(hands.button("Done: Send the offer")).to_have_count(0)
    hands.count = 0

    hands.key("u")

    expect(hands.button("Done: Send the offer")).to_be_visible()
    assert hands.count <= 1
    assert office.activity("Send the offer").status == "open"


def test_a_task_is_put_off_with_a_key_and_a_choice(office, sit_down) -> None:
    hands = sit_down(office.maya).open("/")

    hands.key("s")
    hands.click(hands.page.locator("#next button[value=tomorrow]"))

    hands.expect_receipt("gap", text="promise of today")
    expect(hands.page.locator("#next").get_by_role("heading")).not_to_have_text("Call about the quote")
    assert hands.count <= 2


def test_a_first_day_has_something_to_give(office, sit_down) -> None:
    hands = sit_down(office.petra).open("/")

    offered = hands.page.get_by_role("list", name="First steps").get_by_role("link")

    assert offered.count() >= 3

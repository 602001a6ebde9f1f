"""What was typed is never lost: not by a reload, not by a session that ended."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.e2e.hands import Hands
from tests.factories.core import PASSWORD

pytestmark = pytest.mark.browser
KEPT = 400  # milliseconds after which a pause in typing is a draft


def write_half(hands: Hands) -> None:
    hands.type("Ada", hands.field("First name"), commit="")
    hands.type("Okoro", hands.field("Last name"), commit="")
    hands.page.wait_for_timeout(KEPT)


def expect_half(hands: Hands) -> None:
    expect(hands.main).to_contain_text("restored")
    assert hands.field("First name").input_value() == "Ada"
    assert hands.field("Last name").input_value() == "Okoro"


def test_a_draft_survives_a_reload_and_can_be_thrown_away(office, sit_down) -> None:
    hands = sit_down(office.maya).open("/contacts/new/")
    write_half(hands)

    hands.page.reload()
    expect_half(hands)

    hands.click(hands.button("Discard"))
    assert hands.field("Last name").input_value() == ""
    hands.page.reload()
    expect(hands.field("Last name")).to_have_value("")


def test_a_draft_survives_a_lost_session(office, sit_down) -> None:
    hands = sit_down(office.maya).open("/contacts/new/")
    write_half(hands)
    Session.objects.all().delete()

    hands.click(hands.button("Save"))
    expect(hands.heading("Sign in")).to_be_visible()
    hands.page.locator("input[name=login]").fill("maya@office.example")
    hands.page.locator("input[name=password]").fill(PASSWORD)
    hands.page.keyboard.press("Enter")

    expect(hands.heading("New contact")).to_be_visible()
    expect_half(hands)
    hands.click(hands.button("Save"))
    hands.expect_receipt(text="Ada Okoro")


def test_a_note_survives_a_lost_session(office, sit_down) -> None:
    """Where only a part of the page is asked for, the page stays and says what to do."""
    hands = sit_down(office.maya).open(f"/contacts/{office.contact('Noor El-Amin').pk}/")
    Session.objects.all().delete()

    hands.type(
        "Wants to be called on Monday",
        hands.page.get_by_role("textbox", name="Write a note"),
        commit="Control+Enter",
    )

    expect(hands.receipt).to_contain_text("Not saved")
    expect(hands.receipt.get_by_role("link", name="Sign in")).to_be_visible()
    expect(hands.page.get_by_role("textbox", name="Write a note")).to_have_value(
        "Wants to be called on Monday"
    )


def test_what_was_saved_is_no_draft(office, sit_down) -> None:
    hands = sit_down(office.maya).open("/contacts/new/")
    write_half(hands)
    hands.click(hands.button("Save"))
    hands.expect_receipt(text="Ada Okoro")

    hands.open("/contacts/new/")

    expect(hands.field("Last name")).to_have_value("")
    expect(hands.main).not_to_contain_text("restored")


def test_a_broken_network_is_said_and_a_form_that_cannot_wait_stays_as_a_draft(office, sit_down) -> None:
    """Calls, notes and tasks wait by themselves: tests/e2e/test_phone.py."""
    hands = sit_down(office.maya).open(f"/contacts/{office.contact('Noor El-Amin').pk}/")
    hands.page.wait_for_function("() => window.keen?.keeps")
    hands.page.context.set_offline(offline=True)
    expect(hands.page.locator("[data-offline]")).to_be_visible()

    hands.page.locator("[data-edit-open]").first.click()

    expect(hands.receipt).to_contain_text("No network")
    hands.page.context.set_offline(offline=False)
    expect(hands.page.locator("[data-offline]")).to_be_hidden()

"""The core forms work in a browser that runs no scripts."""

import pytest
from playwright.sync_api import expect

from keen.activities.models import Activity
from keen.people.models import Contact
from tests.e2e.conftest import DESK, PHONE
from tests.factories.core import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(office, sit_down):
    """Maya with a browser that runs no scripts."""
    return sit_down(office.maya, PHONE, java_script_enabled=False)


def test_signing_in_leads_where_one_wanted_to_go(office, sit_down) -> None:
    hands = sit_down(None, DESK, java_script_enabled=False)
    hands.page.goto("/contacts/")

    hands.page.locator("input[name=login]").fill("maya@office.example")
    hands.page.locator("input[name=password]").fill(PASSWORD)
    hands.page.keyboard.press("Enter")

    expect(hands.page.get_by_role("heading", level=1)).to_have_text("Contacts")


def test_somebody_is_found(plain) -> None:
    plain.page.goto("/search/")
    plain.page.get_by_role("searchbox").fill("5550100")
    plain.page.keyboard.press("Enter")

    plain.tap(plain.main.get_by_role("link", name="Amira Haddad", exact=True))

    expect(plain.page.get_by_role("heading", level=1)).to_contain_text("Amira Haddad")


def test_somebody_is_entered_and_changed(plain) -> None:
    plain.page.goto("/contacts/new/")
    plain.field("Last name").fill("Okoro")
    plain.field("Account").fill("Lumen Optics")
    plain.tap(plain.button("Save"))
    plain.expect_receipt(text="Okoro")
    made = Contact.objects.get(last_name="Okoro")
    assert made.account_name == "Lumen Optics"

    plain.page.goto(f"/contacts/{made.pk}/edit/")
    plain.field("First name").fill("Ada")
    plain.tap(plain.button("Save"))

    plain.expect_receipt(text="Ada Okoro")


def test_a_fact_is_changed_on_a_page_of_its_own(plain, office) -> None:
    plain.page.goto(f"/contacts/{office.contact('Amira Haddad').pk}/")
    plain.tap(plain.link("Edit job title"))
    plain.field("Job title").fill("Chief buyer")
    plain.tap(plain.button("Save"))

    plain.expect_receipt()
    assert office.contact("Amira Haddad").job_title == "Chief buyer"


def test_a_form_that_fails_keeps_what_was_typed(plain) -> None:
    plain.page.goto("/contacts/new/")
    plain.field("First name").fill("Ada")
    plain.tap(plain.button("Save"))

    expect(plain.main.get_by_role("alert")).to_contain_text("Not saved")
    assert plain.field("First name").input_value() == "Ada"


def test_a_call_is_logged(plain, office) -> None:
    plain.page.goto(f"/contacts/{office.contact('Noor El-Amin').pk}/")
    plain.tap(plain.page.locator("#write").get_by_role("link", name="Call", exact=True))
    plain.page.get_by_role("radio", name="Reached").check()
    plain.field("Note").fill("Wants two more units")
    plain.tap(plain.button("Save"))

    plain.expect_receipt(text="Noor El-Amin")
    expect(plain.timeline).to_contain_text("Wants two more units")


def test_a_task_is_done_and_taken_back(plain, office) -> None:
    plain.page.goto("/")
    plain.tap(plain.button("Done: Send the offer"))
    plain.expect_receipt(text="Send the offer")
    assert office.activity("Send the offer").status == "done"

    plain.tap(plain.button("Undo"))

    expect(plain.button("Done: Send the offer")).to_be_visible()
    assert office.activity("Send the offer").status == "open"
    assert Activity.objects.filter(subject="Send the offer").count() == 1

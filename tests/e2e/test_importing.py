"""The first job of a company with Keen: bring its people in, find anyone, log what happened."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from keen.people.models import Contact
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.hands import Hands
from tests.e2e.test_pages import check, look

pytestmark = pytest.mark.browser
OUTLOOK = Path(__file__).parents[1] / "data" / "outlook.csv"


def hand_over(hands: Hands) -> None:
    """Choosing a file in the browser's own window, and sending it."""
    hands.open("/import/")
    hands.page.locator("input[type=file]").set_input_files(OUTLOOK)
    hands.count += 1
    hands.click(hands.button("Read this file"))
    expect(hands.main).to_contain_text("Columns with a home")


def load(hands: Hands) -> None:
    hands.click(hands.button("Check all rows"))
    expect(hands.heading("What would happen")).to_be_visible()
    assert not Contact.objects.filter(deleted_at=None, last_name="Berg").exists()
    hands.click(hands.main.get_by_role("button", name="Import", exact=False).first)


def test_people_come_in_are_taken_back_come_in_again_and_are_worked_with(office, sit_down) -> None:
    known = Contact.objects.filter(deleted_at=None).count()
    hands = sit_down(office.sam, DESK)

    hand_over(hands)
    expect(hands.main).to_contain_text("Hauptstraße")  # the writing of the file was found out
    load(hands)
    hands.expect_receipt()
    assert hands.count <= 4
    came = Contact.objects.filter(deleted_at=None).count() - known
    assert came > 0
    anna = Contact.objects.get(first_name="Anna", last_name="Berg", deleted_at=None)
    assert (anna.account_name, anna.job_title) == ("Nordwind Logistik GmbH", "Einkaufsleiterin")
    assert "+4930555010" in {phone["e164"] for phone in anna.phones}
    hands.count = 0

    hands.click(hands.receipt.get_by_role("button", name="Undo"))
    expect(hands.main).to_contain_text("was taken back")
    assert Contact.objects.filter(deleted_at=None).count() == known
    assert hands.count <= 1

    hand_over(hands)
    load(hands)
    hands.expect_receipt()
    assert Contact.objects.filter(deleted_at=None).count() == known + came
    assert Contact.objects.filter(first_name="Anna", last_name="Berg", deleted_at=None).count() == 1
    work_with(
        sit_down(office.sam, PHONE),
        Contact.objects.get(first_name="Anna", last_name="Berg", deleted_at=None),
        anna.phones,
    )


def work_with(hands: Hands, anna: Contact, phones: list[dict[str, str]]) -> None:
    """Anna is opened, a call with her is logged in two, and she is found by whatever one knows of her."""
    hands.open(f"/contacts/{anna.pk}/")
    hands.tap(hands.page.get_by_role("navigation", name="Main, phone").get_by_role("button", name="Log"))
    hands.tap(hands.button("Reached"))
    hands.expect_receipt(text="Anna Berg")
    expect(hands.timeline).to_contain_text("called")
    assert hands.count <= 2

    national = "0" + phones[0]["e164"].removeprefix("+49")
    for asked in ("ann ber", national, phones[0]["e164"][-7:], anna.emails[0]["address"]):
        hands.open("/")
        hands.tap(
            hands.page.get_by_role("navigation", name="Main, phone").get_by_role("button", name="Search")
        )
        hands.type(asked, commit="")
        hands.tap(hands.page.locator("[data-palette-found] [role=option]", has_text="Anna Berg").first)
        expect(hands.heading("Anna Berg")).to_be_visible()
        assert hands.count <= 3


def test_every_step_is_accessible_and_fits(office, sit_down) -> None:
    hands = look(sit_down, office.sam).open("/import/")
    check(hands)

    hands.page.set_viewport_size(DESK["viewport"])
    hand_over(hands)
    check(hands)
    hands.click(hands.button("Check all rows"))
    expect(hands.heading("What would happen")).to_be_visible()
    check(hands)
    hands.click(hands.main.get_by_role("button", name="Import", exact=False).first)
    hands.expect_receipt()
    check(hands)
    row = hands.main.get_by_role("link", name="Row ")
    if row.count():
        hands.page.goto(row.first.get_attribute("href") or "")
        check(hands)
    hands.open("/import/")
    expect(hands.main).to_contain_text("outlook.csv")
    check(hands)


def test_a_file_that_is_none_gets_a_sentence(office, sit_down) -> None:
    hands = look(sit_down, office.sam).open("/import/")
    hands.page.locator("input[type=file]").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": b"\x89PNG\r\n\x1a\n\x00\x00"}
    )
    hands.click(hands.button("Read this file"))

    expect(hands.main.get_by_role("alert").first).to_contain_text("mend")
    check(hands)

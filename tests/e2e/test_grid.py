"""A list edited as a table in a browser: by the keyboard alone, and with blocks from a spreadsheet."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from keen.people.models import Contact
from tests.e2e.looking import faults_of
from tests.factories.core import make_team, make_user
from tests.factories.fields import make_field
from tests.factories.people import make_account, make_contact

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
GRID = "/contacts/?grid=1&cols=job_title,x_seats,last_contact_at"
PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def rows(sign_in: Callable[[Any], None]) -> list[Contact]:
    """Two people of somebody who has signed in."""
    user = make_user("sales_rep", make_team())
    sign_in(user)
    make_field("Seats", type="number", listed=True)
    make_account("Vela Foods", owner=user, team=user.team)
    return [make_contact(name, owner=user, team=user.team) for name in ("Ann Abel", "Bo Baker")]


def cell(page: Page, row: Contact, name: str) -> Any:
    return page.locator(f'tr[data-line="{row.pk}"] [data-cell="{name}"]')


def test_cells_are_walked_and_written_by_the_keyboard_alone(page: Page, rows: list[Contact]) -> None:
    page.goto(GRID)
    cell(page, rows[0], "first_name").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(cell(page, rows[0], "job_title")).to_be_focused()
    page.keyboard.type("Buyer")
    page.keyboard.press("Enter")
    expect(cell(page, rows[1], "job_title")).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.type("Chef")
    page.keyboard.press("Tab")
    expect(cell(page, rows[1], "x_seats")).to_be_focused()
    page.keyboard.type("9")
    page.keyboard.press("Escape")
    expect(page.locator("[data-grid-count]")).to_have_text("2 cells changed")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+s")
    expect(page.locator("#receipt")).to_contain_text("2 changed")
    kept = [Contact.objects.get(pk=row.pk) for row in rows]
    assert [(row.job_title, row.x_seats) for row in kept] == [("Buyer", None), ("Chef", Decimal(12))]


def test_a_block_is_pasted_shown_and_saved(page: Page, rows: list[Contact]) -> None:
    page.goto(GRID)
    cell(page, rows[0], "job_title").focus()
    page.evaluate(PASTE, "Buyer\t3\nChef\tmany\n")
    expect(page.get_by_text("This is what the block would do.")).to_be_visible()
    expect(page.get_by_text("“many” is not a number")).to_be_visible()
    cell(page, rows[1], "x_seats").focus()
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#receipt")).to_contain_text("2 changed")
    assert {row.x_seats for row in Contact.objects.all()} == {3, 4}


def test_what_cannot_be_written_says_so_and_looks_so(page: Page, rows: list[Contact]) -> None:
    page.goto(GRID)
    locked = cell(page, rows[0], "last_contact_at")
    expect(locked).to_have_attribute("aria-readonly", "true")
    locked.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-say]")).to_have_text("This cell cannot be written here. Open the record.")


def test_the_table_keeps_what_every_page_keeps(page: Page, rows: list[Contact]) -> None:
    page.goto(GRID)
    assert faults_of(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    cell(page, rows[0], "job_title").focus()
    page.evaluate(PASTE, "Buyer\tmany\nChef\tnone\n")
    expect(page.get_by_text("This is what the block would do.")).to_be_visible()
    assert faults_of(page) == []


def test_the_page_of_fields_keeps_what_every_page_keeps(page: Page, sign_in: Callable[[Any], None]) -> None:
    sign_in(make_user("administrator"))
    make_field("Tier", type="choice", choices=["Gold", "Silver"], asked="made")
    make_field("Total", type="formula", formula="1 + 2")
    page.goto("/settings/fields/?kind=contact")
    assert faults_of(page) == []
    for kind in ("choice", "formula", "money"):
        page.goto(f"/settings/fields/?kind=contact&new={kind}")
        assert faults_of(page) == []

"""An import in a real browser: every step usable, accessible, wide and narrow, light and dark."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from keen.people.models import Contact
from tests.browser import accessibility_violations
from tests.factories.core import make_team, make_user
from tests.factories.importing import make_csv
from tests.factories.people import make_account, make_contact

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("files")]
OUTLOOK = Path("tests/data/outlook.csv")
HEAD = (
    "First name",
    "Last name",
    "Company",
    "E-mail",
    "Phone",
    "City",
    "Birthday",
    "Remarks of the old system",
)
PEOPLE = make_csv(
    [
        ("Anna", "Berg", "Nordwind Logistik GmbH", "", "", "Kiel", "03/04/1980", "x"),
        ("Ben", "Cohen", "Vela Foods", "ben@vela.example", "030 5550202", "Hamburg", "05/06/1981", ""),
        ("", "", "", "", "", "Berlin", "", ""),
        ("Carla", "Dorn", "", "", "", "", "", ""),
        ("Dana", "Ek", "Orbit Labs", "dana(at)orbit.example", "ruf an", "", "", ""),
    ],
    HEAD,
)
LOOKS = [(1280, 800, "light"), (1280, 800, "dark"), (360, 740, "light"), (360, 740, "dark")]


def look(page: Any, name: str) -> None:
    """Every look of the page keeps the rules, and nothing of it sticks out sideways."""
    for width, height, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        assert accessibility_violations(page) == [], (name, width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")


def test_a_file_comes_in_step_by_step_and_is_taken_back(page: Any, sign_in: Any) -> None:
    user = make_user("sales_rep", make_team())
    company = make_account("Nordwind Logistik GmbH", owner=user, team=user.team)
    make_contact("Anna Berg", owner=user, team=user.team, account=company)
    sign_in(user)
    page.goto("/import/")
    look(page, "start")

    page.set_input_files("input[type=file]", {"name": "people.csv", "mimeType": "text/csv", "buffer": PEOPLE})
    page.get_by_role("button", name="Read this file").click()
    page.wait_for_url("**/match/")
    look(page, "match")
    page.get_by_role("button", name="Check all rows").click()
    page.wait_for_url("**/check/")
    look(page, "check")

    page.get_by_label("First name in row 4").or_(page.get_by_role("link", name="Mend the row")).first.click()
    page.wait_for_url("**/rows/4/")
    look(page, "row")
    page.get_by_label("Last name").fill("Frey")
    page.get_by_role("button", name="Mend and check").click()
    page.wait_for_url("**/check/**")
    page.get_by_role("button", name="Import 4 rows").click()
    expect(page.get_by_role("button", name="Undo this import")).to_be_visible(timeout=45_000)
    look(page, "result")
    assert Contact.objects.living().count() == 5

    page.get_by_role("button", name="The same").first.click()
    page.wait_for_load_state()
    assert Contact.objects.get(last_name="Berg").city == "Kiel"
    page.get_by_role("button", name="Undo this import").click()
    page.get_by_text("This import was taken back").wait_for()
    look(page, "undone")
    assert Contact.objects.living().count() == 1


def test_an_outlook_export_with_92_columns_stays_a_page_one_can_read(page: Any, sign_in: Any) -> None:
    sign_in(make_user("sales_rep", make_team()))
    page.goto("/import/")
    page.set_input_files("input[type=file]", str(OUTLOOK))
    page.get_by_role("button", name="Read this file").click()
    page.wait_for_url("**/match/")

    look(page, "outlook")
    assert page.get_by_text("This looks like an Outlook").is_visible()

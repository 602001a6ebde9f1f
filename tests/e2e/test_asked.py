"""The sheet of a call asks for what is demanded of a call that is done, and loses nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from keen.activities.models import Activity
from tests.factories.core import make_team, make_user
from tests.factories.fields import make_field
from tests.factories.people import make_contact

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_the_sheet_asks_and_then_saves(page: Page, sign_in: Callable[[Any], None]) -> None:
    user = make_user("sales_rep", make_team())
    sign_in(user)
    make_field(
        "Result code", kind="activity", asked="equals", required=True, decision="What we charge",
        when_field="status", when_value="Done",
    )  # fmt: skip
    contact = make_contact("Ann Abel", owner=user, team=user.team)
    page.goto(f"/contacts/{contact.pk}/")
    page.keyboard.press("l")
    page.locator("#call-note").fill("Price is fine")
    page.locator("#call-sheet").get_by_role("button", name="Reached").click()
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    page.get_by_label("Result code").fill("A")
    page.locator("#call-sheet").get_by_role("button", name="Reached").click()
    expect(page.locator("#receipt")).to_contain_text("Call with Ann Abel logged")
    done = Activity.objects.get()
    assert (done.x_result_code, done.body) == ("A", "Price is fine")

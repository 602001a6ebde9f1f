"""What tests/e2e does not walk through of a working day: days in receipts, drafts beside other work, notes on a record."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from keen.core.models import Notice
from keen.people.models import Contact
from tests.factories.activities import make_activity, make_call

pytestmark = pytest.mark.browser
TODAY = timezone.localdate()


@pytest.fixture
def day(owner: Any, colleague: Any, contact: Contact, sign_in: Callable[[Any], None], page: Page) -> Page:
    """Today of somebody with a call, a task and a notice."""
    make_activity(
        owner, kind="call", contact=contact, due_at=timezone.now() + timedelta(minutes=5),
        promised_to_customer=True, subject="Call about May",
    )  # fmt: skip
    make_activity(owner, contact=contact, plan_on=TODAY, subject="Send the offer")
    make_activity(owner, plan_on=TODAY - timedelta(days=1), priority="low", subject="Tidy the desk")
    make_call(owner, contact, days_ago=1, body="Wants May")
    Notice.objects.create(user=owner, kind="mention", text="Kofi named you", by=colleague, at=timezone.now())
    sign_in(owner)
    page.goto("/")
    return page


def test_a_day_is_chosen_in_the_receipt(
    page: Page, owner: Any, contact: Contact, sign_in: Callable[[Any], None]
) -> None:
    sign_in(owner)
    page.goto(f"/contacts/{contact.pk}/")
    page.keyboard.press("l")
    page.locator("#call-sheet [name=outcome][value=no_answer]").click()

    page.locator("#receipt .steps-on button").nth(1).click()

    expect(page.locator("#receipt [data-receipt]")).to_contain_text("Call planned for")
    expect(page.locator("#next-step h2")).to_have_text("Call Amira Haddad")


def test_what_is_typed_survives_what_is_done_beside_it(day: Page) -> None:
    box = day.get_by_role("textbox", name="Quick note")
    box.fill("Spoke to Amira Haddad")
    day.get_by_role("button", name="Done: Tidy the desk").click()
    expect(day.locator("#receipt [data-receipt]")).to_contain_text("Done")
    expect(box).to_have_value("Spoke to Amira Haddad")

    day.get_by_role("button", name="Save note").click()

    expect(day.locator("#receipt [data-receipt]")).to_contain_text("Note on Amira Haddad saved.")
    expect(box).to_have_value("")


def test_a_note_on_a_record_appears_above_the_rest_and_the_keys_choose_a_part(
    page: Page, owner: Any, contact: Contact, sign_in: Callable[[Any], None]
) -> None:
    make_call(owner, contact, days_ago=1, body="Wants May")
    sign_in(owner)
    page.goto(f"/contacts/{contact.pk}/")
    page.get_by_role("textbox", name="Write a note").fill("Likes tea")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".tl-i").first).to_contain_text("Likes tea")
    expect(page.get_by_role("textbox", name="Write a note")).to_have_value("")

    page.locator("#timeline").click()
    page.keyboard.press("2")

    expect(page.locator(".tl-i")).to_have_count(1)
    expect(page.locator(".tl-i")).to_contain_text("Wants May")


def test_everything_done_says_so_and_is_in_focus(day: Page) -> None:
    for _ in range(3):
        before = day.locator("#next h2").inner_text()
        day.locator("#next").get_by_role("button", name="Done").click()
        expect(day.locator("#next h2")).not_to_have_text(before)

    expect(day.locator("#next h2")).to_have_text("That is everything planned")
    expect(day.locator("#next h2")).to_be_focused()

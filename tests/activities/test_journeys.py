"""The jobs of a working day in a real browser: how many interactions they take, and where the reader is afterwards."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from keen.activities.models import Activity
from keen.core.models import Notice
from keen.people.models import Contact
from tests.browser import accessibility_violations
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


def test_what_to_do_next_is_seen_without_any_interaction(day: Page) -> None:
    expect(day.locator("#next h2")).to_have_text("Call about May")
    expect(day.locator("#next .why")).to_contain_text("promised to the customer for today")


def test_a_call_is_logged_by_two_interactions_and_the_next_thing_is_in_focus(day: Page) -> None:
    day.keyboard.press("l")
    day.locator("#call-sheet [name=outcome][value=reached]").click()

    expect(day.locator("#receipt [data-receipt]")).to_contain_text("Call with Amira Haddad logged.")
    expect(day.locator("#next h2")).to_have_text("Send the offer")
    expect(day.locator("#next h2")).to_be_focused()
    assert Activity.objects.get(subject="Call about May").outcome == "reached"


def test_the_next_step_is_one_interaction_after_a_call(day: Page) -> None:
    day.keyboard.press("l")
    day.locator("#call-sheet [name=outcome][value=voicemail]").click()
    expect(day.locator("#receipt [data-receipt]")).to_contain_text("voicemail")
    Activity.objects.filter(subject="Send the offer").update(contact=None)

    day.locator("#next").get_by_role("button", name="Done").click()

    expect(day.locator("#receipt [data-receipt]")).to_contain_text("Done: Send the offer.")


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


def test_a_task_is_ticked_off_in_place_and_undone_by_a_key(day: Page) -> None:
    day.get_by_role("button", name="Done: Tidy the desk").click()
    expect(day.locator("#receipt [data-receipt]")).to_contain_text("Done: Tidy the desk.")
    expect(day.locator("#day")).not_to_contain_text("Done: Tidy")
    expect(day.get_by_role("button", name="Done: Tidy the desk")).to_have_count(0)

    day.keyboard.press("u")

    expect(day.locator("#receipt [data-receipt]")).to_contain_text("Taken back")
    expect(day.get_by_role("button", name="Done: Tidy the desk")).to_have_count(1)


def test_a_task_is_put_off_by_two_keys(day: Page) -> None:
    day.locator("#next").get_by_role("button", name="Done").click()
    expect(day.locator("#next h2")).to_have_text("Send the offer")

    day.keyboard.press("s")
    day.keyboard.press("Enter")

    expect(day.locator("#receipt [data-receipt]")).to_contain_text("Send the offer comes back")
    expect(day.locator("#next h2")).to_have_text("Tidy the desk")


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_today_records_and_forms_are_accessible_and_never_too_wide(
    day: Page, contact: Contact, width: int, scheme: Any
) -> None:
    day.emulate_media(color_scheme=scheme)
    day.set_viewport_size({"width": width, "height": 800})
    activity = Activity.objects.get(subject="Call about May")
    about = f"kind=contact&id={contact.pk}"
    pages = [
        "/",
        f"/contacts/{contact.pk}/",
        f"/plan/?{about}",
        f"/calls/new/?{about}",
        f"/activities/{activity.pk}/",
    ]

    found: dict[str, Any] = {}
    for address in pages:
        day.goto(address)
        day.wait_for_load_state("networkidle")
        found[address] = accessibility_violations(day)
        found[f"{address} is too wide by"] = day.evaluate("document.documentElement.scrollWidth - innerWidth")

    assert {address: fault for address, fault in found.items() if fault not in ([], 0)} == {}

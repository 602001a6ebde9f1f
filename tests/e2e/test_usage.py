"""What only the browser knows: clicks that come to nothing, forms left unsent, what was chosen."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from keen.telemetry import capture, policy
from keen.telemetry.actions.level import ask_for_level
from keen.telemetry.actions.reads import note_named_read
from keen.telemetry.domain.levels import Level
from tests.e2e.conftest import PHONE
from tests.e2e.looking import faults_of, paint
from tests.telemetry.reader import names, props, recorded

pytestmark = pytest.mark.browser
SOON = 20.0


@pytest.fixture
def usage(tmp_path: Path) -> Iterator[Path]:
    """The events of this test alone, at the level that records most."""
    data, pinned = settings.KEEN.data, policy.keeper.pinned
    settings.KEEN.data = tmp_path
    policy.keeper.pinned = policy.Policy(Level.PERSON, "made up")
    yield tmp_path / "usage"
    capture.spool().close()
    settings.KEEN.data, policy.keeper.pinned = data, pinned


def wait_for(usage: Path, name: str, count: int = 1) -> list[dict[str, Any]]:
    """The events of this name, once there are as many: the browser tells them by the way."""
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        if len(found := props(usage, name)) >= count:
            return found
        time.sleep(0.1)
    raise AssertionError(f"no {name} among {names(usage)}")


def test_a_form_that_is_left_half_filled_is_told_by_its_fields_alone(office, sit_down, usage: Path) -> None:
    hands = sit_down(office.maya).open("/contacts/new/")
    hands.type("Ada", hands.field("First name"), commit="")
    hands.type("Okoro", hands.field("Last name"), commit="")

    hands.page.goto("/contacts/")

    (left,) = wait_for(usage, "form_abandoned")
    assert left["form"] == "contact-new"
    assert left["fields"] == ["first_name", "last_name"]
    assert b"Okoro" not in b"".join(path.read_bytes() for path in usage.rglob("*.ndjson"))


def test_a_form_that_is_sent_is_not_left(office, sit_down, usage: Path) -> None:
    hands = sit_down(office.maya).open("/contacts/new/")
    hands.type("Okoro", hands.field("Last name"), commit="")

    hands.click(hands.button("Save"))
    hands.expect_receipt(text="Okoro")
    hands.click(hands.receipt.locator(".acts").get_by_role("link").last)

    assert wait_for(usage, "receipt_followed") == [{"choice": "next"}]
    assert props(usage, "form_abandoned") == []
    assert wait_for(usage, "save_made")[0]["deed"] == "contact-new"


def test_a_fact_that_is_given_up_is_a_form_left(office, sit_down, usage: Path) -> None:
    hands = sit_down(office.maya).open(f"/contacts/{office.contact('Amira Haddad').pk}/")
    hands.click(hands.page.locator("[data-edit$='/fact/job_title/'] [data-edit-open]").first)
    field = hands.page.locator("[data-edit-form] input[name=job_title]")
    expect(field).to_be_focused()
    hands.page.keyboard.type("Head of")

    hands.page.keyboard.press("Escape")
    hands.page.goto("/contacts/")

    (left,) = wait_for(usage, "form_abandoned")
    assert (left["form"], left["fields"]) == ("contact-fact", ["job_title"])


def test_a_button_that_is_clicked_again_and_again_is_told(office, sit_down, usage: Path) -> None:
    hands = sit_down(office.maya).open("/contacts/")
    menu = hands.page.locator("details.account > summary")

    menu.click(click_count=3, delay=20)
    hands.page.goto("/accounts/")

    assert wait_for(usage, "rage_click") == [{"screen": "contact-list", "control": "menu"}]


def test_a_button_that_does_nothing_is_told(office, sit_down, usage: Path) -> None:
    hands = sit_down(office.maya).open("/contacts/new/")
    save = hands.button("Save", exact=True)
    # What a fault in a script would do.
    hands.page.evaluate("() => { document.querySelector('main form [type=submit]').type = 'button' }")

    save.click()
    save.click(delay=10)
    hands.page.wait_for_timeout(1300)
    hands.page.goto("/contacts/")

    assert {one["control"] for one in wait_for(usage, "dead_click")} == {"button"}


def test_a_button_that_works_is_not_dead(office, sit_down, usage: Path) -> None:
    hands = sit_down(office.maya).open("/contacts/")
    hands.click(hands.page.locator("details.account > summary"))
    hands.click(hands.link("Settings", exact=True).first)
    expect(hands.heading("Settings")).to_be_visible()
    hands.page.wait_for_timeout(1300)
    hands.page.goto("/contacts/")
    wait_for(usage, "page_viewed", 3)

    assert props(usage, "dead_click") == props(usage, "rage_click") == []


def test_a_double_click_that_chooses_a_word_is_no_rage(office, sit_down, usage: Path) -> None:
    hands = sit_down(office.maya).open("/contacts/new/?last_name=Okoro")
    hands.field("Last name").click(click_count=3)
    hands.page.goto("/contacts/")
    wait_for(usage, "page_viewed", 2)
    hands.page.wait_for_timeout(500)

    assert props(usage, "rage_click") == []


def test_commands_keys_and_results_are_told_by_name(office, sit_down, usage: Path) -> None:
    hands = sit_down(office.maya).open("/")
    hands.key("?")
    hands.page.keyboard.press("Escape")
    hands.key("Control+k")
    hands.page.keyboard.type("amira")
    expect(hands.page.locator("#palette [data-palette-found] [role=option]").first).to_be_visible()
    hands.page.locator("#palette [data-palette-found] [role=option]").first.click()
    expect(hands.heading("Amira Haddad")).to_be_visible()

    assert wait_for(usage, "search_result_opened") == [{"place": "palette"}]
    assert wait_for(usage, "command_used") == [{"to": "contact", "group": "found"}]
    assert wait_for(usage, "help_opened") == [{"screen": "today", "place": "keys"}]
    assert wait_for(usage, "key_used")[0] == {"key": "?"}
    assert {row["device"] for row in recorded(usage)} == {"desk"}


def test_a_phone_is_told_apart(office, sit_down, usage: Path) -> None:
    hands = sit_down(
        office.maya, PHONE, user_agent="Mozilla/5.0 (Linux; Android 14) Chrome/131.0 Mobile"
    ).open("/")

    assert wait_for(usage, "page_viewed")
    assert {row["device"] for row in recorded(usage)} == {"phone"}
    assert hands.path == "/"


def test_an_administrator_who_looks_as_somebody_else_tells_nothing(
    office, sit_down: Callable[..., Any], usage: Path
) -> None:
    hands = sit_down(office.sam).open(f"/settings/people/{office.maya.pk}/")
    hands.click(hands.button("See the app as"))
    expect(hands.page.locator(".strip").first).to_contain_text("You see the app as")
    before = len(names(usage))

    hands.open("/contacts/")
    hands.page.goto("/accounts/")

    assert hands.page.locator("script[src*='usage.js']").count() == 0
    assert len(names(usage)) == before


def test_what_is_recorded_about_one_is_accessible_and_fits(office, sit_down, usage: Path) -> None:
    hands = sit_down(office.maya).open("/contacts/")
    hands.page.goto("/contacts/new/")
    hands.page.goto("/search/?q=quetzalcoatl")
    wait_for(usage, "search_made")
    note_named_read(
        actor=office.kofi.actor(), person_id=office.maya.pk, page="Adoption", purpose="Preparing a talk"
    )

    hands.open("/me/usage/")
    hands.page.locator("summary", has_text="Each of the").click()

    expect(hands.main).to_contain_text("Opened “contact list”")
    picture(hands.page, "mine")
    assert faults_of(hands.page) == []


@pytest.mark.parametrize("who", ["maya", "sam"])
def test_the_level_is_accessible_and_fits(office, sit_down, usage: Path, who: str) -> None:
    sam = office.sam
    ask_for_level(actor=sam.actor(), level="none", reason="Until the works council has met.")
    hands = sit_down(getattr(office, who)).open("/settings/usage/")
    picture(hands.page, f"level-{who}")
    assert faults_of(hands.page) == []

    ask_for_level(actor=sam.actor(), level="person", reason="A trial in the sales teams, for three months.")
    hands.open("/settings/usage/")
    expect(hands.main).to_contain_text("Waiting for a second person")
    picture(hands.page, f"level-{who}-waiting")
    assert faults_of(hands.page) == []


def picture(page: Page, name: str) -> None:
    """A picture in the directory that KEEN_TEST_PICTURES names, for whoever wants to look."""
    folder = os.environ.get("KEEN_TEST_PICTURES")
    if not folder:
        return
    for width in (1280, 360):
        for theme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            paint(page, theme)
            page.screenshot(path=Path(folder) / f"{name}-{theme}-{width}.png", full_page=True)

"""Somebody writes an automation as a sentence, tries it, switches it on, and finds out what it did."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from keen.activities.models import Activity
from keen.core import stamps
from keen.core.jobs.runs import run_ready
from keen.core.models import User
from keen.processes.models import Automation
from keen.sales.actions import moves
from tests.e2e.conftest import DESK
from tests.e2e.hands import Hands
from tests.e2e.looking import Look
from tests.e2e.office import Office
from tests.factories.core import make_user
from tests.factories.sales import make_opportunity

pytestmark = pytest.mark.browser


def begin(page: Page, look: Look) -> None:
    """From the empty list to the form, with a condition and a task in it."""
    page.goto("/settings/automations/")
    look.at("empty list")
    page.get_by_role("link", name="New automation").first.click()
    look.at("what sets it off")
    page.get_by_role("region", name="When a deal").get_by_role("link", name="moves to a stage").click()
    page.get_by_label("Name").first.fill("Ask about offers")
    page.get_by_label("To which stage").select_option(label="Proposal")
    page.get_by_label("Field for a new condition").select_option(label="Amount")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("How Amount is compared").select_option(label="at least")
    page.get_by_role("button", name="Make a task").click()
    page.get_by_label("What is to be done").fill("Ask {name} about the offer")


def happen(admin: User) -> None:
    """Two deals move on, and the background works."""
    stamps.look()  # what was switched on was so in the thread of the server
    for name, amount in (("Cold chain", 48_000), ("Small one", 400)):
        deal = make_opportunity(name, actor=admin.actor(), owner=admin, amount=amount, stage="qualification")
        moves.move(actor=admin.actor(), deal_id=deal.pk, wish=moves.Move("proposal"))
    while run_ready():
        pass


def test_an_automation_from_the_first_page_to_what_it_did(
    office: Office, sit_down: Callable[..., Hands]
) -> None:
    admin = make_user("administrator", name="Ana Admin")
    page = sit_down(admin, DESK).page
    look = Look(page)

    begin(page, look)
    page.get_by_role("button", name="Try on the last 30 days").click()
    expect(page.locator(".summary")).to_contain_text("Say what it is compared with")
    look.at("form, refused")
    page.get_by_label("Amount compared with").fill("5000")
    page.get_by_role("button", name="Try on the last 30 days").click()
    expect(page.get_by_role("heading", name="The last 30 days, tried out")).to_be_visible()
    look.at("tried")
    page.get_by_role("button", name="Save and switch on").click()
    expect(page.locator("[data-receipt]").first).to_contain_text("is on")

    happen(admin)
    page.goto(Automation.objects.get().get_absolute_url())
    expect(page.get_by_role("row", name="Cold chain")).to_contain_text("Did it")
    expect(page.get_by_role("row", name="Small one")).to_contain_text("Amount is below 5,000")
    look.at("what it did")
    page.goto("/settings/simplicity/")
    look.at("simplicity")

    assert Activity.objects.filter(subject="Ask Cold chain about the offer", owner=admin).count() == 1
    assert look.faults == {}

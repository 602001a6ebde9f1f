"""Somebody connects another system with the mouse alone, and finds out why it fails."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from keen.core.jobs.runs import run_ready
from keen.integrations.models import Delivery, Endpoint
from tests.e2e.conftest import DESK
from tests.e2e.hands import Hands
from tests.e2e.looking import Look
from tests.e2e.office import Office
from tests.factories.core import make_user
from tests.factories.integrations import Receiver, loopback_allowed, make_endpoint, receiver

pytestmark = pytest.mark.browser
HOME = "/settings/webhooks/"


@pytest.fixture
def heard() -> Iterator[Receiver]:
    """A receiver on this machine, which webhooks may reach."""
    with loopback_allowed(), receiver() as made:
        yield made


def test_a_webhook_from_the_first_page_to_its_secret(
    office: Office, sit_down: Callable[..., Hands], heard: Receiver
) -> None:
    page = sit_down(make_user("administrator"), DESK).page
    look = Look(page)

    page.goto(HOME)
    look.at("empty list")
    page.get_by_role("link", name="New webhook").first.click()
    page.get_by_label("Name").fill("Web shop")
    page.get_by_label("Address").fill(heard.url.replace("http:", "ftp:"))
    page.get_by_role("checkbox", name="Accounts: made").check()
    page.get_by_role("button", name="Make it").click()
    expect(page.locator(".summary")).to_contain_text("https://")
    look.at("form, refused")
    page.get_by_label("Address").fill(heard.url)
    page.get_by_role("button", name="Make it").click()
    expect(page.locator("#secret")).to_contain_text("whsec_")
    look.at("secret")

    assert Endpoint.objects.get().topics == ["contact.created", "contact.updated", "account.created"]
    assert look.faults == {}


def test_why_a_webhook_fails_is_found_out(
    office: Office, sit_down: Callable[..., Hands], heard: Receiver
) -> None:
    admin = make_user("administrator")
    row, _ = make_endpoint(admin, heard.url)
    page = sit_down(admin, DESK).page
    look = Look(page)
    heard.reply = (500, {}, b"out of order")

    page.goto(row.get_absolute_url())
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_text("It is on its way")).to_be_visible()
    run_ready()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("out of order")).to_be_visible()
    look.at("message")
    page.goto(HOME)
    expect(page.get_by_text("The server answered with an error.")).to_be_visible()
    look.at("list")
    page.goto(row.get_absolute_url())
    look.at("webhook")

    assert Delivery.objects.get().attempts == 1
    assert look.faults == {}

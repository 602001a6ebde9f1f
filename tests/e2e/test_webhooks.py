"""Somebody connects another system with the mouse alone, and finds out why it fails."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from keen.core.jobs.runs import run_ready
from keen.integrations.models import Delivery, Endpoint
from tests.e2e.conftest import DESK
from tests.e2e.hands import Hands
from tests.e2e.looking import faults_of
from tests.e2e.office import Office
from tests.factories.core import make_user
from tests.factories.integrations import Receiver, loopback_allowed, receiver

pytestmark = pytest.mark.browser
HOME = "/settings/webhooks/"


@pytest.fixture
def heard() -> Iterator[Receiver]:
    """A receiver on this machine, which webhooks may reach."""
    with loopback_allowed(), receiver() as made:
        yield made


def test_a_webhook_from_the_first_page_to_the_answer(
    office: Office, sit_down: Callable[..., Hands], heard: Receiver
) -> None:
    page = sit_down(make_user("administrator"), DESK).page
    faults: dict[str, list[str]] = {}

    def look(name: str) -> None:
        faults[name] = faults_of(page)
        page.set_viewport_size(DESK["viewport"])

    page.goto(HOME)
    look("empty list")
    page.get_by_role("link", name="New webhook").first.click()
    page.get_by_label("Name").fill("Web shop")
    page.get_by_label("Address").fill(heard.url.replace("http:", "ftp:"))
    page.get_by_role("checkbox", name="Accounts: made").check()
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("alert")).to_contain_text("https://")
    look("form, refused")
    page.get_by_label("Address").fill(heard.url)
    page.get_by_role("button", name="Make it").click()
    expect(page.locator("#secret")).to_contain_text("whsec_")
    look("secret")
    heard.reply = (500, {}, b"out of order")
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_text("It is on its way")).to_be_visible()
    run_ready()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("out of order")).to_be_visible()
    look("message")
    page.goto(HOME)
    expect(page.get_by_text("The server answered with an error.")).to_be_visible()
    look("list")
    page.goto(Endpoint.objects.get().get_absolute_url())
    look("webhook")

    assert Endpoint.objects.get().topics == ["contact.created", "contact.updated", "account.created"]
    assert Delivery.objects.get().attempts == 1
    assert {name: found for name, found in faults.items() if found} == {}

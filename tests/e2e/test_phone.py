"""On the phone without a network: what is written down waits in sight and arrives once, in order; pages are copies."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from keen.activities.models import Activity
from tests.e2e.conftest import PHONE, bring_in
from tests.e2e.hands import Hands
from tests.e2e.looking import faults_of

pytestmark = pytest.mark.browser
COPIES = "async () => (await caches.keys()).filter(name => name.startsWith('keen-copies-'))"
ITEMS = """() => new Promise((done) => {
  const asked = indexedDB.open("keen");
  asked.onsuccess = () => {
    const all = asked.result.transaction("waiting").objectStore("waiting").getAll();
    all.onsuccess = () => { asked.result.close(); done(all.result.map(({ state, id }) => [state, id])); };
  };
})"""


def ready(page: Page) -> None:
    """The page has all that it needs without a network."""
    page.wait_for_function("() => window.keen?.keeps")


def with_worker(hands: Hands) -> Hands:
    """The device has the shell and answers for Keen."""
    ready(hands.page)
    hands.page.wait_for_function("() => navigator.serviceWorker.controller")
    return hands


def cut(context: BrowserContext, *, off: bool = True) -> None:
    context.set_offline(off)


def strip(page: Page) -> Locator:
    return page.locator("[data-offline]")


def write_note(hands: Hands, words: str) -> None:
    hands.type(words, hands.page.get_by_role("textbox", name="Write a note"), commit="Control+Enter")


def log_call(hands: Hands, outcome: str) -> None:
    hands.tap(hands.link("Log", exact=False).first)
    hands.tap(hands.button(outcome))


def written() -> list[tuple[str, str, str]]:
    """What came in, in its order: a call, a note, a task."""
    found = Activity.objects.order_by("pk").values_list("kind", "subject", "body")
    return [row for row in found if "in the train" in f"{row[1]} {row[2]}".lower() or "wrong" in row[2]]


def test_what_is_captured_without_a_network_arrives_once_and_in_order_though_the_page_was_killed(
    office, sit_down
) -> None:
    hands = with_worker(sit_down(office.maya, PHONE, service_workers="allow").open("/"))
    noor = f"/contacts/{office.contact('Noor El-Amin').pk}/"
    hands.open(noor)
    ready(hands.page)
    context = hands.page.context
    cut(context)
    expect(strip(hands.page)).to_contain_text("No network. Calls, notes and tasks are kept here")

    hands.tap(hands.link("Log", exact=False).first)
    hands.type("Asked in the train", hands.page.locator("#call-note"), commit="")
    hands.count = 0
    hands.tap(hands.button("Voicemail"))
    hands.expect_receipt("kept", text="No network. 1 item waits and will go out by itself.", undo=False)
    write_note(hands, "Noted in the train")
    expect(strip(hands.page)).to_contain_text("2 items wait")
    hands.page.get_by_role("textbox", name="Write a note").fill("Planned in the train")
    hands.tap(hands.button("Task"))
    expect(strip(hands.page)).to_contain_text("3 items wait")
    hands.page.close()
    expect_arrival(Hands(context.new_page()).open(noor))


def expect_arrival(hands: Hands) -> None:
    """What waits is seen on the page after the one that was killed, and arrives when the network is back."""
    context = hands.page.context
    # the copy, by the service worker
    ready(hands.page)
    expect(strip(hands.page)).to_contain_text(
        re.compile(r"No network\. This is the copy of \d\d:\d\d\. 3 items wait")
    )
    hands.tap(strip(hands.page).get_by_role("button", name="Show"))
    expect(hands.page.locator("#waiting li")).to_have_count(3)
    expect(hands.page.locator("#waiting li").first).to_contain_text("Call with Noor El-Amin: voicemail")
    expect(hands.page.locator("#waiting li").last).to_contain_text("Task on Noor El-Amin")
    assert written() == []
    cut(context, off=False)

    expect(hands.receipt).to_contain_text("3 items that waited here are saved")
    assert [row[0] for row in written()] == ["call", "note", "task"]
    assert hands.page.evaluate(ITEMS) == []
    hands.page.reload()
    ready(hands.page)
    assert len(written()) == 3
    call = Activity.objects.get(body="Asked in the train")
    assert call.outcome == "voicemail"


def test_what_the_server_has_though_its_answer_was_lost_is_not_written_twice(office, sit_down) -> None:
    hands = sit_down(office.maya, PHONE).open(f"/contacts/{office.contact('Noor El-Amin').pk}/")
    ready(hands.page)
    lost: list[int] = []

    def lose(route: Route) -> None:
        """The server gets it, the device hears nothing; the second time all is well."""
        if len(lost) < 2:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    hands.page.route(re.compile(r"/(calls/log|kept)/"), lose)
    log_call(hands, "No answer")
    hands.expect_receipt("kept", undo=False)
    assert Activity.objects.filter(outcome="no_answer").count() == 1
    expect(strip(hands.page)).to_contain_text("1 item waits")
    hands.page.evaluate("() => dispatchEvent(new Event('online'))")  # the answer to this one is lost as well
    expect(hands.page.locator("#waiting li[data-state=tried]")).to_have_count(1)
    hands.page.evaluate("() => dispatchEvent(new Event('online'))")

    expect(hands.receipt).to_contain_text("logged: no answer")
    assert lost == [200, 200]
    assert hands.page.evaluate(ITEMS) == []
    assert Activity.objects.filter(outcome="no_answer").count() == 1


def test_a_lost_session_keeps_what_waits_for_its_writer_and_for_nobody_else(office, sit_down) -> None:
    noor = f"/contacts/{office.contact('Noor El-Amin').pk}/"
    hands = sit_down(office.maya, PHONE).open(noor)
    ready(hands.page)
    context, address = hands.page.context, hands.page.url.removesuffix(noor)
    cut(context)
    write_note(hands, "Noted in the train")
    expect(strip(hands.page)).to_contain_text("1 item waits")
    Session.objects.all().delete()
    cut(context, off=False)
    expect(strip(hands.page)).to_contain_text("1 item waits until you sign in again.")
    expect(strip(hands.page).get_by_role("link", name="Sign in")).to_be_visible()

    bring_in(context, office.kofi, address)
    hands.open(noor)
    ready(hands.page)
    expect(strip(hands.page)).to_be_hidden()
    assert written() == []

    bring_in(context, office.maya, address)
    hands.open(noor)
    expect(hands.receipt).to_contain_text("Note on Noor El-Amin saved")
    (note,) = Activity.objects.filter(body="Noted in the train")
    assert note.owner_id == office.maya.pk


def test_what_was_refused_comes_back_with_its_reason_and_can_be_changed_or_discarded(
    office, sit_down
) -> None:
    hands = sit_down(office.maya, PHONE).open(f"/contacts/{office.contact('Noor El-Amin').pk}/")
    ready(hands.page)
    cut(hands.page.context)
    write_note(hands, "Something wrong")
    hands.expect_receipt("kept", undo=False)
    hands.page.get_by_role("textbox", name="Write a note").fill("Also wrong")
    hands.page.keyboard.press("Control+Enter")
    expect(strip(hands.page)).to_contain_text("2 items wait")
    told = '{"message": "A note holds 20,000 characters. Shorten it."}'
    refuse: dict[str, Any] = {"status": 422, "content_type": "application/json", "body": told}
    hands.page.route("**/kept/", lambda route: route.fulfill(**refuse))
    cut(hands.page.context, off=False)
    expect(strip(hands.page)).to_contain_text("2 items need you.")
    hands.page.unroute("**/kept/")

    hands.tap(strip(hands.page).get_by_role("button", name="Show"))
    items = hands.page.locator("#waiting li")
    expect(items.first).to_contain_text("A note holds 20,000 characters")
    assert faults_of(hands.page) == []
    hands.page.set_viewport_size(PHONE["viewport"])
    items.first.get_by_text("Change").click()
    items.first.get_by_role("textbox").fill("Not wrong any more")
    items.first.get_by_role("button", name="Save").click()
    expect(items).to_have_count(1)
    items.first.get_by_role("button", name="Discard").click()
    expect(items.first).to_contain_text("Discarded.")
    items.first.get_by_role("button", name="Undo").click()
    expect(items.first.get_by_role("button", name="Try again")).to_be_visible()
    items.first.get_by_role("button", name="Discard").click()

    expect(strip(hands.page)).to_be_hidden()
    assert [row[2] for row in written()] == ["Not wrong any more"]


def test_copies_are_gone_after_signing_out_and_say_their_time_before(office, sit_down) -> None:
    hands = with_worker(sit_down(office.maya, PHONE, service_workers="allow").open("/"))
    hands.page.reload()
    ready(hands.page)
    hands.page.wait_for_function(f"async () => (await ({COPIES})()).length === 1")
    cut(hands.page.context)
    hands.page.reload()
    ready(hands.page)
    expect(strip(hands.page)).to_contain_text("This is the copy of")
    hands.page.goto("/settings/")
    expect(hands.heading("No network")).to_be_visible()
    ready(hands.page)
    assert faults_of(hands.page) == []
    cut(hands.page.context, off=False)
    hands.open("/")

    hands.click(hands.page.locator(".account > summary"))
    hands.click(hands.button("Sign out"))
    expect(hands.heading("Sign in")).to_be_visible()

    assert hands.page.evaluate(COPIES) == []
    cut(hands.page.context)
    hands.page.goto("/")
    expect(hands.heading("No network")).to_be_visible()


def test_a_line_waits_and_is_read_as_of_when_it_was_written(office, sit_down) -> None:
    hands = sit_down(office.maya, PHONE).open("/")
    ready(hands.page)
    cut(hands.page.context)
    hands.tap(hands.page.get_by_role("navigation", name="Main, phone").get_by_role("button", name="Search"))
    expect(hands.page.locator("#palette-q")).to_be_focused()
    hands.type("Spoke to Amira Haddad in the train", commit="")
    expect(hands.page.locator("#palette-line")).to_have_attribute("aria-selected", "true")
    hands.key("Enter")
    expect(strip(hands.page)).to_contain_text("1 item waits")
    cut(hands.page.context, off=False)

    expect(hands.receipt).to_contain_text("Amira Haddad")
    assert len(written()) == 1

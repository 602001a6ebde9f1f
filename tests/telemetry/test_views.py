"""The pages of what is recorded, and the door through which the browser tells."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from keen.privacy.actions.access import own_file
from keen.telemetry import capture
from keen.telemetry.actions.level import ask_for_level
from keen.telemetry.actions.reads import note_named_read
from keen.telemetry.domain.levels import Level
from keen.telemetry.models import LevelChange
from keen.telemetry.views import beacon
from tests.factories.core import make_user
from tests.factories.usage import make_lines, write_events
from tests.receipts import assert_receipt
from tests.telemetry.reader import names, props, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(usage: Path, at_level: Any, owner: Any) -> Client:
    beacon._minutes.clear()
    at_level(Level.PERSON)
    made = Client()
    made.force_login(owner)
    return made


def tell(browser: Client, *events: Any, page: str = "/contacts/new/") -> int:
    told = {"events": json.dumps(list(events))}
    return browser.post("/usage/", told, headers={"referer": f"http://testserver{page}"}).status_code


def test_the_browser_tells_names_and_addresses_become_names(usage: Path, browser: Client) -> None:
    status = tell(
        browser,
        {
            "name": "form_abandoned",
            "form": "/contacts/new/",
            "fields": ["last_name", "secret plan"],
            "seconds": 12.4,
        },
        {"name": "rage_click", "control": {"sort": "button", "to": "/contacts/12/edit/"}},
        {"name": "dead_click", "control": {"sort": "menu", "opens": "whatever"}},
        {"name": "page_slow", "client_ms": 2345, "server_ms": 1200},
        {"name": "command_used", "to": "/contacts/7/", "group": "found"},
        {"name": "key_used", "key": "g p"},
        {"name": "receipt_followed", "choice": "next"},
        {"name": "network_changed", "outcome": "online", "seconds": 60},
    )

    assert status == 204
    assert props(usage, "form_abandoned") == [
        {"form": "contact-new", "fields": ["last_name", "other"], "seconds": 12}
    ]
    assert recorded(usage, "form_abandoned")[0]["kind"] == "contact"
    assert props(usage, "rage_click") == [{"screen": "contact-new", "control": "button contact-edit"}]
    assert props(usage, "dead_click") == [{"screen": "contact-new", "control": "menu"}]
    assert props(usage, "page_slow") == [{"screen": "contact-new", "server_ms": 1200, "client_ms": 2345}]
    assert props(usage, "command_used") == [{"to": "contact", "group": "found"}]
    assert props(usage, "key_used") == [{"key": "g p"}]
    assert props(usage, "network_changed") == [{"seconds": 60}]


@pytest.mark.parametrize(
    "event",
    [
        {"name": "page_viewed", "screen": "today"},
        {"name": "stuck"},
        {"name": "made_up"},
        {"name": ["rage_click"]},
        {"name": "receipt_followed", "choice": "Call Amira"},
        {"name": "page_slow", "client_ms": "soon"},
        {"name": "network_changed", "outcome": {"a": 1}},
        "rage_click",
        None,
    ],
)
def test_what_a_browser_may_not_tell_is_dropped(usage: Path, browser: Client, event: Any) -> None:
    assert tell(browser, event) == 204

    assert names(usage) == []


@pytest.mark.parametrize("told", ["", "{", "7", '{"name": "rage_click"}', "[" * 5000])
def test_what_is_no_batch_is_no_error(usage: Path, browser: Client, told: str) -> None:
    assert browser.post("/usage/", {"events": told}).status_code == 204
    assert names(usage) == []


def test_a_batch_is_limited_and_so_are_batches(usage: Path, browser: Client) -> None:
    many = [{"name": "key_used", "key": "c"}] * 60
    assert tell(browser, *many) == 204
    assert len(recorded(usage, "key_used")) == beacon.MOST_EVENTS
    assert tell(browser, {"name": "key_used", "key": "c" * beacon.MOST_BYTES}) == 413

    answers = [tell(browser, {"name": "key_used", "key": "c"}) for _ in range(beacon.MOST_A_MINUTE)]

    assert answers[-1] == 429
    assert capture.losses.waiting["too_many"] > 0 or recorded(usage, "events_lost")


def test_the_door_is_open_to_who_has_signed_in_with_the_token_of_the_page(owner: Any, usage: Path) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(owner)

    assert careful.post("/usage/", {"events": "[]"}).status_code == 403
    assert Client().post("/usage/", {"events": "[]"}).status_code == 302
    assert careful.get("/usage/").status_code == 405


def test_being_stuck_is_noted_and_leads_to_help(usage: Path, browser: Client) -> None:
    sam = make_user("administrator", name="Sam Fischer")
    page = browser.get("/help/", headers={"referer": "http://testserver/contacts/new/"}).content.decode()
    assert 'name="from" value="/contacts/new/"' in page

    answer = browser.post("/usage/stuck/", {"from": "/contacts/new/"}, follow=True).content.decode()

    assert sam.name in answer
    assert "It is noted" in answer
    assert props(usage, "stuck") == [{"screen": "contact-new"}]


def test_everybody_reads_what_is_recorded_about_them_and_nobody_elses(
    usage: Path, browser: Client, owner: Any, colleague: Any
) -> None:
    now = timezone.localtime(timezone=timezone.get_default_timezone())
    write_events(usage, make_lines(owner.pk, at=now, times=3))
    write_events(
        usage, make_lines(colleague.pk, "search_made", at=now, outcome="nothing", props={"place": "page"})
    )

    page = browser.get("/me/usage/").content.decode()

    assert "Opened “today”" in page
    assert "page viewed" in page
    assert "Searched" not in page.replace("Something was searched", "")
    assert "Groups only" in page


def test_what_is_older_than_is_kept_is_not_shown(usage: Path, browser: Client, owner: Any) -> None:
    old = timezone.localtime(timezone=timezone.get_default_timezone()) - timedelta(days=40)
    write_events(usage, make_lines(owner.pk, at=old))

    assert "Opened “today”" not in browser.get("/me/usage/").content.decode()


def test_who_looked_is_shown(browser: Client, owner: Any) -> None:
    boss = make_user("executive", name="Ines Roth")
    note_named_read(actor=boss.actor(), person_id=owner.pk, page="Adoption", purpose="Review of the quarter")

    page = browser.get("/me/usage/").content.decode()

    assert "Ines Roth" in page
    assert "Review of the quarter" in page


def test_own_events_can_be_taken_along(usage: Path, browser: Client, owner: Any, colleague: Any) -> None:
    now = timezone.localtime(timezone=timezone.get_default_timezone())
    write_events(usage, make_lines(owner.pk, at=now, times=2) + make_lines(colleague.pk, at=now))

    table = browser.get("/me/usage/export/?format=csv")
    plain = browser.get("/me/usage/export/?format=json")

    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert len(rows) == 3
    assert rows[1][2:4] == ["page_viewed", "Opened “today”"]
    assert [one["name"] for one in json.loads(plain.content)] == ["page_viewed", "page_viewed"]
    assert "attachment" in table["Content-Disposition"]


def test_own_events_can_be_erased_and_the_erasing_leaves_none(
    usage: Path, browser: Client, owner: Any
) -> None:
    browser.get("/contacts/")
    assert recorded(usage)

    shown = assert_receipt(browser.post("/me/usage/erase/"))

    assert "erased" in shown.text
    assert [
        row for row in recorded(usage) if row["user_id"] == owner.pk and row["name"] != "receipt_shown"
    ] == []


def test_the_level_is_open_to_all_and_changed_by_few(browser: Client) -> None:
    page = browser.get("/settings/usage/")

    assert (page.status_code, 'name="reason"' in page.content.decode()) == (200, False)
    refused = browser.post("/settings/usage/", {"level": "none", "reason": "Nobody asked us at all."})
    assert refused.status_code == 403
    assert LevelChange.objects.count() == 0


def test_an_administrator_asks_and_the_council_answers(usage: Path) -> None:
    sam, council = make_user("administrator", name="Sam Fischer"), make_user("staff_council")
    asking, answering = Client(), Client()
    asking.force_login(sam)
    answering.force_login(council)

    short = asking.post("/settings/usage/", {"level": "person", "reason": "so"})
    assert short.status_code == 422
    assert "at least ten letters" in short.content.decode()
    assert_receipt(
        asking.post("/settings/usage/", {"level": "person", "reason": "A trial in the sales teams."})
    )
    wish = LevelChange.objects.get()
    assert "Withdraw" in asking.get("/settings/usage/").content.decode()
    assert 'value="yes"' in answering.get("/settings/usage/").content.decode()
    assert asking.post(f"/settings/usage/{wish.pk}/answer/", {"agrees": "yes"}).status_code == 403
    assert_receipt(answering.post(f"/settings/usage/{wish.pk}/answer/", {"agrees": "yes"}))

    wish.refresh_from_db()
    assert (wish.state, wish.decided_by_id) == ("in_force", council.pk)
    assert "By person" in answering.get("/settings/usage/").content.decode()


def test_a_wish_is_withdrawn_on_its_page(usage: Path) -> None:
    sam = make_user("administrator")
    ask_for_level(actor=sam.actor(), level="person", reason="A trial in the sales teams.")
    browser = Client()
    browser.force_login(sam)

    assert_receipt(browser.post(f"/settings/usage/{LevelChange.objects.get().pk}/withdraw/"))

    assert LevelChange.objects.get().state == "withdrawn"
    assert browser.post("/settings/usage/999/withdraw/").status_code == 404


def test_ones_events_and_who_looked_are_in_the_file_of_all_that_is_kept(
    usage: Path, browser: Client, owner: Any, colleague: Any
) -> None:
    write_events(usage, make_lines(owner.pk, times=2) + make_lines(colleague.pk))
    note_named_read(actor=colleague.actor(), person_id=owner.pk, page="Adoption", purpose="Coaching")

    with zipfile.ZipFile(io.BytesIO(own_file(actor=owner.actor()))) as found:
        told = json.loads(found.read("everything.json"))

    assert [one["name"] for one in told["usage"]] == ["page_viewed", "page_viewed"]
    assert told["looks_at_your_figures"][0]["reader__name"] == colleague.name


def test_jobs_and_health_say_whether_events_are_written(usage: Path, at_level: Any) -> None:
    browser = Client()
    browser.force_login(make_user("administrator"))

    assert "Events are written; none was lost." in browser.get("/jobs/").content.decode()
    capture.losses.add("full", 3, "a test")

    assert Client().get("/healthz").json()["usage"] == "losing events"
    assert "3 were lost by now" in browser.get("/jobs/").content.decode()
    assert props(usage, "events_lost") == [{"count": 3, "reason": "full"}]
    assert Client().get("/healthz").json()["usage"] == "ok"

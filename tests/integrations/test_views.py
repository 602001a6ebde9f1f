"""The pages of webhooks, from making one to finding out why it fails."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from keen.integrations.models import Attempt, Delivery, Endpoint, State
from keen.people.records import ACCOUNT
from tests.factories.core import make_role, make_user
from tests.factories.integrations import Receiver, make_endpoint, make_waiting, work_off
from tests.factories.records import browser, change, create, html
from tests.receipts import assert_receipt

pytestmark = pytest.mark.usefixtures("transactional_db")
HOME = "/settings/webhooks/"
URL = "https://example.com/hook"


@pytest.fixture
def desk(admin: Any) -> Client:
    """The browser of somebody who may manage webhooks."""
    return browser(admin)


def given(**fields: Any) -> dict[str, Any]:
    return {"name": "Shop", "url": URL, "topics": ["contact.created", "contact.merged"], **fields}


def test_without_the_power_there_is_no_page(admin: Any, owner: Any, client: Client) -> None:
    row, _ = make_endpoint(admin, URL)
    (delivery,) = make_waiting(row, 1)
    other = browser(owner)
    pages = [HOME, f"{HOME}new/", f"{HOME}{row.pk}/", f"{HOME}{row.pk}/edit/", f"{HOME}sent/{delivery.pk}/"]
    acts = [f"{HOME}{row.pk}/{act}/" for act in ("test", "state", "secret", "secret/end", "again", "delete")]
    acts.append(f"{HOME}sent/{delivery.pk}/again/")

    assert [other.get(page).status_code for page in pages] == [403] * len(pages)
    assert [other.post(act).status_code for act in acts] == [403] * len(acts)
    assert [client.get(page).status_code for page in pages] == [302] * len(pages)
    assert "Webhooks" not in html(other.get("/settings/"))
    assert "Webhooks" in html(browser(admin).get("/settings/"))


def test_no_address_reads_what_may_change(desk: Client, admin: Any) -> None:
    row, _ = make_endpoint(admin, URL)
    for act in ("test", "state", "secret", "secret/end", "again", "delete"):
        assert desk.get(f"{HOME}{row.pk}/{act}/").status_code == 405


def test_a_webhook_is_made_and_its_secret_shown_once(desk: Client) -> None:
    assert "No other system is told yet" in html(desk.get(HOME))
    once = re.search(r'name="_once" value="(\w+)"', html(desk.get(f"{HOME}new/")))[1]

    made = desk.post(f"{HOME}new/", given(_once=once))
    again = desk.post(f"{HOME}new/", given(_once=once))

    row = Endpoint.objects.get()
    assert row.topics == ["contact.created", "contact.merged"]
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", html(made))[0]
    assert made["Cache-Control"] == "no-store"
    assert_receipt(made, undo=True, says="Shop")
    assert_receipt(again, says="Shop")
    for page in (HOME, f"{HOME}{row.pk}/", f"{HOME}{row.pk}/edit/", "/me/changes/", "/audit/"):
        assert secret not in html(desk.get(page))


def test_what_is_wrong_stays_in_the_form_with_a_word_on_it(desk: Client) -> None:
    refused = desk.post(
        f"{HOME}new/", {"name": "", "url": "https://192.168.0.1/", "topics": ["contact.created"]}
    )
    shown = html(refused)

    assert refused.status_code == 422
    assert "Give it a name" in shown
    assert 'value="https://192.168.0.1/"' in shown
    assert "public internet" in html(desk.post(f"{HOME}new/", given(url="https://192.168.0.1/")))
    unchosen = desk.post(f"{HOME}new/", {"name": "Shop", "url": URL})
    assert "Choose at least one" in html(unchosen)
    plain = desk.post(f"{HOME}new/", given(url="http://example.com/"))
    assert "https://" in html(plain)
    unknown = desk.post(f"{HOME}new/", given(topics=["contact.exploded"]))
    assert unknown.status_code == 422
    assert not Endpoint.objects.exists()


def test_everything_is_one_tick(desk: Client) -> None:
    desk.post(f"{HOME}new/", given(everything="on", topics=[]))

    assert Endpoint.objects.get().topics == ["*"]


def test_every_act_answers_with_a_receipt(desk: Client, admin: Any) -> None:
    row, _ = make_endpoint(admin, URL)
    here = f"{HOME}{row.pk}/"

    assert_receipt(desk.post(f"{here}edit/", given()), undo=True, says="saved")
    assert_receipt(desk.post(f"{here}state/", {"state": "paused"}), undo=True, says="paused")
    assert_receipt(desk.post(f"{here}state/", {"state": "active"}), undo=True, says="is on")
    assert_receipt(desk.post(f"{here}test/"), undo=False, says="test")
    assert_receipt(desk.post(f"{here}again/"), undo=False, says="nothing")
    assert_receipt(desk.post(f"{here}secret/"), undo=False, says="new secret")
    assert_receipt(desk.post(f"{here}secret/end/"), undo=False, says="signs no more")
    assert_receipt(desk.post(f"{HOME}sent/{Delivery.objects.get().pk}/again/"), undo=False, says="again")
    assert desk.post(f"{here}state/", {"state": "exploded"}).status_code == 422
    gone = assert_receipt(desk.post(f"{here}delete/"), undo=True, says="deleted")
    assert desk.get(here).status_code == 404
    assert_receipt(desk.post(f"/undo/{gone.undo}/"))
    assert desk.get(here).status_code == 200


def test_a_test_arrives_and_its_page_shows_the_answer(desk: Client, admin: Any, heard: Receiver) -> None:
    row, _ = make_endpoint(admin, heard.url, "contact.created")
    heard.reply = (200, {}, b"thank you")
    sent = desk.post(f"{HOME}{row.pk}/test/")
    assert "on its way" in html(desk.get(sent["Location"]))
    work_off()

    shown = html(desk.get(sent["Location"]))
    (one,) = heard.heard
    assert one.told["type"] == "webhook.test"
    assert one.headers["webhook-id"] in shown
    assert "HTTP 200" in shown
    assert "thank you" in shown
    assert one.headers["webhook-signature"] not in shown


def test_trouble_says_since_when_and_what_to_do(desk: Client, admin: Any, heard: Receiver) -> None:
    heard.reply = (500, {}, b"<script>alert(1)</script>")
    row, _ = make_endpoint(admin, heard.url)
    make_waiting(row, 12)
    desk.post(f"{HOME}{row.pk}/test/")
    work_off()

    listed, shown = html(desk.get(HOME)), html(desk.get(f"{HOME}{row.pk}/"))
    assert "Failing" in listed
    assert "The server answered with an error." in listed
    assert "First failure" in shown
    assert "Send a test" in shown
    tried = Delivery.objects.filter(attempts__gt=0).first()
    page = html(desk.get(f"{HOME}sent/{tried.pk}/"))
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    Endpoint.objects.update(state=State.OFF, reason="failing", state_at=timezone.now())
    off = html(desk.get(f"{HOME}{row.pk}/"))
    assert "Switch on" in off
    assert "days on end" in off


def test_the_log_is_paged_and_filtered(desk: Client, admin: Any) -> None:
    row, _ = make_endpoint(admin, URL)
    make_waiting(row, 60)
    make_waiting(row, 2, outcome="failed", done_at=timezone.now())
    here = f"{HOME}{row.pk}/"

    first = html(desk.get(here))
    older = re.search(r'href="(\S+before=\d+)#log"', first)[1].replace("&amp;", "&")
    assert first.count("<tr data-row") == 50
    assert html(desk.get(older)).count("<tr data-row") == 12
    assert html(desk.get(f"{here}?outcome=failed")).count("<tr data-row") == 2
    assert "No message of this kind" in html(desk.get(f"{here}?outcome=delivered"))
    for odd in ("?outcome=x&before=²", "?before=999999999999999999999999", "?before=-1"):
        assert desk.get(here + odd).status_code == 200


def test_what_a_receiver_repeats_of_a_record_is_kept_nowhere(
    desk: Client, admin: Any, heard: Receiver
) -> None:
    """The log is no second door, and nothing that an erasure would have to look for."""
    heard.reply = lambda one: (400, {}, one.body[:900])
    row, _ = make_endpoint(admin, heard.url, "contact.created", with_record=True)
    create(admin, last_name="Canary")
    work_off()
    assert b"Canary" in heard.heard[0].body

    assert "Canary" not in str([*Attempt.objects.values(), *Delivery.objects.values()])
    page = html(desk.get(f"{HOME}sent/{Delivery.objects.get().pk}/"))
    assert "HTTP 400" in page
    assert "Canary" not in page
    desk.post(f"{HOME}{row.pk}/test/")
    work_off()
    assert "webhook.test" in Attempt.objects.order_by("-pk").first().answer


def test_deleted_webhooks_are_nowhere(desk: Client, admin: Any) -> None:
    row, _ = make_endpoint(admin, URL)
    (delivery,) = make_waiting(row, 1)
    desk.post(f"{HOME}{row.pk}/delete/")

    for page in (f"{HOME}{row.pk}/", f"{HOME}{row.pk}/edit/", f"{HOME}sent/{delivery.pk}/", f"{HOME}0/"):
        assert desk.get(page).status_code == 404
    assert desk.post(f"{HOME}sent/{delivery.pk}/again/").status_code == 404


def test_the_list_asks_little(desk: Client, admin: Any, django_assert_max_num_queries: Any) -> None:
    for _ in range(3):
        row, _ = make_endpoint(admin, URL)
        make_waiting(row, 10)
    with django_assert_max_num_queries(16):
        desk.get(HOME)


def test_the_audit_trail_tells_of_webhooks_to_those_who_manage_them(admin: Any) -> None:
    row, _ = make_endpoint(admin, URL)
    auditor = make_user(make_role(records={"*": {"view": "all"}}, powers=["audit.view", "users.manage"]))

    assert row.name in html(browser(admin).get("/audit/?kind=webhook"))
    assert row.name not in html(browser(auditor).get("/audit/?kind=webhook"))


def test_the_log_tells_nothing_of_records_and_fields_that_its_reader_may_not_see(
    admin: Any, heard: Receiver
) -> None:
    row, _ = make_endpoint(admin, heard.url, "contact.updated", "account.created")
    theirs, mine = create(admin, last_name="Theirs").record, create(admin, last_name="Mine").record
    reader = make_user(
        make_role(
            records={"contact": {"view": "own"}},
            powers=["integrations.manage"],
            hidden={"contact": ["tags"]},
        )
    )
    type(mine).objects.filter(pk=mine.pk).update(owner=reader)
    for one in (theirs, mine):
        one.refresh_from_db()
        change(admin, one, tags=["x"], job_title="Buyer")
    create(admin, ACCOUNT, name="Vela Foods")
    work_off()
    page = browser(reader)

    log = html(page.get(f"{HOME}{row.pk}/"))
    assert log.count("Something you may not see") >= 2
    assert f"Contact {mine.pk}" in log
    assert f"Contact {theirs.pk}" not in log
    assert "account.created</a>" not in log
    told = {
        one.record_id: html(page.get(f"{HOME}sent/{one.pk}/"))
        for one in Delivery.objects.filter(kind="contact")
    }
    assert "job_title" in told[mine.pk]
    assert "tags" not in told[mine.pk]
    assert "1 changed field that you may not see" in told[mine.pk]
    assert "job_title" not in told[theirs.pk]
    assert f"/contacts/{theirs.pk}" not in told[theirs.pk]

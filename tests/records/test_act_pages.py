"""Trash, undo, acts on many and merging as a browser meets them."""

from typing import Any

import pytest
from django.test import Client

from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.records.actions import life
from keen.records.actions.save import Wish, save
from tests.factories.people import make_contact
from tests.factories.records import HTMX, browser, html
from tests.receipts import assert_receipt, shown_receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(owner: Any) -> Client:
    """The owner's browser."""
    return browser(owner)


def test_deleting_leads_to_the_list_and_undo_back(client: Client, contact: Contact) -> None:
    answer = client.post(f"/contacts/{contact.pk}/delete/")
    assert answer["Location"].startswith("/contacts/?r=")
    receipt = assert_receipt(answer, undo=True, says="Amira Haddad is in the trash.")
    assert "Amira Haddad" in html(client.get("/contacts/trash/"))
    undone = client.post(
        f"/undo/{receipt.undo}/", headers={"Referer": "http://testserver/contacts/?r=x&sort=city"}
    )
    assert undone["Location"].startswith("/contacts/?sort=city&r=")
    assert_receipt(undone, undo=True, says="Taken back")
    assert Contact.objects.living().count() == 1


def test_by_htmx_deleting_turns_the_page(client: Client, contact: Contact) -> None:
    answer = client.post(f"/contacts/{contact.pk}/delete/", headers=HTMX)
    assert answer.status_code == 204
    assert_receipt(client.get(answer["HX-Redirect"]), undo=True)


def test_restoring_leads_to_the_record(client: Client, owner: Any, contact: Contact) -> None:
    life.delete(CONTACT, actor=owner.actor(), record_id=contact.pk)
    answer = client.post(f"/contacts/{contact.pk}/restore/")
    assert answer["Location"].startswith(f"/contacts/{contact.pk}/?r=")
    assert_receipt(answer, undo=True, says="is back")


def test_undoing_a_creation_on_the_records_own_page_leads_away_from_it(client: Client) -> None:
    made = assert_receipt(client.post("/contacts/new/", {"last_name": "Haddad"}), undo=True)
    here = {"Referer": f"http://testserver{made.object}"}
    answer = client.post(f"/undo/{made.undo}/", headers=here)
    assert_receipt(answer, undo=True, says="Taken back")
    assert answer["Location"].startswith("/contacts/trash/?r=")


def test_by_htmx_undo_shows_the_page_anew(client: Client, contact: Contact) -> None:
    receipt = assert_receipt(client.post(f"/contacts/{contact.pk}/fact/job_title/", {"job_title": "Buyer"}))
    here = HTMX | {"HX-Current-URL": f"http://testserver/contacts/{contact.pk}/?r=1"}
    answer = client.post(f"/undo/{receipt.undo}/", headers=here)
    assert answer["HX-Redirect"].startswith(f"/contacts/{contact.pk}/?r=")
    assert_receipt(client.get(answer["HX-Redirect"]), undo=True)
    away = client.post(f"/undo/{receipt.undo}/", headers=HTMX)
    assert away.status_code == 422
    assert_receipt(away, outcome="not_saved", says="taken back already")


@pytest.mark.parametrize(
    "referer",
    [
        "https://evil.example/contacts/",
        "//evil.example/",
        "http://testserver.evil.example/",
        "http://[bad",
        "",
    ],
)
def test_undo_never_leads_out_of_keen(client: Client, contact: Contact, referer: str) -> None:
    receipt = assert_receipt(client.post(f"/contacts/{contact.pk}/fact/job_title/", {"job_title": "Buyer"}))
    answer = client.post(f"/undo/{receipt.undo}/", headers={"Referer": referer})
    assert answer["Location"].startswith(f"/contacts/{contact.pk}/?r=")


def test_undo_of_somebody_else_is_not_there(colleague: Any, client: Client, contact: Contact) -> None:
    receipt = assert_receipt(client.post(f"/contacts/{contact.pk}/fact/job_title/", {"job_title": "Buyer"}))
    assert browser(colleague).post(f"/undo/{receipt.undo}/").status_code == 404
    assert browser(colleague).get(f"/contacts/{contact.pk}/?r={receipt.undo}").status_code == 200
    assert shown_receipt(browser(colleague).get(f"/contacts/{contact.pk}/?r={receipt.undo}")) is None


def test_by_htmx_a_refusal_is_a_receipt(stranger: Any, reader: Any, contact: Contact) -> None:
    for user, status in ((stranger, 404), (reader, 403)):
        answer = browser(user).post(
            f"/contacts/{contact.pk}/fact/job_title/", {"job_title": "x"}, headers=HTMX
        )
        assert answer.status_code == status
        assert "<html" not in html(answer)


def test_many_are_shown_before_they_are_changed(
    client: Client, owner: Any, contact: Contact, stranger: Any
) -> None:
    foreign = make_contact("Zoe Secret", owner=stranger, team=stranger.team)
    ids = {"ids": [contact.pk, foreign.pk], "act": "change", "field": "language"}
    preview = client.post("/contacts/bulk/", ids)
    assert preview.status_code == 200
    assert "1 contact will change, 1 stay because they are not yours to change." in html(preview)
    assert "Zoe Secret" not in html(preview)
    answer = client.post(
        "/contacts/bulk/", ids | {"language": "German", "_sure": "1", "back": "/contacts/?city=Berlin"}
    )
    assert answer["Location"].startswith("/contacts/?city=Berlin&r=")
    assert_receipt(answer, undo=True, says="Language changed on 1 contact.")
    assert Contact.objects.get(pk=foreign.pk).language == ""


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 422),
        ({"ids": ["x", "²"]}, 422),
        ({"ids": ["1"], "act": "explode"}, 404),
        ({"ids": ["1"], "act": "change", "field": "version", "version": "1", "_sure": "1"}, 404),
        ({"ids": ["1"], "act": "change", "field": "last_name", "last_name": "", "_sure": "1"}, 404),
        ({"ids": ["1"], "act": "tag", "tags": "", "_sure": "1"}, 422),
        ({"ids": ["1"], "act": "assign", "owner": "999999", "_sure": "1"}, 422),
        ({"ids": ["1"], "act": "change", "field": "birthday", "birthday": "soon", "_sure": "1"}, 422),
    ],
)
def test_what_does_not_fit_many_is_refused(client: Client, sent: dict[str, Any], status: int) -> None:
    assert client.post("/contacts/bulk/", sent).status_code == status


def test_a_selection_leads_to_its_export(client: Client, contact: Contact) -> None:
    answer = client.post("/contacts/bulk/", {"ids": [contact.pk], "act": "export"})
    assert answer["Location"] == f"/contacts/export/?ids={contact.pk}"


def test_every_act_on_many_has_its_page_and_its_receipt(client: Client, owner: Any, contact: Contact) -> None:
    for act, typed in (("tag", {"tags": "fair"}), ("assign", {"owner": ""}), ("delete", {})):
        assert client.post("/contacts/bulk/", {"ids": contact.pk, "act": act}).status_code == 200
        answer = client.post("/contacts/bulk/", {"ids": contact.pk, "act": act, "_sure": "1", **typed})
        client.post(f"/undo/{assert_receipt(answer, undo=True).undo}/")
    assert Contact.objects.living().get().tags == ["vip"]


def test_duplicates_are_shown_with_reasons_and_merged(
    client: Client, owner: Any, stranger: Any, contact: Contact
) -> None:
    twin = make_contact(
        "Amira Haddad", owner=owner, team=owner.team, emails=["amira@vela.example"], job_title="Buyer"
    )
    make_contact(
        "Amira Haddad",
        owner=stranger,
        team=stranger.team,
        emails=["amira@vela.example"],
        job_title="Hidden one",
    )
    save(CONTACT, actor=owner.actor(), wish=Wish({"job_title": "Head"}, contact.pk))
    page = html(client.get(f"/contacts/{contact.pk}/duplicates/"))
    assert f"/contacts/{contact.pk}/merge/{twin.pk}/" in page
    assert "Hidden one" not in page
    both = html(client.get(f"/contacts/{contact.pk}/merge/{twin.pk}/"))
    assert 'name="m-job_title" value="1"' in both
    answer = client.post(f"/contacts/{contact.pk}/merge/{twin.pk}/", {"m-job_title": "1"})
    assert_receipt(answer, undo=True, says="are now one")
    assert Contact.objects.get(pk=contact.pk).job_title == "Buyer"


def test_while_one_types_what_is_known_is_shown(client: Client, stranger: Any, contact: Contact) -> None:
    at = "/contacts/duplicates/check/?last_name=Haddad&first_name=Amira&emails=amira@vela.example"
    assert "Amira Haddad" in html(client.get(at))
    assert "Amira" not in html(browser(stranger).get(at))
    assert html(client.get("/contacts/duplicates/check/?last_name=")).strip() == ""

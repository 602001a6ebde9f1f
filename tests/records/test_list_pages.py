"""Lists, saved views and stars as a browser meets them."""

import re
from typing import Any

import pytest
from django.test import Client

from keen.core.models import User
from keen.people.models import Account, Contact
from keen.records.models import Favourite, SavedList
from tests.factories.core import make_user
from tests.factories.people import make_account, make_contact
from tests.factories.records import HTMX, browser, html
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(owner: Any) -> Client:
    """The owner's browser."""
    return browser(owner)


def test_a_view_is_kept_pinned_and_deleted(client: Client, owner: Any, colleague: Any) -> None:
    sent = {"kind": "contact", "name": "Berlin", "query": "city=Berlin&after=x&r=y", "pin": "on"}
    answer = client.post("/lists/save/", sent)
    kept = SavedList.objects.get()
    assert kept.query == "city=Berlin"
    assert_receipt(answer, undo=True, says="View “Berlin” kept.")
    assert answer["Location"].startswith(f"/contacts/?city=Berlin&view={kept.pk}&r=")
    assert "Pinned views" in html(client.get("/contacts/"))
    assert browser(colleague).post(f"/lists/{kept.pk}/pin/").status_code == 404
    assert browser(colleague).post(f"/lists/{kept.pk}/delete/").status_code == 404
    assert_receipt(client.post(f"/lists/{kept.pk}/pin/"), undo=False)
    assert "Pinned views" not in html(client.get("/contacts/"))
    assert_receipt(client.post(f"/lists/{kept.pk}/delete/"), undo=True)
    assert not SavedList.objects.exists()


def test_keeping_and_deleting_a_view_are_taken_back_and_stand_in_the_audit_trail(
    client: Client, owner: Any
) -> None:
    sent = {"kind": "contact", "name": "Berlin", "query": "city=Berlin", "pin": "on"}
    kept_by = assert_receipt(client.post("/lists/save/", sent), undo=True)
    kept = SavedList.objects.get()
    shown = SavedList.objects.values().get()

    deleted_by = assert_receipt(client.post(f"/lists/{kept.pk}/delete/"), undo=True)
    assert_receipt(client.post(f"/undo/{deleted_by.undo}/"), says="Taken back")
    assert SavedList.objects.values().get() | {"created_at": 0} == shown | {"created_at": 0}
    assert [pin["label"] for pin in User.objects.get(pk=owner.pk).pins] == ["Berlin"]
    assert_receipt(client.post(f"/undo/{kept_by.undo}/"))
    assert (SavedList.objects.count(), User.objects.get(pk=owner.pk).pins) == (0, [])

    trail = html(browser(make_user("administrator")).get("/audit/?kind=view"))
    assert trail.count("View “Berlin”") == 4


def test_a_deleted_view_does_not_come_back_under_a_name_that_is_taken(client: Client) -> None:
    sent = {"kind": "contact", "name": "Berlin", "query": "city=Berlin"}
    client.post("/lists/save/", sent)
    gone = assert_receipt(client.post(f"/lists/{SavedList.objects.get().pk}/delete/"))
    client.post("/lists/save/", sent | {"query": "city=Kiel"})
    answer = client.post(f"/undo/{gone.undo}/")
    assert (answer.status_code, SavedList.objects.get().query) == (422, "city=Kiel")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"name": ""}, 422),
        ({"name": "x", "share": "moon"}, 422),
        ({"name": "x", "share": "all"}, 403),
        ({"name": "x", "query": "city=" + "x" * 2000}, 422),
        ({"name": "x", "kind": "user"}, 404),
    ],
)
def test_a_view_that_does_not_fit_is_refused(client: Client, sent: dict[str, str], status: int) -> None:
    assert client.post("/lists/save/", {"kind": "contact"} | sent).status_code == status
    assert not SavedList.objects.exists()


def test_a_shared_view_shows_everybody_their_own_rows(manager: Any, stranger: Any, contact: Contact) -> None:
    browser(manager).post(
        "/lists/save/", {"kind": "contact", "name": "Ours", "share": "all", "query": "city=Berlin"}
    )
    kept = SavedList.objects.get()
    page = html(browser(stranger).get(f"/contacts/?city=Berlin&view={kept.pk}"))
    assert "Ours" in page
    assert "Amira" not in page


def test_a_star_is_put_on_and_taken_off(client: Client, stranger: Any, contact: Contact) -> None:
    assert_receipt(client.post(f"/star/contact/{contact.pk}/"), undo=False, says="a favourite now")
    assert Favourite.objects.count() == 1
    assert_receipt(client.post(f"/star/contact/{contact.pk}/"), undo=False, says="no longer a favourite")
    assert not Favourite.objects.exists()
    assert browser(stranger).post(f"/star/contact/{contact.pk}/").status_code == 404
    assert client.post("/star/user/1/").status_code == 404


def test_a_list_leads_on_and_back(client: Client, owner: Any) -> None:
    for number in range(60):
        make_contact(f"Ada {number:02}", owner=owner, team=owner.team)
    first = html(client.get("/contacts/?last_name.filled=1"))
    following = re.search(r'href="(/contacts/\?[^"]*after=[^"]*)"', first)
    assert following
    second = html(client.get(following[1].replace("&amp;", "&")))
    assert "Ada 59" in second
    assert "Ada 00" not in second
    back = re.search(r'href="(/contacts/\?[^"]*before=[^"]*)"', second)
    assert back
    assert "Ada 00" in html(client.get(back[1].replace("&amp;", "&")))


def test_a_filter_of_the_form_becomes_an_address(client: Client) -> None:
    asked = {"_field": "city", "_operator": "contains", "_value": "Ber", "sort": "city", "mode": "filter"}
    assert client.get("/contacts/", asked)["Location"] == "/contacts/?sort=city&city.contains=Ber"
    asked = {"_field": "city", "_operator": "empty"}
    assert client.get("/contacts/", asked)["Location"] == "/contacts/?city.empty=1"


def test_an_empty_list_says_why(client: Client, contact: Contact) -> None:
    assert "Nothing matches" in html(client.get("/contacts/?city=Atlantis"))
    assert "No accounts yet" in html(client.get("/accounts/?")) or Account.objects.exists()


def test_a_list_without_names_of_people_has_titles(client: Client, owner: Any) -> None:
    make_contact(" ", owner=owner, team=owner.team, emails=["nameless@vela.example"])
    assert ">nameless@vela.example</a></td>" in html(client.get("/contacts/"))
    assert client.get("/activities/").status_code == 200


@pytest.mark.parametrize("count", [1, 60])
@pytest.mark.parametrize(
    ("address", "most"),
    [("/contacts/", 8), ("/contacts/?sort=-last_contact_at&city.contains=Ber", 10), ("/accounts/", 8)],
)
def test_a_list_asks_few_questions_however_long_it_is(
    client: Client, owner: Any, address: str, most: int, count: int, django_assert_max_num_queries: Any
) -> None:
    company = make_account(owner=owner, team=owner.team, city="Berlin")
    for _ in range(count):
        make_contact(owner=owner, team=owner.team, city="Berlin", account=company)
    client.get(address)
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == 200


def test_writing_asks_few_questions(
    client: Client, contact: Contact, django_assert_max_num_queries: Any
) -> None:
    client.get("/contacts/")
    with django_assert_max_num_queries(
        14
    ):  # with the two of the savepoint that is a transaction outside of tests
        client.post("/contacts/new/", {"last_name": "Haddad", "emails": "a@b.example", "_once": "abc"})
    with django_assert_max_num_queries(16):
        client.post(f"/contacts/{contact.pk}/fact/job_title/", {"job_title": "Buyer"}, headers=HTMX)


def test_a_record_page_asks_few_questions(
    client: Client, contact: Contact, django_assert_max_num_queries: Any
) -> None:
    from dataclasses import replace

    from keen.core.wiring import rewired, wired

    client.get(f"/contacts/{contact.pk}/")
    with rewired(replace(wired(), panels=())), django_assert_max_num_queries(8):
        client.get(f"/contacts/{contact.pk}/")

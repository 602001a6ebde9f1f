"""Making and looking at records as a browser meets it."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from keen.people.models import Account, Contact
from keen.people.records import CONTACT
from keen.records.actions.merge import merge
from keen.records.actions.save import Wish, save
from keen.records.models import Recent
from tests.factories.core import make_role, make_user
from tests.factories.people import make_account, make_contact
from tests.factories.records import HTMX, browser, html, input_value
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(owner: Any) -> Client:
    """The owner's browser."""
    return browser(owner)


def test_a_contact_is_made_by_its_form_and_the_page_says_so(client: Client) -> None:
    form = client.get("/contacts/new/")
    answer = client.post(
        "/contacts/new/",
        {
            "last_name": "Haddad",
            "first_name": "Amira",
            "account_text": "Vela",
            "_once": input_value(form, "_once"),
        },
    )
    made = Contact.objects.get()
    assert answer.status_code == 303
    assert answer["Location"].startswith(f"/contacts/{made.pk}/?r=")
    receipt = assert_receipt(answer, undo=True, says="Contact Amira Haddad added.")
    assert receipt.object == f"/contacts/{made.pk}/"
    assert receipt.next == f"/contacts/{made.pk}/#write"
    assert made.account_name == "Vela"


def test_a_form_that_is_sent_twice_makes_one(client: Client) -> None:
    sent = {"last_name": "Haddad", "_once": input_value(client.get("/contacts/new/"), "_once")}
    first, second = (client.post("/contacts/new/", sent) for _ in range(2))
    assert Contact.objects.count() == 1
    assert first["Location"] == second["Location"]
    client.post("/contacts/new/", sent | {"last_name": "Berg"})
    assert Contact.objects.count() == 2


def test_a_form_that_fails_keeps_everything_and_leads_to_what_is_wrong(client: Client) -> None:
    sent = {
        "first_name": "Amira",
        "last_name": "",
        "emails": ["amira@vela.example", "nobody"],
        "emails_label": ["private", "work"],
        "account_text": "Vela “Foods”",
        "job_title": "<b>Buyer</b>",
        "_back": "/accounts/",
        "_once": "abc",
    }
    answer = client.post("/contacts/new/", sent)
    assert answer.status_code == 422
    page = html(answer)
    assert "data-focus" in page
    assert 'href="#f-last_name"' in page
    assert "Last name is missing." in page
    assert "“nobody” is not an e-mail address." in page
    assert 'value="amira@vela.example"' in page
    assert 'value="nobody"' in page
    assert 'value="Vela “Foods”"' in page
    assert "&lt;b&gt;Buyer&lt;/b&gt;" in page
    assert (input_value(answer, "_back"), input_value(answer, "_once")) == ("/accounts/", "abc")
    assert not Contact.objects.exists()


def test_all_fields_come_without_losing_what_was_typed(client: Client) -> None:
    answer = client.post("/contacts/new/", {"last_name": "Haddad", "_more": "1"})
    assert answer.status_code == 200
    assert input_value(answer, "last_name") == "Haddad"
    assert 'name="department"' in html(answer)
    assert not Contact.objects.exists()
    client.post("/contacts/new/", {"last_name": "Haddad", "department": "Sales", "_all": "1"})
    assert Contact.objects.get().department == "Sales"


def test_what_the_address_holds_is_filled_in(client: Client, account: Account) -> None:
    form = client.get(
        f"/contacts/new/?account={account.pk}&last_name=Berg&department=Sales&emails=bo@berg.example"
    )
    assert input_value(form, "last_name") == "Berg"
    assert input_value(form, "department") == "Sales"
    assert "Vela Foods" in html(form)
    assert "bo@berg.example" in html(form)


def test_the_address_does_not_name_what_is_input_value(stranger: Any, account: Account) -> None:
    assert "Vela Foods" not in html(browser(stranger).get(f"/contacts/new/?account={account.pk}"))


def test_a_form_leads_back_within_keen_only(client: Client) -> None:
    for back, leads in (
        ("/accounts/", "/accounts/"),
        ("https://evil.example/", "/contacts/"),
        ("//evil.example", "/contacts/"),
    ):
        answer = client.post("/contacts/new/", {"last_name": "Haddad", "_back": back})
        assert answer["Location"].startswith(leads)


@pytest.mark.parametrize(
    "name", ["version", "deleted_at", "merged_into", "absorbed", "owner_id", "created_by", "sort_name"]
)
def test_a_form_that_writes_columns_of_its_own_is_refused(
    client: Client, contact: Contact, name: str
) -> None:
    for at in (
        "/contacts/new/",
        f"/contacts/{contact.pk}/edit/",
        f"/contacts/{contact.pk}/fact/tags/",
        f"/contacts/{contact.pk}/resolve/",
    ):
        answer = client.post(at, {"last_name": "Haddad", "tags": "x", name: "1"})
        assert answer.status_code == 403
        assert name in html(answer)
    assert Contact.objects.get().version == 1


def test_a_hidden_field_is_neither_shown_nor_written(owner: Any, team: Any, contact: Contact) -> None:
    everything = dict.fromkeys(("view", "add", "edit", "delete", "export"), "all")
    save(CONTACT, actor=owner.actor(), wish=Wish({"job_title": "Secret buyer"}, contact.pk))
    client = browser(
        make_user(make_role(records={"*": everything}, hidden={"contact": ["job_title", "emails"]}), team)
    )
    for at in ("", "?mode=peek", "edit/", "history/", "duplicates/"):
        page = html(client.get(f"/contacts/{contact.pk}/{at}"))
        assert "Secret buyer" not in page, at
        assert "amira@vela" not in page, at
        assert "Amira Haddad" in page, at
    assert "Secret buyer" not in html(client.get("/contacts/"))
    assert client.get("/contacts/?job_title.contains=S").status_code == 422
    assert client.get("/contacts/?cols=job_title").status_code == 422
    assert client.get("/contacts/?sort=job_title").status_code == 422
    assert client.get("/contacts/export/?format=csv&job_title=x").status_code == 422
    assert b"Secret" not in b"".join(client.get("/contacts/export/?format=csv"))
    assert client.get(f"/contacts/{contact.pk}/fact/job_title/").status_code == 404
    assert client.get(f"/contacts/{contact.pk}/fact/job_title/show/", headers=HTMX).status_code == 404
    assert client.post(f"/contacts/{contact.pk}/edit/", {"job_title": "x"}).status_code == 403
    assert Contact.objects.get().job_title == "Secret buyer"


def test_a_record_page_shows_the_facts_in_order(client: Client, contact: Contact) -> None:
    page = html(client.get(f"/contacts/{contact.pk}/"))
    places = [page.index(f">{title}</h2>") for title in ("Reach", "Facts", "Who", "Not known yet")]
    assert places == sorted(places)
    assert "Consent" not in page[: places[-1]]
    assert 'href="mailto:amira@vela.example"' in page
    assert 'href="tel:+49305550101"' in page
    assert "+49 30 5550101" in page
    assert f'href="/accounts/{contact.account_id}/"' in page
    assert f"/r/C-{contact.pk}" in page


def test_a_reader_sees_facts_without_pencils(reader: Any, contact: Contact) -> None:
    page = html(browser(reader).get(f"/contacts/{contact.pk}/"))
    assert "amira@vela.example" in page
    assert "data-edit" not in page
    assert "Move to trash" not in page
    assert "Not known yet" not in page
    assert "data-edit" not in html(browser(reader).get(f"/contacts/{contact.pk}/fact/tags/show/"))


def test_opening_a_record_is_remembered_once(client: Client, contact: Contact) -> None:
    for _ in range(2):
        client.get(f"/contacts/{contact.pk}/")
    client.head(f"/contacts/{contact.pk}/")
    assert Recent.objects.count() == 1


def test_the_address_of_a_merged_record_leads_to_the_other_one(
    client: Client, owner: Any, stranger: Any, contact: Contact
) -> None:
    other = make_contact(owner=owner, team=owner.team)
    merge(CONTACT, actor=owner.actor(), keep_id=contact.pk, lose_id=other.pk, chosen={})
    answer = client.get(f"/contacts/{other.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/contacts/{contact.pk}/")
    assert browser(stranger).get(f"/contacts/{other.pk}/").status_code == 404


def test_a_permanent_link_leads_to_the_record(client: Client, contact: Contact) -> None:
    assert client.get(f"/r/C-{contact.pk}")["Location"] == f"/contacts/{contact.pk}/"
    assert client.get("/r/X-1").status_code == 404


def test_the_history_tells_every_change_in_words(
    client: Client, owner: Any, stranger: Any, contact: Contact
) -> None:
    hidden_account = make_account("Secret partner", owner=stranger, team=stranger.team)
    for values in ({"job_title": "Buyer"}, {"account": ""}, {"email_opt_out": True}):
        save(CONTACT, actor=owner.actor(), wish=Wish(values, contact.pk))
    save(
        CONTACT,
        actor=make_user("data_steward", owner.team).actor(),
        wish=Wish({"account": hidden_account.pk}, contact.pk),
    )
    page = html(client.get(f"/contacts/{contact.pk}/history/"))
    for words in (
        "Job title",
        "Buyer",
        "Vela Foods",
        "yes",
        owner.name,
        "added this",
        "one that you cannot see",
    ):
        assert words in page, words
    assert "Secret partner" not in page
    assert "account_id" not in page


def test_a_long_history_is_paged(client: Client, owner: Any, contact: Contact) -> None:
    for number in range(105):
        save(CONTACT, actor=owner.actor(), wish=Wish({"job_title": f"Buyer {number}"}, contact.pk))
    page = html(client.get(f"/contacts/{contact.pk}/history/"))
    older = re.search(r'href="(\?before=\d+)"', page)
    assert older
    assert "added this" in html(client.get(f"/contacts/{contact.pk}/history/{older[1]}"))
    assert client.get(f"/contacts/{contact.pk}/history/?before=²").status_code == 200


@pytest.mark.parametrize(
    "hostile",
    ["//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example", "javascript:alert(1)"],
)
def test_a_form_carries_no_way_back_that_leads_out_of_the_house(
    client: Client, contact: Contact, hostile: str
) -> None:
    address = f"/contacts/{contact.pk}/edit/"
    assert 'name="_back" value=""' in html(client.get(address, {"back": hostile}))
    sent = {"_back": hostile, "last_name": "", "_version": contact.version}
    assert 'name="_back" value=""' in html(client.post(address, sent))
    sent["last_name"] = "Okafor"
    assert client.post(address, sent)["Location"].startswith(f"/contacts/{contact.pk}/?r=")


def test_a_form_leads_back_to_where_it_was_opened(client: Client, contact: Contact) -> None:
    back = "/contacts/?city=Berlin&note=%2f%2fevil.example"
    page = client.get(f"/contacts/{contact.pk}/edit/", {"back": back})
    assert unescape(input_value(page, "_back")) == back


def test_keys_of_the_navigation_are_those_that_were_declared_and_no_others() -> None:
    page = html(browser(make_user("administrator")).get("/contacts/"))
    lines = dict(re.findall(r'<a class="nav-a" href="([^"?]+)[^>]*? data-key="([^"]*)"', page))
    assert (lines["/contacts/"], lines["/accounts/"]) == ("g p", "g a")
    assert not {"/audit/", "/settings/people/"} & lines.keys()

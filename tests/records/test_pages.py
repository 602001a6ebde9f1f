"""Record pages as a browser meets them: what they show, what they keep, what they answer to a write."""

import re
from typing import Any

import pytest
from django.test import Client

from keen.people.models import Account, Contact
from keen.people.records import CONTACT
from keen.records.actions import life
from keen.records.actions.merge import merge
from keen.records.actions.save import Wish, save
from keen.records.models import Favourite, Recent, SavedList
from tests.factories.core import make_role, make_user
from tests.factories.people import make_account, make_contact
from tests.receipts import assert_receipt, shown_receipt

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(owner: Any) -> Client:
    """The owner's browser."""
    return browser(owner)


def browser(user: Any) -> Client:
    made = Client()
    made.force_login(user)
    return made


def html(response: Any) -> str:
    return str(response.content.decode())


def hidden(response: Any, name: str) -> str:
    """The value of a hidden input."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', html(response))
    assert found, f"no {name} in the form"
    return found[1]


def input_value(response: Any, name: str) -> str:
    found = re.search(rf'<input[^>]* name="{name}" value="([^"]*)"', html(response))
    assert found, f"no {name} in the form"
    return found[1]


# Making


def test_a_contact_is_made_by_its_form_and_the_page_says_so(client: Client) -> None:
    form = client.get("/contacts/new/")
    answer = client.post(
        "/contacts/new/",
        {
            "last_name": "Haddad",
            "first_name": "Amira",
            "account_text": "Vela",
            "_once": hidden(form, "_once"),
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
    sent = {"last_name": "Haddad", "_once": hidden(client.get("/contacts/new/"), "_once")}
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
    assert (hidden(answer, "_back"), hidden(answer, "_once")) == ("/accounts/", "abc")
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


def test_the_address_does_not_name_what_is_hidden(stranger: Any, account: Account) -> None:
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


def test_a_hidden_field_is_neither_shown_nor_written(team: Any, contact: Contact) -> None:
    everything = dict.fromkeys(("view", "add", "edit", "delete", "export"), "all")
    save(CONTACT, actor=contact.owner.actor(), wish=Wish({"job_title": "Secret buyer"}, contact.pk))
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
    assert b"Secret" not in b"".join(client.get("/contacts/export/?format=csv"))  # type: ignore[arg-type]
    assert client.get(f"/contacts/{contact.pk}/fact/job_title/").status_code == 404
    assert client.get(f"/contacts/{contact.pk}/fact/job_title/show/").status_code == 404
    assert client.post(f"/contacts/{contact.pk}/edit/", {"job_title": "x"}).status_code == 403
    assert Contact.objects.get().job_title == "Secret buyer"


# Looking


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


# Facts in place


def test_a_fact_is_edited_in_place(client: Client, contact: Contact) -> None:
    at = f"/contacts/{contact.pk}/fact/job_title/"
    form = client.get(at, headers=HTMX)
    assert html(form).strip().startswith('<div class="fact" id="fact-job_title">')
    answer = client.post(at, {"job_title": "Buyer", "_version": hidden(form, "_version")}, headers=HTMX)
    assert answer.status_code == 200
    assert html(answer).strip().startswith('<div class="fact" id="fact-job_title">')
    assert "Buyer" in html(answer)
    assert_receipt(answer, undo=True, says="Job title changed")
    assert 'hx-swap-oob="innerHTML"' in html(answer)
    assert_receipt(client.post(at, {"job_title": "Boss"}), undo=True)


def test_a_fact_that_is_wrong_comes_back_as_a_form(client: Client, contact: Contact) -> None:
    at = f"/contacts/{contact.pk}/fact/emails/"
    answer = client.post(at, {"emails": "nobody"}, headers=HTMX)
    assert answer.status_code == 422
    assert "“nobody” is not an e-mail address." in html(answer)
    assert 'value="nobody"' in html(answer)
    assert client.post(at, {"emails": "nobody"}).status_code == 422


@pytest.mark.parametrize("name", [field.name for field in CONTACT.fields if field.editable])
def test_every_fact_has_its_form_and_comes_back(client: Client, contact: Contact, name: str) -> None:
    assert client.get(f"/contacts/{contact.pk}/fact/{name}/").status_code == 200
    assert client.get(f"/contacts/{contact.pk}/fact/{name}/", headers=HTMX).status_code == 200
    assert client.get(f"/contacts/{contact.pk}/fact/{name}/show/", headers=HTMX).status_code == 200


@pytest.mark.parametrize("name", ["version", "city", "updated_at", "nothing", "owner_id"])
def test_what_is_no_fact_is_not_edited(client: Client, contact: Contact, name: str) -> None:
    assert client.post(f"/contacts/{contact.pk}/fact/{name}/", {name: "1"}).status_code in {403, 404}
    assert Contact.objects.get().version == 1


def test_a_field_that_is_unticked_is_a_no(client: Client, owner: Any, contact: Contact) -> None:
    save(CONTACT, actor=owner.actor(), wish=Wish({"do_not_call": True}, contact.pk))
    client.post(f"/contacts/{contact.pk}/fact/do_not_call/", {"_boxes": "do_not_call"})
    assert not Contact.objects.get().do_not_call


def test_giving_away_without_the_right_is_said_beside_the_field(
    colleague: Any, stranger: Any, contact: Contact
) -> None:
    answer = browser(colleague).post(
        f"/contacts/{contact.pk}/fact/owner/", {"owner": stranger.pk}, headers=HTMX
    )
    assert answer.status_code == 422
    assert "Only the owner or a manager" in html(answer)
    answer = browser(colleague).post(
        f"/contacts/{contact.pk}/edit/", {"owner": stranger.pk, "job_title": "Boss"}
    )
    assert answer.status_code == 422
    assert 'value="Boss"' in html(answer)


def test_giving_away_out_of_sight_leads_to_the_list(client: Client, stranger: Any, contact: Contact) -> None:
    answer = client.post(f"/contacts/{contact.pk}/edit/", {"owner": stranger.pk})
    assert answer["Location"].startswith("/contacts/?r=")
    assert_receipt(answer, undo=True, says="you no longer see this contact")


def test_an_owner_who_left_stays_the_owner_when_the_form_is_saved(
    client: Client, manager: Any, contact: Contact
) -> None:
    gone = make_user("sales_rep", manager.team)
    Contact.objects.filter(pk=contact.pk).update(owner=gone)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    form = browser(manager).get(f"/contacts/{contact.pk}/edit/")
    assert f'<option value="{gone.pk}" selected>{gone.name}</option>' in html(form)
    browser(manager).post(f"/contacts/{contact.pk}/edit/", {"owner": gone.pk, "job_title": "Buyer"})
    now = Contact.objects.get()
    assert (now.owner_id, now.job_title) == (gone.pk, "Buyer")


# Two at once


@pytest.fixture
def meanwhile(colleague: Any, contact: Contact) -> Contact:
    """The contact after the colleague changed it, while the owner's form stands open with version 1."""
    save(
        CONTACT,
        actor=colleague.actor(),
        wish=Wish({"job_title": "Head buyer", "tags": "vip, fair"}, contact.pk),
    )
    return contact


def test_two_who_wrote_different_things_choose(client: Client, colleague: Any, meanwhile: Contact) -> None:
    sent = {"job_title": "Owner", "tags": "vip, nord", "department": "Sales", "_version": "1"}
    answer = client.post(f"/contacts/{meanwhile.pk}/edit/", sent)
    assert answer.status_code == 409
    page = html(answer)
    assert f"Keep what {colleague.name} wrote: Head buyer" in page
    assert f"Keep what {colleague.name} wrote: fair, vip" in page
    assert "It was “empty” when you opened it." in page
    assert 'value="Owner"' in page
    assert 'value="Sales"' in page
    assert hidden(answer, "_version") == "2"
    chosen = sent | {"_version": "2", "_keep_job_title": "theirs", "_keep_tags": "both"}
    saved = client.post(f"/contacts/{meanwhile.pk}/resolve/", chosen)
    assert_receipt(saved, undo=True)
    now = Contact.objects.get()
    assert (now.job_title, now.department, now.tags) == ("Head buyer", "Sales", ["fair", "nord", "vip"])


def test_mine_may_win(client: Client, meanwhile: Contact) -> None:
    client.post(
        f"/contacts/{meanwhile.pk}/resolve/",
        {"job_title": "Owner", "_keep_job_title": "mine", "_version": "2"},
    )
    assert Contact.objects.get().job_title == "Owner"


def test_who_changed_it_again_is_asked_about_again(
    client: Client, colleague: Any, meanwhile: Contact
) -> None:
    save(CONTACT, actor=colleague.actor(), wish=Wish({"job_title": "Director"}, meanwhile.pk))
    answer = client.post(f"/contacts/{meanwhile.pk}/resolve/", {"job_title": "Owner", "_version": "2"})
    assert answer.status_code == 409
    assert "Director" in html(answer)


def test_a_fact_in_place_asks_in_place(client: Client, colleague: Any, meanwhile: Contact) -> None:
    at = f"/contacts/{meanwhile.pk}/fact/tags/"
    answer = client.post(at, {"tags": "vip, nord", "_version": "1"}, headers=HTMX)
    assert answer.status_code == 409
    assert html(answer).strip().startswith('<div class="fact" id="fact-tags">')
    assert f"{colleague.name} changed this to “fair, vip”" in html(answer)
    both = {"tags": "vip, nord", "_version": hidden(answer, "_version"), "_keep": "both"}
    assert client.post(at, both, headers=HTMX).status_code == 200
    assert Contact.objects.get().tags == ["fair", "nord", "vip"]


def test_a_form_that_is_wrong_in_the_choice_comes_back(client: Client, meanwhile: Contact) -> None:
    answer = client.post(f"/contacts/{meanwhile.pk}/resolve/", {"last_name": "", "_version": "2"})
    assert answer.status_code == 422
    assert "Last name is missing." in html(answer)


# Trash and undo


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


# Many


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


# Merging


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


# Views, stars


def test_a_view_is_kept_pinned_and_deleted(client: Client, owner: Any, colleague: Any) -> None:
    sent = {"kind": "contact", "name": "Berlin", "query": "city=Berlin&after=x&r=y", "pin": "on"}
    answer = client.post("/lists/save/", sent)
    kept = SavedList.objects.get()
    assert kept.query == "city=Berlin"
    assert_receipt(answer, undo=False, says="View “Berlin” kept.")
    assert answer["Location"].startswith(f"/contacts/?city=Berlin&view={kept.pk}&r=")
    assert "Pinned views" in html(client.get("/contacts/"))
    assert browser(colleague).post(f"/lists/{kept.pk}/pin/").status_code == 404
    assert browser(colleague).post(f"/lists/{kept.pk}/delete/").status_code == 404
    assert_receipt(client.post(f"/lists/{kept.pk}/pin/"), undo=False)
    assert "Pinned views" not in html(client.get("/contacts/"))
    assert_receipt(client.post(f"/lists/{kept.pk}/delete/"), undo=False)
    assert not SavedList.objects.exists()


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


# Lists


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
    [("/contacts/", 8), ("/contacts/?sort=-last_contact_at&city.contains=Ber", 8), ("/accounts/", 8)],
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

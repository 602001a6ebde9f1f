"""Facts edited in place, and the choice after two people changed the same."""

from typing import Any

import pytest
from django.test import Client

from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.records.actions.save import Wish, save
from tests.factories.core import make_user
from tests.factories.records import HTMX, browser, html, input_value
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(owner: Any) -> Client:
    """The owner's browser."""
    return browser(owner)


def test_a_fact_is_edited_in_place(client: Client, contact: Contact) -> None:
    at = f"/contacts/{contact.pk}/fact/job_title/"
    form = client.get(at, headers=HTMX)
    assert html(form).strip().startswith('<div class="fact" id="fact-job_title">')
    answer = client.post(at, {"job_title": "Buyer", "_version": input_value(form, "_version")}, headers=HTMX)
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
    assert input_value(answer, "_version") == "2"
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
    both = {"tags": "vip, nord", "_version": input_value(answer, "_version"), "_keep": "both"}
    assert client.post(at, both, headers=HTMX).status_code == 200
    assert Contact.objects.get().tags == ["fair", "nord", "vip"]


def test_a_form_that_is_wrong_in_the_choice_comes_back(client: Client, meanwhile: Contact) -> None:
    answer = client.post(f"/contacts/{meanwhile.pk}/resolve/", {"last_name": "", "_version": "2"})
    assert answer.status_code == 422
    assert "Last name is missing." in html(answer)

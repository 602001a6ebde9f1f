"""What is found, as it is shown."""

import pytest
from django.test import Client
from django.utils import timezone

from keen.records.models import Recent
from keen.records.pages import searching
from tests.factories.core import make_role, make_user
from tests.factories.people import make_account, make_contact
from tests.factories.searching import AWKWARD

pytestmark = pytest.mark.django_db


def test_the_page_groups_by_kind_and_says_why(client: Client) -> None:
    me = make_user("administrator")
    client.force_login(me)
    make_contact("Amira Haddad", tags=["Orbit fans"], phones=["030 555010"], owner=me)
    make_account("Orbit Labs", owner=me)

    page = client.get("/search/", {"q": "orbit"}).content.decode()

    assert 'id="found-contact"' in page
    assert 'id="found-account"' in page
    assert "Tags Orbit fans" in page
    assert 'href="tel:+4930555010"' in page

    narrowed = client.get("/search/", {"q": "orbit", "kind": "account"}).content.decode()

    assert 'id="found-contact"' not in narrowed
    assert 'id="found-account"' in narrowed


def test_the_page_offers_to_create_what_is_not_there(client: Client) -> None:
    client.force_login(make_user("administrator"))
    make_account("Orbit Labs")

    nothing = client.get("/search/", {"q": "Zorro Zed"}).content.decode()
    nearly = client.get("/search/", {"q": "orbit lbas"}).content.decode()

    assert "/contacts/new/?first_name=Zorro&amp;last_name=Zed" in nothing
    assert "/accounts/new/?name=Zorro+Zed" in nothing
    assert "Similar accounts" in nearly
    assert "/accounts/new/?name=orbit+lbas" in nearly


def test_nobody_is_offered_to_create_what_they_may_not(client: Client) -> None:
    looking = make_role("looking", records={"*": {"view": "all"}})
    client.force_login(make_user(looking))

    assert "/new/?" not in client.get("/search/", {"q": "Zorro Zed"}).content.decode()


def test_the_palette_answers_with_options_alone(client: Client) -> None:
    me = make_user("administrator")
    client.force_login(me)
    made = make_contact("Amira <b>Haddad", owner=me)
    Recent.objects.create(user=me, kind="contact", record_id=made.pk, at=timezone.now())

    found = client.get("/search/palette/", {"q": "hadd"}).content.decode()
    nothing = client.get("/search/palette/", {"q": "zorro"}).content.decode()
    untyped = client.get("/search/palette/").content.decode()

    assert found.strip().startswith('<div class="opt" role="option"')
    assert f'data-href="/contacts/{made.pk}/"' in found
    assert "Amira &lt;b&gt;Haddad" in found
    assert "<html" not in found
    assert "Create contact “zorro”" in nothing
    assert f'data-href="/contacts/{made.pk}/"' in untyped


def test_a_field_that_names_a_record_is_offered_those_of_its_kind(client: Client) -> None:
    client.force_login(make_user("administrator"))
    make_contact("Orbit Jones")
    labs = make_account("Orbit Labs")

    offered = client.get("/search/link/account/", {"q": "orbit"}).content.decode()

    assert f'data-value="{labs.pk}"' in offered
    assert "Orbit Jones" not in offered
    assert client.get("/search/link/nothing/", {"q": "orbit"}).status_code == 404


def test_typed_beginnings_are_marked() -> None:
    assert searching.marked("Amira Haddad", "had ami") == "<mark>Ami</mark>ra <mark>Had</mark>dad"
    assert searching.marked("Jörg <i>", "jorg") == "<mark>Jörg</mark> &lt;i&gt;"
    assert searching.marked("Weiß & Co", "weiss") == "Weiß &amp; Co"


@pytest.mark.parametrize("text", AWKWARD, ids=range(len(AWKWARD)))
def test_the_pages_answer_whatever_is_typed(client: Client, text: str) -> None:
    client.force_login(make_user("administrator"))
    typed = {"q": text.encode("utf-8", "replace").decode()}

    for address in ("/search/", "/search/palette/", "/search/link/contact/"):
        assert client.get(address, typed).status_code == 200

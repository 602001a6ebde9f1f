"""Fields of one's own that lead to records out of sight: the title beside them is told nowhere, nor what is made of it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keen.core.domain.actor import SYSTEM
from keen.core.models import User
from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.records.actions.save import Wish, save
from keen.records.queries import unseen
from tests.factories.activities import client_of
from tests.factories.api import assert_problem, program
from tests.factories.core import make_user
from tests.factories.fields import make_field
from tests.factories.people import make_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return make_user("administrator")


@pytest.fixture
def linked(owner: User, stranger: User) -> Contact:
    """A contact of the stranger that leads to one of the owner, with a formula of its title and one of that."""
    secret = make_contact("Secret Person", owner=owner, team=owner.team)
    buddy = make_field("Buddy", type="link", to="contact", listed=True)
    make_field("Loud", type="formula", formula="upper([Buddy])", listed=True)
    make_field("Louder", type="formula", formula='[Loud] + "!"', listed=True)
    found = make_contact("Vis Ible", owner=stranger, team=stranger.team)
    save(CONTACT, actor=SYSTEM, wish=Wish({buddy.name: secret.pk}, found.pk))
    return Contact.objects.get(pk=found.pk)


def doors(user: User, contact: Contact) -> dict[str, str]:
    client, api = client_of(user), program(user)
    here = f"/contacts/{contact.pk}/"
    answers = {
        "page": client.get(here), "list": client.get("/contacts/"), "history": client.get(f"{here}history/"),
        "only the formula": client.get("/contacts/?cols=x_louder"), "grid": client.get("/contacts/?grid=1"),
        "edit": client.get(f"{here}edit/"), "csv": client.get("/contacts/export/?format=csv"),
        "api": api.get(f"contacts/{contact.pk}"), "api list": api.get("contacts?fields=x_loud"),
        "patch": api.patch(f"contacts/{contact.pk}", {"job_title": "Clerk"}, If_Match="*"),
    }  # fmt: skip
    told = {
        name: (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
        for name, answer in answers.items()
    }
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 200)
    return told


def test_no_door_tells_the_title_of_a_record_out_of_sight(linked: Contact, stranger: User) -> None:
    told = doors(stranger, linked)

    assert linked.x_louder == "SECRET PERSON!"
    assert [name for name, text in told.items() if "secret person" in text.casefold()] == []


def test_whoever_sees_it_reads_its_title_everywhere(linked: Contact, boss: User) -> None:
    told = doors(boss, linked)

    assert [name for name, text in told.items() if "secret person" not in text.casefold()] == []


def test_nobody_sorts_or_filters_by_titles_out_of_sight(linked: Contact, stranger: User, boss: User) -> None:
    api = program(stranger)

    assert_problem(api.get("contacts?sort=x_buddy"), 400, "unknown_order")
    assert_problem(api.get("contacts?sort=x_louder"), 400, "unknown_order")
    assert_problem(api.get("contacts?filter[x_louder][contains]=SECRET"), 400, "unknown_field")
    assert len(program(boss).get("contacts?filter[x_louder][contains]=SECRET").json()["data"]) == 1


def test_a_page_of_many_links_asks_once_for_each_kind(linked: Contact, stranger: User, owner: User) -> None:
    rows: list[dict[str, Any]] = [
        {"x_buddy": make_contact("Far Away", owner=owner, team=owner.team).pk, "x_buddy_title": "Far Away", "x_loud": "FAR"}
        for _ in range(3)
    ]  # fmt: skip
    own = make_contact("Near By", owner=stranger, team=stranger.team)
    rows.append({"x_buddy": own.pk, "x_buddy_title": "Near By", "x_loud": "NEAR"})

    with CaptureQueriesContext(connection) as asked:
        unseen.blank(CONTACT, stranger.actor(), rows)

    assert len(asked) == 1
    assert [row["x_buddy_title"] for row in rows] == ["", "", "", "Near By"]
    assert [row["x_loud"] for row in rows] == ["", "", "", "NEAR"]

"""Refused attempts stand in the audit trail, and nobody can fill it with them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.core.actions import refusals
from keen.core.actions.refusals import Refusal, note_refusal
from keen.core.models import Change, Operation
from keen.people.models import Contact
from tests.factories.core import ensure_roles, make_role, make_user
from tests.factories.people import make_contact
from tests.factories.records import browser, html

pytestmark = pytest.mark.django_db


def noted() -> list[tuple[str, str, str]]:
    """Who was refused what, and why, oldest first."""
    found = Change.objects.filter(kind=refusals.KIND).order_by("pk").select_related("actor")
    return [
        (one.actor.name, f"{one.after['method']} {one.after['address']}", one.after["why"])
        for one in found
        if one.actor
    ]


@pytest.fixture
def contact(owner: Any) -> Contact:
    return make_contact("Amira Haddad", owner=owner, team=owner.team)


def test_a_closed_page_a_closed_record_and_an_unseen_one_are_noted(
    owner: Any, team: Any, stranger: Any, contact: Contact
) -> None:
    reader = make_user("reader", team)
    client = browser(reader)
    refused = [
        ("GET", "/audit/", 403, "power:audit.view"),
        ("POST", f"/contacts/{contact.pk}/edit/", 403, "contact.edit"),
    ]
    for method, address, status, _ in refused:
        assert client.generic(method, address).status_code == status
    own = make_role(records={"contact": {"view": "all", "edit": "own"}})
    looking = make_user(own, team)
    assert browser(looking).post(f"/contacts/{contact.pk}/edit/", {"last_name": "X"}).status_code == 403
    assert browser(stranger).post(f"/contacts/{contact.pk}/delete/").status_code == 404

    assert noted() == [
        *((reader.name, f"{method} {address}", why) for method, address, _, why in refused),
        (looking.name, f"POST /contacts/{contact.pk}/edit/", "forbidden"),
        (stranger.name, f"POST /contacts/{contact.pk}/delete/", "not_visible"),
    ]


def test_looking_for_what_is_not_there_is_no_attempt(stranger: Any, contact: Contact) -> None:
    assert browser(stranger).get(f"/contacts/{contact.pk}/").status_code == 404
    assert noted() == []


def test_a_refusal_that_is_shown_in_a_form_is_noted_too(team: Any, contact: Contact) -> None:
    everything = dict.fromkeys(("view", "add", "edit"), "all")
    client = browser(make_user(make_role(records={"*": everything}), team))
    other = make_user("sales_rep", team)
    answer = client.post(f"/contacts/{contact.pk}/fact/owner/", {"owner": other.pk, "_version": "1"})
    assert answer.status_code == 422
    assert [why for _, _, why in noted()] == ["reassign"]


def test_who_would_give_more_than_their_own_rights_is_noted(team: Any) -> None:
    managing = make_user(make_role(powers=["users.manage"]), team)
    client = browser(managing)
    given = {"name": "Eve", "email": "eve@example.com", "roles": [ensure_roles()["administrator"].pk]}
    assert client.post("/settings/people/new/", given).status_code == 422
    assert [why for _, _, why in noted()] == ["more_than_own"]


def test_the_same_attempt_is_noted_once_a_minute(owner: Any) -> None:
    client = browser(owner)
    for _ in range(3):
        assert client.get("/audit/").status_code == 403
    assert len(noted()) == 1
    Operation.objects.update(at=timezone.now() - timedelta(minutes=2), once="refused:0:x")
    client.get("/audit/")
    assert len(noted()) == 2


def test_nobody_fills_the_trail(owner: Any) -> None:
    for number in range(refusals.MOST_WITHIN + 5):
        note_refusal(actor=owner.actor(), refusal=Refusal("contact", f"/contacts/{number}/", "POST", "x"))
    assert len(noted()) == refusals.MOST_WITHIN


def test_who_looks_as_somebody_else_answers_for_it(owner: Any) -> None:
    admin = make_user("administrator")
    client = browser(admin)
    client.post(f"/settings/people/{owner.pk}/act-as/")
    assert client.post("/settings/", {"name": "Somebody"}).status_code == 403
    assert [who for who, _, _ in noted()] == [admin.name]


def test_an_administrator_reads_of_it_and_nobody_is_asked_to_take_it_back(owner: Any) -> None:
    browser(owner).get("/audit/")
    page = html(browser(make_user("administrator")).get("/audit/?kind=refusal"))
    assert "was refused GET /audit/" in " ".join(page.replace("</b>", "").split())
    assert "/audit/" not in html(browser(owner).get("/me/changes/"))
    auditor = make_user(make_role(records={"*": {"view": "all"}}, powers=["audit.view"]))
    assert "was refused" not in html(browser(auditor).get("/audit/"))

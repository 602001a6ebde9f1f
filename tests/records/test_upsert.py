"""Records recognised by an address or by their id in another system."""

from typing import Any

import pytest

from keen.people.models import Contact
from tests.factories.activities import make_activity
from tests.factories.api import Program, assert_problem, program
from tests.factories.people import make_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(owner: Any) -> Program:
    return program(owner)


def test_who_is_not_there_is_made_with_what_they_are_recognised_by(api: Program) -> None:
    answer = api.put("contacts/by/email/Jonas@Brandt.example", {"last_name": "Brandt"})

    assert answer.status_code == 201
    assert answer.json()["data"]["emails"][0]["address"].lower() == "jonas@brandt.example"
    again = api.put("contacts/by/email/jonas@brandt.example", {"job_title": "Buyer"})
    assert (again.status_code, again.json()["data"]["job_title"]) == (200, "Buyer")
    assert Contact.objects.count() == 1


def test_the_key_may_stand_in_the_body(api: Program) -> None:
    for status in (201, 200):
        answer = api.post("contacts?match=external_id", {"external_id": "SAP-1", "last_name": "Brandt"})
        assert answer.status_code == status
    assert_problem(api.post("contacts?match=external_id", {"last_name": "Brandt"}), 400, "missing_value")
    assert_problem(api.post("contacts?match=phone", {"last_name": "Brandt"}), 400, "unknown_match")


def test_address_and_body_must_not_contradict_each_other(api: Program) -> None:
    body = {"last_name": "Brandt", "emails": ["somebody@else.example"]}

    assert_problem(api.put("contacts/by/email/jonas@brandt.example", body), 422, at="/emails")
    assert not Contact.objects.exists()


def test_several_with_the_same_are_told_and_not_guessed(api: Program, owner: Any) -> None:
    for _ in range(2):
        make_contact("A B", emails=["info@vela.example"], owner=owner, team=owner.team)

    told = assert_problem(
        api.put("contacts/by/email/info@vela.example", {"job_title": "x"}), 409, "ambiguous"
    )
    assert len(told["candidates"]) == 2
    assert_problem(api.get("contacts/by/email/info@vela.example"), 409, "ambiguous")


def test_whom_one_does_not_see_is_not_recognised(api: Program, stranger: Any) -> None:
    hidden = make_contact("Hidden Person", emails=["x@vela.example"], owner=stranger, team=stranger.team)

    assert api.put("contacts/by/email/x@vela.example", {"last_name": "New"}).status_code == 201
    hidden.refresh_from_db()
    assert hidden.last_name == "Person"


def test_what_lies_in_the_trash_is_not_recognised(api: Program, contact: Any) -> None:
    api.delete(f"contacts/{contact.pk}", If_Match="*")

    assert api.put("contacts/by/email/amira@vela.example", {"last_name": "New"}).status_code == 201


def test_a_version_may_be_demanded(api: Program, contact: Any) -> None:
    path = "contacts/by/email/amira@vela.example"

    assert_problem(api.put(path, {"job_title": "x"}, If_Match='"4"'), 412, "stale_version")
    assert api.put(path, {"job_title": "x"}, If_Match='"1"').status_code == 200


def test_activities_are_recognised_by_their_id_elsewhere(api: Program, owner: Any) -> None:
    task = make_activity(owner, external_id="cal/7?x")

    answer = api.get("activities/by/external_id/cal%2F7%3Fx")

    assert answer.json()["data"]["id"] == task.pk

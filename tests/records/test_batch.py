"""Many records in one request: an outcome for each, one receipt, one undo, few queries."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keen.core.models import Change, Operation
from keen.people.models import Account, Contact
from tests.factories.api import Program, assert_problem, program
from tests.factories.core import make_user
from tests.factories.people import make_account, make_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(owner: Any) -> Program:
    return program(owner)


def send(api: Program, *items: Any, **given: Any) -> Any:
    answer = api.post("contacts/batch", {"items": list(items), **given})
    assert answer.status_code == 200, answer.content
    return answer.json()


def outcomes(told: Any) -> list[Any]:
    return [one["outcome"] for one in told["data"]]


def one(name: str, key: str, **fields: Any) -> dict[str, Any]:
    return {"data": {"last_name": name, "external_id": key, **fields}}


def test_records_are_made_then_changed_then_left_as_they_are(api: Program, owner: Any) -> None:
    first = send(api, one("A", "x-1"), one("B", "x-2", emails=["b@b.example"], tags=["vip"]))
    second = send(
        api, one("A", "x-1", job_title="Buyer"), one("B", "x-2", emails=["b@b.example"], tags=["vip"])
    )
    third = send(
        api, one("A", "x-1", job_title="Buyer"), one("B", "x-2", emails=["b@b.example"], tags=["vip"])
    )

    assert outcomes(first) == ["created", "created"]
    assert outcomes(second) == ["updated", "unchanged"]
    assert outcomes(third) == ["unchanged", "unchanged"]
    assert [result["version"] for result in third["data"]] == [2, 1]
    assert first["summary"] == {"created": 2}
    assert first["receipt"]["text"] == "Contacts: 2 added."
    assert third["receipt"]["outcome"] == "kept"
    assert third["receipt"]["undo"] is None
    made = Contact.objects.order_by("pk").first()
    assert (made.owner, made.team, made.source) == (owner, owner.team, "API")
    assert Operation.objects.filter(verb="wrote many", via="api").count() == 2


def test_what_cannot_be_taken_says_why_and_keeps_nothing_else_out(api: Program, stranger: Any) -> None:
    hidden = make_contact("Hidden Person", owner=stranger, team=stranger.team)
    told = send(
        api,
        one("A", "x-1"),
        {"data": {"external_id": "x-2"}},
        one("C", "x-3", emails=["no address"]),
        one("D", "x-4", salary=5),
        one("E", "x-5", account=987_654),
        {"op": "update", "id": hidden.pk, "version": 1, "data": {"job_title": "x"}},
        {"op": "update", "id": 987_654, "version": 1, "data": {"job_title": "x"}},
        {"op": "update", "id": 5, "data": {}},
        {"op": "destroy", "data": {}},
        "nonsense",
        {"data": {"last_name": "no key"}},
        one("Twice", "x-1"),
        one("F", "x-6"),
    )

    assert [result["status"] for result in told["data"]] == [
        201, 422, 422, 422, 422, 404, 404, 428, 422, 422, 422, 409, 201,
    ]  # fmt: skip
    problems = [result.get("problem") for result in told["data"]]
    assert problems[1]["errors"][0]["pointer"] == "/data/last_name"
    assert problems[2]["errors"][0]["pointer"] == "/data/emails"
    assert problems[3]["errors"][0]["code"] == "unknown_field"
    assert problems[4]["errors"][0]["pointer"] == "/data/account"
    assert problems[5] == problems[6]
    assert told["summary"] == {"created": 2, "refused": 11}
    assert told["receipt"]["outcome"] == "gap"
    assert Contact.objects.filter(owner__isnull=False, last_name__in="AF").count() == 2


def test_one_undo_takes_back_the_whole_batch(api: Program) -> None:
    send(api, one("A", "x-1"))
    told = send(api, one("A", "x-1", job_title="Buyer"), one("B", "x-2"))

    assert api.post(told["receipt"]["undo"]["href"].removeprefix("/api/v1/")).status_code == 200

    assert list(Contact.objects.living().values_list("last_name", "job_title")) == [("A", "")]


def test_records_are_recognised_by_their_address(api: Program, contact: Any) -> None:
    told = send(api, {"data": {"emails": ["AMIRA@vela.example"], "job_title": "Buyer"}}, match="email")

    assert (outcomes(told), told["data"][0]["id"]) == (["updated"], contact.pk)


def test_an_address_that_two_have_is_nobodys(api: Program, owner: Any) -> None:
    two = [make_contact("A B", emails=["info@vela.example"], owner=owner, team=owner.team) for _ in range(2)]
    told = send(api, {"data": {"emails": ["info@vela.example"], "last_name": "C"}}, match="email")

    assert told["data"][0]["status"] == 409
    assert told["data"][0]["problem"]["candidates"] == [contact.pk for contact in two]


def test_what_is_not_ones_own_to_change_stays(team: Any, owner: Any) -> None:
    from tests.factories.core import make_role

    contact = make_contact("Amira Haddad", owner=owner, team=team, external_id="x-1")
    user = make_user(make_role(records={"contact": {"view": "team", "add": "all", "edit": "own"}}), team)
    told = send(program(user, contact="write"), one("Haddad", "x-1"), one("Haddad", "x-1", job_title="x"))

    assert [result["status"] for result in told["data"]] == [403, 409]
    assert_problem(program(user, contact="read").post("contacts/batch", {"items": [one("A", "x")]}), 403)
    contact.refresh_from_db()
    assert contact.version == 1


def test_an_update_of_an_older_version_says_what_both_wrote(api: Program, contact: Any) -> None:
    api.patch(f"contacts/{contact.pk}", {"job_title": "Head"}, If_Match="*")
    told = send(api, {"op": "update", "id": contact.pk, "version": 1, "data": {"job_title": "Buyer"}})

    assert told["data"][0]["status"] == 412
    assert told["data"][0]["problem"]["clashes"][0]["theirs"] == "Head"


def test_two_that_would_lead_to_each_other_are_not_both_taken(api: Program, owner: Any) -> None:
    one_, other = (make_account(name, owner=owner, team=owner.team) for name in "AB")
    items = [
        {"op": "update", "id": one_.pk, "version": 1, "data": {"parent": other.pk}},
        {"op": "update", "id": other.pk, "version": 1, "data": {"parent": one_.pk}},
    ]
    told = api.post("accounts/batch", {"items": items}).json()

    assert [result["status"] for result in told["data"]] == [200, 422]
    assert dict(Account.objects.values_list("name", "parent_name")) == {"A": "B", "B": ""}


def test_new_owners_bring_their_teams(api: Program, owner: Any, stranger: Any) -> None:
    send(api, one("A", "x-1", owner=stranger.pk))
    made = Contact.objects.get()

    assert (made.owner, made.team) == (stranger, stranger.team)


@pytest.mark.parametrize("items", [[], "x", None, [one("A", "x")] * 501])
def test_a_batch_holds_one_to_five_hundred(api: Program, items: Any) -> None:
    assert_problem(api.post("contacts/batch", {"items": items}), 422, at="/items")


def statements(api: Program, items: list[Any]) -> int:
    with CaptureQueriesContext(connection) as caught:
        send(api, *items)
    return len([made for made in caught if not re.match(r"BEGIN|COMMIT|SAVEPOINT|RELEASE", made["sql"])])


def test_the_number_of_queries_does_not_grow_with_the_number_of_records(api: Program, account: Any) -> None:
    def items(letter: str, count: int, **fields: Any) -> list[Any]:
        return [one(f"P{n}", f"{letter}-{n}", account=account.pk, **fields) for n in range(count)]

    send(api, one("warm", "w"))
    made = [statements(api, items(letter, count)) for letter, count in (("a", 30), ("b", 90))]
    same = [statements(api, items(letter, count)) for letter, count in (("a", 30), ("b", 90))]
    changed = [
        statements(api, items(letter, count, job_title="Buyer")) for letter, count in (("a", 30), ("b", 90))
    ]

    assert made[0] == made[1]
    assert same == [4, 4]
    # One UPDATE is sent with many rows; SQLite counts each of them.
    assert changed[1] - changed[0] <= 60
    assert Change.objects.filter(verb="created").count() >= 120


def test_links_may_name_a_record_by_its_id_elsewhere(api: Program, owner: Any, stranger: Any) -> None:
    account = make_account("Vela", owner=owner, team=owner.team, external_id="SAP-7")
    make_account("Hidden", owner=stranger, team=stranger.team, external_id="SAP-8")
    items = [
        one("A", "x-1", account={"external_id": "SAP-7"}),
        one("B", "x-2", account={"external_id": "SAP-8"}),
        one("C", "x-3", account={"external_id": "SAP-9"}),
        one("D", "x-4", account={"external_id": 7}),
    ]
    told = send(api, *items)

    assert [result["status"] for result in told["data"]] == [201, 422, 422, 422]
    assert told["data"][1]["problem"]["errors"][0]["code"] == "not_found"
    assert told["data"][1]["problem"]["errors"][0]["pointer"] == "/data/account"
    assert Contact.objects.get().account == account
    assert outcomes(send(api, items[0])) == ["unchanged"]
    made = api.post("contacts", {"last_name": "E", "account": {"external_id": "SAP-7"}}).json()["data"]
    assert made["account"] == {"id": account.pk, "title": "Vela"}
    call = api.post("activities/log-call", {"account": {"external_id": "SAP-7"}})
    assert call.json()["data"]["account"]["id"] == account.pk
    assert_problem(
        api.post("contacts", {"last_name": "F", "account": {"external_id": "SAP-8"}}), 422, at="/account"
    )
    narrow = program(owner, contact="write")
    assert_problem(
        narrow.post("contacts", {"last_name": "G", "account": {"external_id": "SAP-7"}}), 422, at="/account"
    )

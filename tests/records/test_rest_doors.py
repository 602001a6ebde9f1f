"""Who gets in with which token, and how far: every address and method for every kind, as everybody."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from keen.activities.models import Activity
from keen.activities.records import ACTIVITY
from keen.core.actions import people as core_people
from keen.core.actions.rights import refresh_rights
from keen.core.models import ApiToken, Change, Operation
from keen.people.models import Account, Contact
from tests.factories.activities import make_activity
from tests.factories.api import Program, assert_problem, make_token, program
from tests.factories.core import make_role, make_user
from tests.factories.people import make_account, make_contact
from tests.factories.records import create

pytestmark = pytest.mark.django_db
KINDS = ("contacts", "accounts", "activities")
KIND_OF = {"contacts": "contact", "accounts": "account", "activities": "activity"}
NEW = {
    "contacts": {"last_name": "New"},
    "accounts": {"name": "New"},
    "activities": {"subject": "New", "kind": "task"},
}
CHANGE = {"contacts": {"job_title": "X"}, "accounts": {"industry": "X"}, "activities": {"priority": "high"}}


@pytest.fixture
def records(owner: Any) -> dict[str, Any]:
    whose = {"owner": owner, "team": owner.team}
    return {
        "contacts": make_contact("Amira Haddad", **whose),
        "accounts": make_account("Vela Foods", **whose),
        "activities": create(owner, ACTIVITY, subject="Call", kind="task").record,
    }


def rows() -> list[Any]:
    return [*Contact.objects.order_by("pk").values(), *Account.objects.order_by("pk").values(),
            *Activity.objects.order_by("pk").values()]  # fmt: skip


def requests(plural: str, record_id: int) -> dict[str, tuple[str, str, Any]]:
    """Every method of every address of a kind, by a name."""
    one = f"{plural}/{record_id}"
    return {
        "list": ("GET", plural, None),
        "query": ("POST", f"{plural}/query", {}),
        "read": ("GET", one, None),
        "create": ("POST", plural, NEW[plural]),
        "change": ("PATCH", one, CHANGE[plural]),
        "delete": ("DELETE", one, None),
        "restore": ("POST", f"{one}/restore", None),
        "upsert": ("PUT", f"{plural}/by/external_id/x-1", NEW[plural]),
        "batch": ("POST", f"{plural}/batch", {"items": [{"op": "create", "data": NEW[plural]}]}),
    }


def statuses(api: Program, plural: str, record_id: int) -> dict[str, int]:
    wanted = requests(plural, record_id)
    return {
        name: api.ask(method, path, body, If_Match="*").status_code
        for name, (method, path, body) in wanted.items()
    }


@pytest.mark.parametrize("plural", KINDS)
def test_nobody_gets_in_without_a_token_that_lives(records: dict[str, Any], owner: Any, plural: str) -> None:
    before = rows()
    revoked = make_token(owner)
    ApiToken.objects.update(revoked_at=timezone.now())
    expired = make_token(owner, expired=True)
    slipped = expired[:-1] + ("0" if expired[-1] != "0" else "1")
    for token in ("", revoked, expired, slipped, "keen_x", "keen_" + "a" * 49):
        for method, path, body in requests(plural, records[plural].pk).values():
            answer = Program(token).ask(method, path, body, If_Match="*")
            assert_problem(answer, 401, "token_needed")
            assert answer["WWW-Authenticate"].startswith('Bearer realm="Keen"')
    assert rows() == before


@pytest.mark.parametrize("plural", KINDS)
def test_a_cookie_opens_nothing_but_the_description(records: dict[str, Any], owner: Any, plural: str) -> None:
    before = rows()
    api = Program()
    api.client.force_login(owner)
    for method, path, body in requests(plural, records[plural].pk).values():
        assert_problem(api.ask(method, path, body, If_Match="*"), 401)
    assert rows() == before
    assert api.get("openapi.json").status_code == 200
    assert_problem(Program().get("openapi.json"), 401)


@pytest.mark.parametrize("plural", KINDS)
def test_a_reading_token_of_the_owner_writes_nothing(
    records: dict[str, Any], owner: Any, plural: str
) -> None:
    before = rows(), Change.objects.count()
    found = statuses(program(owner, level="read"), plural, records[plural].pk)

    assert {name for name, status in found.items() if status == 200} == {"list", "query", "read"}
    assert {status for name, status in found.items() if name not in {"list", "query", "read"}} == {403}
    assert rows() == before[0]


@pytest.mark.parametrize("plural", KINDS)
def test_a_token_for_other_kinds_opens_nothing_of_this_one(
    records: dict[str, Any], owner: Any, plural: str
) -> None:
    others = {KIND_OF[other]: "write" for other in KINDS if other != plural}

    assert set(statuses(program(owner, **others), plural, records[plural].pk).values()) == {403}


@pytest.mark.parametrize("plural", KINDS)
def test_the_owner_does_all_of_it(records: dict[str, Any], owner: Any, plural: str) -> None:
    assert statuses(program(owner), plural, records[plural].pk) == {
        "list": 200, "query": 200, "read": 200, "create": 201, "change": 200, "delete": 200, "restore": 200,
        "upsert": 201, "batch": 200,
    }  # fmt: skip


@pytest.mark.parametrize("plural", KINDS)
def test_for_a_stranger_the_records_are_not_there(
    records: dict[str, Any], stranger: Any, plural: str
) -> None:
    api, record = program(stranger), records[plural]
    missing = {
        name: api.ask(method, path, body, If_Match="*")
        for name, (method, path, body) in requests(plural, 987_654).items()
    }
    hidden = {
        name: api.ask(method, path, body, If_Match="*")
        for name, (method, path, body) in requests(plural, record.pk).items()
    }

    for name in ("read", "change", "delete", "restore"):
        assert hidden[name].status_code == 404
        assert hidden[name].content == missing[name].content
    assert record.pk not in [one["id"] for one in hidden["list"].json()["data"]]
    assert record.pk not in [one["id"] for one in hidden["query"].json()["data"]]
    record.refresh_from_db()
    assert (record.version, record.deleted_at) == (1, None)


@pytest.mark.parametrize("plural", KINDS)
@pytest.mark.parametrize(("scope", "seen"), [("own", 1), ("team", 2), ("all", 3)])
def test_lists_hold_what_the_scope_reaches(
    plural: str, scope: str, seen: int, team: Any, owner: Any, stranger: Any
) -> None:
    user = make_user(make_role(records={KIND_OF[plural]: {"view": scope, "edit": "own"}}), team)
    for whose in (user, owner, stranger):
        if plural == "contacts":
            make_contact("Person", owner=whose, team=whose.team)
        elif plural == "accounts":
            make_account("Company", owner=whose, team=whose.team)
        else:
            make_activity(whose)
    api = program(user, **{KIND_OF[plural]: "write"})
    ids = [one["id"] for one in api.get(plural).json()["data"]]
    changed = [api.patch(f"{plural}/{pk}", CHANGE[plural], If_Match="*").status_code for pk in ids]

    assert len(ids) == seen
    assert sorted(changed) == [200, *[403] * (seen - 1)]


def test_rights_that_are_taken_away_are_gone_with_the_next_request(
    owner: Any, records: dict[str, Any]
) -> None:
    api = program(owner)
    assert api.get("contacts").status_code == 200
    owner.roles.set([])
    refresh_rights([owner])

    assert_problem(api.get("contacts"), 403, "forbidden")


def test_tokens_die_with_the_access_of_their_owner_and_do_not_come_back(owner: Any, team: Any) -> None:
    api, admin = program(owner), make_user("administrator", team)
    core_people.deactivate(actor=admin.actor(), user=owner)
    assert_problem(api.get("contacts"), 401)

    core_people.reactivate(actor=admin.actor(), user=owner)

    assert_problem(api.get("contacts"), 401)


def test_a_token_of_an_administrator_administers_nothing(team: Any, owner: Any) -> None:
    admin = make_user("administrator", team)
    client, token = Client(), make_token(admin)
    told = {"Authorization": f"Bearer {token}"}
    for path in ("/settings/people/", "/settings/tokens/", "/settings/", "/audit/", "/contacts/", "/jobs/"):
        assert client.get(path, headers=told).status_code == 302
    core_people.deactivate(actor=admin.actor(), user=owner)
    operation = Operation.objects.filter(actor=admin).latest("at")
    assert operation.undo_until is not None
    assert_problem(Program(token).post(f"operations/{operation.pk}/undo"), 403, "forbidden")


def test_no_link_can_be_made_to_what_the_token_does_not_open(owner: Any, account: Any) -> None:
    api = program(owner, contact="write")

    assert_problem(api.post("contacts", {"last_name": "A", "account": account.pk}), 422, at="/account")


def test_a_link_to_a_record_of_another_team_is_as_one_to_none(owner: Any, stranger: Any) -> None:
    hidden = make_account("Hidden", owner=stranger, team=stranger.team)
    api = program(owner)

    answers = [api.post("contacts", {"last_name": "A", "account": pk}) for pk in (hidden.pk, 987_654)]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].content == answers[1].content


def test_nobody_gives_away_what_is_not_theirs(colleague: Any, contact: Any) -> None:
    answer = program(colleague).patch(f"contacts/{contact.pk}", {"owner": colleague.pk}, If_Match="*")

    assert_problem(answer, 403, "reassign", at="/owner")


def test_the_last_use_is_noted_once_a_minute(owner: Any) -> None:
    api = program(owner)
    api.get("me")
    first = ApiToken.objects.get().last_used_at
    api.get("me")
    assert ApiToken.objects.get().last_used_at == first

    ApiToken.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    api.get("me")

    assert ApiToken.objects.get().last_used_at > first


def test_who_asks_too_often_is_told_when_to_come_again(
    owner: Any, settings: Any, monkeypatch: Any, tmp_path: Any
) -> None:
    monkeypatch.setattr(settings.KEEN, "data", tmp_path)
    monkeypatch.setattr(settings.KEEN, "api_reads_per_minute", 3)
    monkeypatch.setattr(settings.KEEN, "api_writes_per_minute", 2)
    api, other = program(owner), program(owner)
    reads = [api.get("contacts") for _ in range(5)]
    writes = [api.post("contacts", {"last_name": "A"}) for _ in range(3)]

    assert [answer.status_code for answer in reads] == [200, 200, 200, 429, 429]
    assert [answer.status_code for answer in writes] == [201, 201, 429]
    assert_problem(reads[3], 429, "too_many_requests")
    assert 1 <= int(reads[3]["Retry-After"]) <= 21
    assert other.get("contacts").status_code == 200


def test_what_a_token_was_refused_stands_in_the_audit_trail(owner: Any, contact: Any) -> None:
    api = program(owner, level="read")
    api.patch(f"contacts/{contact.pk}", {"job_title": "x"}, If_Match="*")
    api.post("contacts", {"last_name": "New"})
    program(owner, account="read").get("contacts")

    refused = Operation.objects.filter(actor=owner, verb="refused", via="api")
    assert refused.count() == 3

"""What programs reach beside the records themselves: those they lead to, the trash, merging, relations."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from keen.people.models import Contact, Relation
from tests.factories.api import Program, assert_problem, program
from tests.factories.people import make_account, make_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(owner: Any) -> Program:
    return program(owner)


def test_records_that_others_lead_to_go_along_once(api: Program, owner: Any) -> None:
    account = make_account("Vela", owner=owner, team=owner.team)
    for name in ("Ada Ash", "Bea Birch", "Cleo Cedar"):
        make_contact(name, owner=owner, team=owner.team, account=account)

    api.get("me")  # notes that the token was used
    with CaptureQueriesContext(connection) as without:
        api.get("contacts?fields=account")
    with CaptureQueriesContext(connection) as asked:
        told = api.get("contacts?include=account,reports_to&fields=title").json()

    (included,) = told["included"]["accounts"]
    assert (included["id"], included["name"]) == (account.pk, "Vela")
    assert told["included"]["contacts"] == []
    assert [row["account"]["id"] for row in told["data"]] == [account.pk] * 3
    assert len(asked) == len(without) + 1
    posted = api.post("contacts/query", {"include": ["account"], "limit": 1}).json()
    assert [row["id"] for row in posted["included"]["accounts"]] == [account.pk]
    one = api.get(f"contacts/{Contact.objects.all()[0].pk}?include=account")
    assert one.json()["included"]["accounts"][0]["name"] == "Vela"
    assert api.get(f"contacts/{Contact.objects.all()[0].pk}").json().keys() == {"data"}


def test_nothing_goes_along_that_is_not_seen_or_not_open(owner: Any, stranger: Any) -> None:
    account = make_account("Secret Ltd", owner=stranger, team=stranger.team)
    contact = make_contact("Ada Ash", owner=owner, team=owner.team, account=account)

    told = program(owner).get(f"contacts/{contact.pk}?include=account").json()
    narrow = program(owner, contact="read")

    assert told["included"] == {"accounts": []}
    assert_problem(narrow.get("contacts?include=account"), 400, "unknown_include")
    assert_problem(program(owner).get("contacts?include=owner"), 400, "unknown_include")
    assert_problem(program(owner).get("contacts?include=secrets"), 400, "unknown_include")


def test_the_trash_is_read_page_by_page_and_gives_back(api: Program, owner: Any, stranger: Any) -> None:
    now = timezone.now()
    rows = [
        make_contact(name, owner=owner, team=owner.team) for name in ("Ada Ash", "Bea Birch", "Cleo Cedar")
    ]
    foreign = make_contact("Far Away", owner=stranger, team=stranger.team)
    for place, row in enumerate((*rows, foreign)):
        Contact.objects.filter(pk=row.pk).update(deleted_at=now - timedelta(minutes=place // 2))

    first = api.get("contacts/trash?limit=2&fields=title").json()
    rest = api.get(f"contacts/trash?limit=2&fields=title&after={first['page']['next']}").json()

    assert [row["title"] for row in first["data"]] == ["Bea Birch", "Ada Ash"]
    assert [row["title"] for row in rest["data"]] == ["Cleo Cedar"]
    assert rest["page"]["next"] is None
    assert first["data"][0].keys() == {"id", "version", "title", "deleted_at"}
    assert api.post(f"contacts/{rows[0].pk}/restore").status_code == 200
    assert len(api.get("contacts/trash").json()["data"]) == 2
    assert_problem(api.get("contacts/trash?after=nonsense"), 400, "bad_cursor")
    assert_problem(api.get("contacts/trash?sort=title"), 400, "unknown_parameter")
    assert_problem(program(owner, level="read").get("contacts/trash?limit=0"), 403)


def test_two_records_become_one_for_a_token_that_may_merge(owner: Any) -> None:
    keep = make_contact("Ada Ash", owner=owner, team=owner.team, job_title="Clerk", emails=["a@vela.example"])
    other = make_contact(
        "Ada Asch", owner=owner, team=owner.team, job_title="Head", emails=["b@vela.example"]
    )
    wish = {"other": other.pk, "take": ["job_title"]}
    assert_problem(program(owner).post(f"contacts/{keep.pk}/merge", wish), 403, "forbidden")
    api = program(owner, contact="write", merge="write")
    assert_problem(api.post(f"contacts/{keep.pk}/merge", {"other": keep.pk}), 422, "same_record")
    assert_problem(api.post(f"contacts/{keep.pk}/merge", {"other": other.pk, "take": ["owner_id"]}), 422)

    done = api.post(f"contacts/{keep.pk}/merge", wish, Idempotency_Key="m-1")
    again = api.post(f"contacts/{keep.pk}/merge", wish, Idempotency_Key="m-1")

    assert (done.status_code, again.status_code) == (200, 200), done.content
    told = done.json()["data"]
    assert (told["id"], told["job_title"], told["last_name"]) == (keep.pk, "Head", "Ash")
    assert {entry["address"] for entry in told["emails"]} == {"a@vela.example", "b@vela.example"}
    assert api.get(f"contacts/{other.pk}").status_code == 404
    assert api.ask("POST", done.json()["receipt"]["undo"]["href"].removeprefix("/api/v1/")).status_code == 200
    assert api.get(f"contacts/{other.pk}").json()["data"]["job_title"] == "Head"


def test_nobody_merges_what_they_do_not_see(owner: Any, stranger: Any) -> None:
    keep = make_contact("Ada Ash", owner=owner, team=owner.team)
    far = make_contact("Far Away", owner=stranger, team=stranger.team)
    api = program(owner, contact="write", merge="write")

    for other in (far.pk, 987654):
        for take in ([], ["job_title"]):
            answer = api.post(f"contacts/{keep.pk}/merge", {"other": other, "take": take})
            assert_problem(answer, 404, "not_found")


def test_relations_are_noted_listed_and_taken_off(api: Program, owner: Any, stranger: Any) -> None:
    ada = make_contact("Ada Ash", owner=owner, team=owner.team)
    vela = make_account("Vela", owner=owner, team=owner.team)
    far = make_contact("Far Away", owner=stranger, team=stranger.team)
    Relation.objects.create(
        from_kind="contact",
        from_id=far.pk,
        to_kind="account",
        to_id=vela.pk,
        role="spy",
        created_at=timezone.now(),
    )

    done = api.post(f"contacts/{ada.pk}/relate", {"account": vela.pk, "role": "adviser"})
    listed = [
        api.get(f"{path}/relations").json()["data"] for path in (f"contacts/{ada.pk}", f"accounts/{vela.pk}")
    ]

    assert done.status_code == 200, done.content
    (one,), (back,) = listed
    assert one == {"id": one["id"], "kind": "account", "record": vela.pk, "title": "Vela", "role": "adviser"}
    assert (back["kind"], back["record"], back["id"]) == ("contact", ada.pk, one["id"])
    assert_problem(api.post(f"contacts/{ada.pk}/relate", {"role": "adviser"}), 422, "missing")
    assert_problem(api.post(f"contacts/{ada.pk}/relate", {"contact": far.pk, "role": "x"}), 404)
    assert_problem(api.post(f"contacts/{ada.pk}/unrelate", {"relation": one["id"] + 99}), 404)
    assert api.post(f"contacts/{ada.pk}/unrelate", {"relation": one["id"]}).status_code == 200
    assert api.get(f"contacts/{ada.pk}/relations").json()["data"] == []
    assert_problem(program(stranger).get(f"contacts/{ada.pk}/relations"), 404)


def test_addresses_that_take_a_post_say_so_and_others_are_not_there(api: Program, owner: Any) -> None:
    ada = make_contact("Ada Ash", owner=owner, team=owner.team)

    refused = api.get(f"contacts/{ada.pk}/relate")

    assert_problem(refused, 405, "method_not_allowed")
    assert refused["Allow"] == "POST, OPTIONS"
    assert_problem(api.get(f"contacts/{ada.pk}/nonsense"), 404)
    assert_problem(api.post(f"contacts/{ada.pk}/relations"), 404)


def test_the_document_describes_all_of_it_as_far_as_it_is_open(owner: Any) -> None:
    whole = program(owner, contact="write", account="write").get("openapi.json").json()["paths"]
    narrow = program(owner, contact="read").get("openapi.json").json()["paths"]

    beside = {
        "/contacts/trash",
        "/contacts/{record_id}/merge",
        "/contacts/{record_id}/relations",
        "/contacts/{record_id}/relate",
    }
    assert beside <= whole.keys()
    assert beside & narrow.keys() == {"/contacts/{record_id}/relations"}
    names = {one["name"]: one for one in whole["/contacts"]["get"]["parameters"]}
    assert names["include"]["schema"]["enum"] == ["account", "reports_to"]

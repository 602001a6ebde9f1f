"""The same request sent twice does one thing; two different ones at one time do not undo each other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from keen.core.models import Operation
from keen.people.models import Contact
from keen.records.jobs import forget_api_answers
from keen.records.models import ApiAnswer
from tests.factories.api import Program, assert_problem, program
from tests.factories.core import make_team, make_user
from tests.factories.people import make_contact


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """What came of acts that began at the same moment, each with a connection of its own."""
    barrier = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(10)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


@pytest.mark.django_db
def test_a_request_under_the_same_key_is_answered_as_the_first_time(owner: Any) -> None:
    api = program(owner)
    first = api.post("contacts", {"last_name": "Brandt"}, Idempotency_Key="k-1")
    again = api.post("contacts", {"last_name": "Brandt"}, Idempotency_Key="k-1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["ETag"] == first["ETag"]
    assert again["Location"] == first["Location"]
    assert again["Idempotency-Replayed"] == "true"
    assert Contact.objects.count() == 1


@pytest.mark.django_db
def test_an_answer_given_again_holds_what_the_token_may_read_now(owner: Any, stranger: Any) -> None:
    api, wish = program(owner), {"last_name": "Brandt", "description": "Secret"}
    api.post("contacts", wish, Idempotency_Key="k-1")
    Contact.objects.update(description="Shorter", version=2)
    changed = api.post("contacts", wish, Idempotency_Key="k-1")
    Contact.objects.update(owner=stranger, team=stranger.team)
    given_away = api.post("contacts", wish, Idempotency_Key="k-1")

    assert changed.json()["data"]["description"] == "Shorter"
    assert changed["ETag"].startswith('"2-')
    assert (given_away.status_code, given_away.json()["data"]) == (201, None)
    assert b"Secret" not in given_away.content
    assert b"Brandt" not in given_away.content
    assert not given_away.has_header("ETag")


@pytest.mark.django_db
def test_answers_without_a_record_repeat_no_words_about_records(owner: Any, stranger: Any) -> None:
    api, contact = program(owner), make_contact("Amira Haddad", owner=owner, team=owner.team)
    stale = {"op": "update", "id": contact.pk, "version": 1, "data": {"job_title": "Clerk"}}
    api.patch(f"contacts/{contact.pk}", {"job_title": "Secret chief"}, If_Match="*")
    deleted = api.delete(f"contacts/{contact.pk}", If_Match="*").json()["receipt"]["undo"]["href"]
    asked = [
        (deleted.removeprefix("/api/v1/"), {}),
        ("contacts/batch", {"items": [stale]}),
        ("activities/log-call", {"contact": contact.pk, "note": "Spoke"}),
    ]
    first = [api.post(path, body, Idempotency_Key=path) for path, body in asked]
    Contact.objects.update(owner=stranger, team=stranger.team, first_name="Changed")
    again = [api.post(path, body, Idempotency_Key=path) for path, body in asked]

    assert [answer.status_code for answer in first] == [200, 200, 201]
    assert all(answer.has_header("Idempotency-Replayed") for answer in again)
    assert b"Amira" in first[0].content
    assert b"Secret chief" in first[1].content
    for answer in again[:2]:
        assert b"Amira" not in answer.content
        assert b"Secret" not in answer.content
    assert again[1].json()["data"][0]["problem"]["status"] == 412
    assert {answer.json()["receipt"]["text"] for answer in again} == {"This was done before."}


@pytest.mark.django_db
def test_a_key_holds_for_one_request_one_token_and_one_body(owner: Any) -> None:
    api, other = program(owner), program(owner)
    api.post("contacts", {"last_name": "Brandt"}, Idempotency_Key="k-1")

    assert_problem(api.post("contacts", {"last_name": "Brand"}, Idempotency_Key="k-1"), 422, "key_reused")
    assert_problem(api.post("accounts", {"name": "Brandt"}, Idempotency_Key="k-1"), 422, "key_reused")
    assert other.post("contacts", {"last_name": "Brandt"}, Idempotency_Key="k-1").status_code == 201
    assert_problem(api.post("contacts", {"last_name": "A"}, Idempotency_Key="k" * 256), 400, "bad_key")


@pytest.mark.django_db
def test_what_was_refused_may_be_mended_under_the_same_key(owner: Any) -> None:
    api = program(owner)
    assert_problem(api.post("contacts", {"first_name": "Jonas"}, Idempotency_Key="k-1"), 422)

    assert api.post("contacts", {"last_name": "Brandt"}, Idempotency_Key="k-1").status_code == 201
    assert ApiAnswer.objects.count() == 1


@pytest.mark.django_db
def test_batches_verbs_and_undo_are_granted_once_as_well(owner: Any) -> None:
    api, contact = program(owner), make_contact("A B", owner=owner, team=owner.team)
    batch = {"items": [{"op": "create", "data": {"last_name": "X"}}]}
    call = {"contact": contact.pk, "note": "Spoke"}
    for path, body in (("contacts/batch", batch), ("activities/log-call", call)):
        answers = [api.post(path, body, Idempotency_Key=path) for _ in range(2)]
        assert answers[0].json()["data"] == answers[1].json()["data"]
        assert answers[1].json()["receipt"]["undo"] == answers[0].json()["receipt"]["undo"]
        assert answers[1].has_header("Idempotency-Replayed")
    assert Contact.objects.filter(last_name="X").count() == 1
    assert Operation.objects.filter(verb="called").count() == 1


@pytest.mark.django_db
def test_answers_are_forgotten_after_two_days(owner: Any) -> None:
    program(owner).post("contacts", {"last_name": "Brandt"}, Idempotency_Key="k-1")
    assert forget_api_answers.func() == 0
    ApiAnswer.objects.update(at=timezone.now() - timedelta(days=2, minutes=1))

    assert forget_api_answers.func() == 1


@pytest.mark.django_db(transaction=True)
def test_of_the_same_request_sent_at_once_one_takes_effect_and_all_are_answered() -> None:
    owner = make_user("sales_rep", make_team())
    token = program(owner).token

    def send() -> Any:
        return Program(token).post("contacts", {"last_name": "Brandt"}, Idempotency_Key="k-1")

    answers = at_once([send] * 6)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Contact.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_the_same_upsert_sent_at_once_one_makes_the_record() -> None:
    owner = make_user("sales_rep", make_team())
    token = program(owner).token

    def send() -> Any:
        return Program(token).put("contacts/by/email/jonas@brandt.example", {"last_name": "Brandt"})

    answers = at_once([send] * 6)

    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 200, 201]
    assert Contact.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_of_one_version_one_is_refused() -> None:
    owner = make_user("sales_rep", make_team())
    contact = make_contact("Amira Haddad", owner=owner, team=owner.team)
    token = program(owner).token

    def send(title: str) -> Callable[[], Any]:
        return lambda: Program(token).patch(f"contacts/{contact.pk}", {"job_title": title}, If_Match='"1"')

    answers = at_once([send("Buyer"), send("Seller")])

    assert sorted(answer.status_code for answer in answers) == [200, 412]
    contact.refresh_from_db()
    won = next(answer for answer in answers if answer.status_code == 200)
    assert (contact.version, contact.job_title) == (2, won.json()["data"]["job_title"])


@pytest.mark.django_db(transaction=True)
def test_of_two_batches_that_make_the_same_records_one_makes_them() -> None:
    owner = make_user("sales_rep", make_team())
    token = program(owner).token
    items = [{"data": {"last_name": f"P{n}", "external_id": f"x-{n}"}} for n in range(30)]

    def send() -> Any:
        return Program(token).post("contacts/batch", {"items": items})

    answers = at_once([send] * 3)

    assert [answer.status_code for answer in answers] == [200] * 3
    assert Contact.objects.count() == 30
    assert sum(answer.json()["summary"].get("created", 0) for answer in answers) == 30

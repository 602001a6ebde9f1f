"""Lists for programs: pages, filters, order, totals, and nothing said of what is hidden."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.api import Program, assert_problem, program
from tests.factories.core import make_role, make_user
from tests.factories.people import make_account, make_contact

pytestmark = pytest.mark.django_db
ALL = dict.fromkeys(("view", "add", "edit", "delete", "export"), "all")


@pytest.fixture
def api(owner: Any) -> Program:
    return program(owner)


@pytest.fixture
def people(owner: Any) -> list[Any]:
    whose = {"owner": owner, "team": owner.team}
    return [
        make_contact(f"Person {letter}", city=city, job_title=title, **whose)
        for letter, city, title in (
            ("A", "Berlin", "Buyer"),
            ("B", "Hamburg", ""),
            ("C", "Berlin", "Director"),
        )
    ]


def titles(answer: Any) -> list[str]:
    return [one["title"] for one in answer.json()["data"]]


@pytest.mark.usefixtures("people")
def test_pages_follow_each_other_until_there_is_none(api: Program) -> None:
    first = api.get("contacts?limit=2")
    assert titles(first) == ["Person A", "Person B"]
    assert first.json()["page"]["limit"] == 2
    assert "total" not in first.json()

    address = re.fullmatch(r'<(/api/v1/contacts\?.*)>; rel="next"', first["Link"])
    assert address
    second = api.get(address[1].removeprefix("/api/v1/"))
    assert titles(second) == ["Person C"]
    assert second.json()["page"]["next"] is None
    assert not second.has_header("Link")
    assert titles(api.get(f"contacts?limit=2&after={first.json()['page']['next']}")) == ["Person C"]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("filter[city]=Berlin", ["Person A", "Person C"]),
        ("filter[city][contains]=ham", ["Person B"]),
        ("filter[job_title][empty]=1", ["Person B"]),
        ("filter[city]=Berlin&filter[job_title]=Buyer", ["Person A"]),
        ("filter[owner]=me&sort=-city", ["Person B", "Person C", "Person A"]),
        ("sort=-last_name", ["Person C", "Person B", "Person A"]),
        ("q=director", ["Person C"]),
        ("filter[created_at][last]=1", ["Person A", "Person B", "Person C"]),
    ],
)
def test_a_list_is_filtered_and_sorted_as_on_a_page(api: Program, asked: str, found: list[str]) -> None:
    assert titles(api.get(f"contacts?{asked}")) == found


@pytest.mark.usefixtures("people")
def test_the_same_is_asked_for_in_a_body(api: Program) -> None:
    asked = {
        "filter": [{"field": "city", "op": "is", "value": "Berlin"}, {"field": "job_title", "op": "filled"}],
        "sort": "-last_name",
        "limit": 1,
        "total": True,
        "fields": ["last_name"],
    }

    told = api.post("contacts/query", asked).json()

    assert [set(one) for one in told["data"]] == [{"id", "version", "last_name"}]
    assert told["data"][0]["last_name"] == "C"
    assert told["total"] == {"count": 2, "exact": True}
    assert (
        api.post("contacts/query", {**asked, "after": told["page"]["next"]}).json()["data"][0]["last_name"]
        == "A"
    )


@pytest.mark.usefixtures("people")
def test_a_total_is_counted_only_where_it_is_wanted(api: Program) -> None:
    assert api.get("contacts?total=true&limit=1").json()["total"] == {"count": 3, "exact": True}
    assert api.get("contacts?total=true").json()["total"] == {"count": 3, "exact": True}


def test_a_total_beyond_a_thousand_says_that_there_are_more(
    api: Program, owner: Any, monkeypatch: Any
) -> None:
    from keen.records.queries import listing

    monkeypatch.setattr(listing, "COUNT_CAP", 2)
    for _ in range(4):
        make_contact(owner=owner, team=owner.team)

    assert api.get("contacts?total=true&limit=1").json()["total"] == {"count": 2, "exact": False}


@pytest.mark.parametrize(
    ("asked", "code", "at"),
    [
        ("filter[salary]=1", "unknown_field", "filter[salary]"),
        ("filter[owner__password][starts]=argon2", "unknown_field", "filter[owner__password][starts]"),
        ("filter[sort]=1", "unknown_field", "filter[sort]"),
        ("filter[_connector]=OR", "unknown_field", "filter[_connector]"),
        ("filter[city][like]=1", "unknown_operator", "filter[city][like]"),
        ("filter[city]=", "missing_value", "filter[city]"),
        ("filter[owner]=x", "", ""),
        ("filter[created_at][from]=yesterday", "", ""),
        ("sort=owner__password", "unknown_order", "sort"),
        ("sort=birthday", "unknown_order", "sort"),
        ("fields=last_name,password", "unknown_field", "fields"),
        ("limit=0", "limit", "limit"),
        ("limit=201", "limit", "limit"),
        ("limit=ten", "limit", "limit"),
        ("after=nonsense", "bad_cursor", ""),
        ("total=perhaps", "wrong_type", "total"),
        ("page=2", "unknown_parameter", "page"),
        ("limit=1&limit=2", "double_parameter", "limit"),
        ("&".join(f"filter[city][contains]={n}" for n in range(21)), "too_many_filters", "filter"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(api: Program, asked: str, code: str, at: str) -> None:
    assert_problem(api.get(f"contacts?{quote(asked, safe='=&')}"), 400, code, at=at)


@pytest.mark.parametrize(
    ("asked", "at"),
    [
        ({"filter": {"city": "Berlin"}}, "/filter"),
        ({"filter": [{"field": "salary", "value": 1}]}, "/filter"),
        ({"filter": [{"field": "city", "value": ["Berlin"]}]}, "/filter/0"),
        ({"filter": [{"field": 5}]}, "/filter/0"),
        ({"sort": ["city"]}, "/sort"),
        ({"limit": "many"}, "/limit"),
        ({"fields": "salary"}, "/fields"),
        ({"fields": [5]}, "/fields"),
        ({"total": "perhaps"}, "/total"),
        ({"after": 5}, "/after"),
    ],
)
def test_a_body_that_asks_for_what_is_not_there_is_refused_by_name(api: Program, asked: Any, at: str) -> None:
    assert_problem(api.post("contacts/query", asked), 400, at=at)


def test_members_of_a_question_that_are_unknown_are_named(api: Program) -> None:
    assert_problem(api.post("contacts/query", {"where": 1}), 422, at="/where")
    assert_problem(api.post("contacts/query", {"filter": [{"name": "x"}]}), 422, at="/filter/0/name")


def hiding(team: Any, *names: str) -> Any:
    """Somebody who sees all contacts, without these fields."""
    return make_user(
        make_role(records={"contact": ALL, "account": ALL}, hidden={"contact": list(names)}), team
    )


@pytest.mark.usefixtures("people")
def test_a_hidden_field_answers_as_one_that_was_never_there(team: Any) -> None:
    api = program(hiding(team, "job_title", "emails"), contact="write")

    for asked in ("filter[{}]=x", "filter[{}][contains]=x", "filter[{}][empty]=1", "sort={}", "fields={}"):
        hidden = api.get(f"contacts?{asked.format('job_title')}")
        missing = api.get(f"contacts?{asked.format('zzz_title')}")
        assert hidden.status_code == missing.status_code == 400
        assert hidden.content.replace(b"job_title", b"zzz_title") == missing.content
    told = api.get("contacts").json()["data"]
    assert all("job_title" not in one and "emails" not in one for one in told)
    assert_problem(api.get("contacts/by/email/a@b.example"), 400, "unknown_match")
    written = [api.post("contacts", {"last_name": "X", name: "y"}) for name in ("job_title", "zzz_title")]
    assert written[0].content.replace(b"job_title", b"zzz_title") == written[1].content
    assert "job_title" not in api.get("openapi.json").content.decode()


def test_a_locked_field_is_read_and_not_written(team: Any, contact: Any) -> None:
    user = make_user(make_role(records={"contact": ALL}, locked={"contact": ["job_title"]}), team)
    api = program(user, contact="write")

    told = assert_problem(
        api.patch(f"contacts/{contact.pk}", {"job_title": "x"}, If_Match="*"), 403, "forbidden"
    )

    assert told["errors"][0]["pointer"] == "/job_title"
    assert "job_title" in api.get(f"contacts/{contact.pk}").json()["data"]


def test_the_title_of_somebody_whose_name_is_hidden_does_not_tell_it(team: Any) -> None:
    make_contact("Amira Haddad", emails=["amira@vela.example"])
    reader = hiding(team, "first_name", "last_name", "emails")

    text = program(reader, contact="read").get("contacts").content.decode()

    assert "Haddad" not in text
    assert "amira" not in text


def queries(api: Program, path: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert api.get(path).status_code == 200
    return len([one for one in caught if not re.match(r"BEGIN|COMMIT|SAVEPOINT|RELEASE", one["sql"])])


def test_a_list_asks_the_database_as_often_for_three_as_for_one(api: Program, owner: Any) -> None:
    account = make_account("Vela", owner=owner, team=owner.team)
    make_contact("Person A", owner=owner, team=owner.team, account=account)
    api.get("contacts")  # the first use of a minute is noted
    one = queries(api, "contacts")
    for letter in "BC":
        make_contact(f"Person {letter}", owner=owner, team=owner.team, account=account)

    assert (one, queries(api, "contacts")) == (3, 3)
    assert queries(api, "contacts?total=true&limit=1") == 4

"""Bodies that are odd, deep, large or not JSON at all: named, refused, and never a fault of the server."""

import gzip
from typing import Any

import pytest

from keen.people.models import Contact
from tests.factories.api import Program, assert_problem, program

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(owner: Any) -> Program:
    return program(owner)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"{", "not_json"),
        (b'{"last_name": "A",}', "not_json"),
        (b'{"last_name": NaN}', "not_json"),
        (b'{"last_name": Infinity}', "not_json"),
        (b'{"last_name": "\\ud800"}', "not_json"),
        (b'{"last_name": "\xff"}', "not_json"),
        (b"\xef\xbb\xbf{}", "not_json"),
        (b'{"last_name": "A", "last_name": "B"}', "double_member"),
        (b'{"last_name": "A", "last_name" : "B"}', "double_member"),
        (b'{"last_name": "A", "l\\u0061st_name": "B"}', "double_member"),
        (b'{"addresses": [{"city": "A", "city": "B"}], "last_name": "C"}', "double_member"),
        (b'{"last_name": "A\\u0000B"}', "nul"),
        (b'{"last\\u0000_name": "A"}', "nul"),
        (b'{"tags": ["a", "\\u0000"]}', "nul"),
        (b'{"a":' * 20 + b"1" + b"}" * 20, "too_deep"),
        (b"[" * 20 + b"]" * 20, "too_deep"),
        (b"[" * 100_000, "not_json"),
        (b'{"a":' * 5_000, "not_json"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_no_clean_json_is_refused_by_name(api: Program, raw: bytes, code: str) -> None:
    assert_problem(api.post("contacts", raw), 400, code)
    assert not Contact.objects.exists()


def test_a_colon_inside_of_text_is_no_double_member(api: Program) -> None:
    sent = {"last_name": 'A": "B', "description": '{"last_name": "x", "last_name" : "y"} \\" :'}

    answer = api.post("contacts", sent)

    assert answer.status_code == 201
    assert answer.json()["data"]["last_name"] == sent["last_name"]


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json"],
)
def test_another_content_type_is_refused_with_the_one_that_is_taken(api: Program, kind: str) -> None:
    answer = api.post("contacts", b'{"last_name": "A"}', Content_Type=kind)

    assert_problem(answer, 415, "unsupported_media_type")
    assert answer["Accept-Post"] == "application/json"


def test_a_compressed_body_is_refused(api: Program) -> None:
    packed = gzip.compress(b'{"last_name": "A"}')

    assert_problem(api.post("contacts", packed, Content_Encoding="gzip"), 415)


def test_a_body_beyond_the_limit_is_turned_away_unread(api: Program) -> None:
    assert_problem(api.post("contacts", b'{"last_name": "' + b"A" * (5 << 20) + b'"}'), 413, "too_large")


def test_whatever_is_accepted_the_answer_is_json(api: Program) -> None:
    for accept in ("text/html", "*/*", "application/xml", "nonsense"):
        assert api.get("contacts", Accept=accept)["Content-Type"] == "application/json"
        assert_problem(api.get("contacts/5", Accept=accept), 404)
    answer = api.post("contacts", {"description": "<script>alert(1)</script>", "last_name": "{{7*7}}"})
    assert answer.json()["data"]["last_name"] == "{{7*7}}"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "values",
    [
        {"last_name": "A" * 100_000},
        {"last_name": "A", "birthday": "99999-01-01"},
        {"last_name": "A", "birthday": "0001-01-01"},
        {"last_name": "A", "phones": ["words only"]},
        {"last_name": "A", "phones": [{"raw": "1" * 1000}]},
        {"last_name": "A", "emails": ["a" * 400 + "@b.example"]},
        {"last_name": "A", "tags": ["x" * 500]},
        {"last_name": "A", "tags": [str(n) for n in range(200)]},
        {"last_name": "A", "addresses": [{"country": "Atlantis"}]},
        {"last_name": "A", "website": "javascript:alert(1)"},
        {"last_name": "A", "external_id": "x" * 500},
        {"last_name": "   "},
        {"last_name": "\u202e"},
    ],
    ids=lambda value: str(value)[:40],
)
def test_values_that_no_field_takes_are_named(api: Program, values: Any) -> None:
    told = assert_problem(api.post("contacts", values), 422, "invalid")

    assert len(told["errors"]) == 1


def test_parts_of_an_address_that_are_odd_break_nothing(api: Program) -> None:
    for path in (
        "contacts?q=%00", "contacts?after=%00", "contacts?sort=%00", "contacts?fields=%ff", "contacts?filter[city]=%ed%a0%80",
        "contacts?filter%5Bcity%5D%5Bis%5D=x", "contacts/by/email/%00", "contacts/by/email/%20", "contacts/by/email/a%0Ab",
        "contacts/%F0%9F%98%80", "contacts?limit=%E2%91%A0", "contacts/..%2f..%2fetc", "contacts//5", "contacts/5/",
    ):  # fmt: skip
        answer = api.get(path)
        assert answer.status_code in {200, 400, 404}, path
        assert answer["Content-Type"] in {"application/json", "application/problem+json"}, path


def test_odd_headers_break_nothing(api: Program, contact: Any) -> None:
    for tag in ('"', '""', '"1', "W/", '"1","2"', "\x7f", '"99999999999999999999"', "é", "*,*"):
        answer = api.patch(f"contacts/{contact.pk}", {"job_title": "x"}, If_Match=tag)
        assert_problem(answer, 412)
    for header in ("Bearer", "Bearer ", "Basic x", "Bearer keen_é", "bearer  x", "x" * 10_000):
        assert_problem(Program().ask("GET", "contacts", Authorization=header), 401)

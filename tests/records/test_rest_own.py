"""Fields of one's own in the API: there as soon as somebody made them."""

from typing import Any

import pytest

from tests.factories.api import Program, assert_problem, program
from tests.factories.fields import make_field

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(owner: Any) -> Program:
    return program(owner)


KINDS = [
    ("text", {}, "Gold", "Gold"),
    ("number", {"decimals": 2}, 12.5, 12.5),
    ("money", {}, {"amount": "12.50", "currency": "EUR"}, {"amount": "12.50", "currency": "EUR"}),
    ("date", {}, "2026-11-24", "2026-11-24"),
    ("checkbox", {}, True, True),
    ("url", {}, "https://vela.example", "https://vela.example"),
]


@pytest.mark.parametrize(("type_", "wish", "sent", "read"), KINDS, ids=lambda value: str(value)[:12])
def test_a_field_of_ones_own_is_written_read_listed_and_described(
    api: Program, contact: Any, type_: str, wish: dict[str, Any], sent: Any, read: Any
) -> None:
    name = make_field("Tier", type=type_, **wish).name
    answer = api.patch(f"contacts/{contact.pk}", {name: sent}, If_Match="*")
    assert answer.status_code == 200, answer.content
    assert answer.json()["data"][name] == read
    (listed,) = api.get(f"contacts?fields={name}").json()["data"]
    assert listed[name] == read
    document = api.get("openapi.json").json()["components"]["schemas"]
    assert name in document["Contact"]["properties"]
    assert name in document["ContactWish"]["properties"]
    emptied = api.patch(f"contacts/{contact.pk}", {name: None}, If_Match="*").json()["data"][name]
    assert emptied in (None, "", False)


def test_a_field_of_ones_own_filters_and_sorts(api: Program, contact: Any) -> None:
    name = make_field("Tier", type="text", listed=True).name
    api.patch(f"contacts/{contact.pk}", {name: "Gold"}, If_Match="*")

    assert len(api.get(f"contacts?filter[{name}]=Gold").json()["data"]) == 1
    assert api.get(f"contacts?filter[{name}]=Silver").json()["data"] == []
    assert_problem(api.get("contacts?filter[x_never]=1"), 400, "unknown_field")


def test_a_batch_knows_what_is_the_same_of_fields_of_ones_own(api: Program) -> None:
    name = make_field("Tier", type="choice", choices=["Gold", "Silver"]).name
    item = {"data": {"last_name": "A", "external_id": "x-1", name: "gold"}}
    outcomes = [api.post("contacts/batch", {"items": [item]}).json()["data"][0] for _ in range(2)]

    assert [one["outcome"] for one in outcomes] == ["created", "unchanged"]


def test_a_batch_asks_for_what_the_pages_ask_for(api: Program) -> None:
    name = make_field(
        "Tier", type="text", asked="made", required=True, decision="Which price list holds."
    ).name
    item = {"data": {"last_name": "A", "external_id": "x-1"}}
    (told,) = api.post("contacts/batch", {"items": [item]}).json()["data"]

    assert told["status"] == 422
    assert told["problem"]["errors"][0]["pointer"] == f"/data/{name}"
    assert_problem(api.post("contacts", item["data"]), 422, at=f"/{name}")

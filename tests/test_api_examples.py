"""The examples of docs/reference/api.md, sent from the first to the last and held against what they say."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.factories.api import Program
from tests.factories.core import make_team, make_user

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "api.md"
BLOCK = re.compile(r"^```http\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADER = re.compile(r"([A-Z][\w-]+): (.*)")
ANYTHING = "…"


@dataclass
class Told:
    """A block of the page: its first line, headers and body."""

    first: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""

    @classmethod
    def of(cls, text: str) -> "Told":
        """The block as it stands on the page."""
        first, *rest = text.strip().splitlines()
        headers = {}
        while rest and (found := HEADER.fullmatch(rest[0])):
            headers[found[1]] = found[2]
            rest.pop(0)
        return cls(first, headers, "\n".join(rest))


def examples() -> list[tuple[Told, Told]]:
    """The requests with their answers, in the order of the page."""
    blocks = [Told.of(text) for text in BLOCK.findall(PAGE.read_text())]
    return list(zip(blocks[::2], blocks[1::2], strict=True))


def assert_like(found: Any, told: Any, at: str) -> None:
    """What was answered is what the page says, but for what it leaves open."""
    if told == ANYTHING:
        return
    if isinstance(told, dict):
        assert isinstance(found, dict), at
        whole = ANYTHING not in told
        named = {name: value for name, value in told.items() if name != ANYTHING}
        assert named.keys() <= found.keys(), (at, found)
        assert not whole or named.keys() == found.keys(), (at, sorted(found))
        for name, value in named.items():
            assert_like(found[name], value, f"{at}[{name}]")
    elif isinstance(told, list):
        assert isinstance(found, list), at
        assert len(found) == len(told), (at, found)
        for place, value in enumerate(told):
            assert_like(found[place], value, f"{at}[{place}]")
    else:
        assert found == told, at


@pytest.mark.django_db
def test_every_example_is_answered_as_the_page_says() -> None:
    team = make_team("Hamburg")
    maya = make_user("sales_rep", team, name="Maya Lindqvist")
    api = Program(named_token(maya))
    known = {"id": "", "undo": ""}
    pairs = examples()
    for request, answer in pairs:
        method, _, path = filled(request.first, known).partition(" ")
        body = json.loads(filled(request.body, known)) if request.body else None
        sent = {name.replace("-", "_"): value for name, value in request.headers.items()}
        found = api.ask(method, path.removeprefix("/api/v1/"), body, **sent)
        told = found.json()
        assert found.status_code == int(answer.first), (request.first, told)
        remember(known, told)
        for name, value in answer.headers.items():
            assert found.has_header(name), (request.first, name)
            assert value == ANYTHING or found[name] == filled(value, known), request.first
        assert_like(told, json.loads(answer.body), request.first)

    assert len(pairs) >= 15


def named_token(user: Any) -> str:
    """A token called as on the page."""
    from keen.core.actions.tokens import Wish, make_token
    from keen.core.domain.actor import SYSTEM

    scopes = dict.fromkeys(("contact", "account", "activity", "merge"), "write")
    return make_token(actor=SYSTEM, owner=user, wish=Wish(name="Docs", scopes=scopes))[0].token


def filled(text: str, known: dict[str, str]) -> str:
    """The text with what the answers before told."""
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def remember(known: dict[str, str], told: Any) -> None:
    """The record and the way back of an answer, for the requests after it. Of a batch, the last record."""
    data = told.get("data")
    last = data[-1] if isinstance(data, list) and data else data
    ids = [one["id"] for one in data if "id" in one] if isinstance(data, list) else []
    if isinstance(last, dict) and "id" in last:
        known["id"] = str(last["id"])
    elif ids:
        known["id"] = str(ids[-1])
    if undo := (told.get("receipt") or {}).get("undo"):
        known["undo"] = undo["href"]

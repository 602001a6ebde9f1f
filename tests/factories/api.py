"""Programs for tests: a token, and a client that speaks JSON with it."""

import json
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from keen.core.actions import tokens
from keen.core.domain.actor import SYSTEM
from keen.core.models import ApiToken, User
from keen.records import declare

PROBLEM = "application/problem+json"


def make_token(user: User, *, level: str = "write", expired: bool = False, **scopes: str) -> str:
    """The text of a token that acts for the person: contact="read", or every kind at one level."""
    wanted = scopes or {record_type.kind: level for record_type in declare.types()}
    made, _ = tokens.make_token(actor=SYSTEM, owner=user, wish=tokens.Wish(name="Test", scopes=wanted))
    if expired:
        ApiToken.objects.filter(pk=made.row.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    return made.token


class Program:
    """A program with a token."""

    def __init__(self, token: str = "") -> None:
        self.token = token
        self.client = Client(raise_request_exception=False)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer to a request; the path begins after /api/v1/. Header names with underscores for dashes."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            told["Authorization"] = f"Bearer {self.token}"
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        kind = told.pop("Content-Type", "application/json")
        return self.client.generic(method, f"/api/v1/{path}", data, content_type=kind, headers=told)

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("PUT", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.ask("DELETE", path, **headers)


def program(user: User, *, level: str = "write", **scopes: str) -> Program:
    """A program that acts for the person."""
    return Program(make_token(user, level=level, **scopes))


def assert_problem(answer: Any, status: int, code: str = "", *, at: str = "") -> dict[str, Any]:
    """The problem of the answer, after checking that it is one: of this status, this code, naming this place."""
    told: dict[str, Any] = answer.json()
    assert answer.status_code == status, told
    assert answer["Content-Type"] == PROBLEM
    assert told["status"] == status
    assert told["type"] == f"urn:keen:problem:{told['code'].replace('_', '-')}"
    assert told["title"]
    assert told["detail"]
    assert not code or told["code"] == code, told
    places = [fault.get("pointer", fault.get("parameter")) for fault in told.get("errors", ())]
    assert not at or at in places, told
    return told

"""`./keen token`: a token for a program, made, listed and revoked on the machine itself."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from keen.core.models import ApiToken, User
from tests.factories.api import Program
from tests.factories.core import make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return make_user("sales_rep", make_team(), email="erp@example.com", name="ERP")


def run(*arguments: str) -> str:
    told = StringIO()
    call_command("token", *arguments, stdout=told, stderr=StringIO())
    return told.getvalue().strip()


def make(*arguments: str) -> str:
    return run("make", "--for", "ERP@example.com", "--name", "Nightly sync", *arguments)


def test_the_token_that_is_printed_opens_what_was_asked_for(person: User) -> None:
    token = make("--read", "account", "--write", "contact", "--days", "7")

    row = ApiToken.objects.get()
    assert row.scopes == {"account": "read", "contact": "write"}
    assert (row.expires_at - row.created_at).days == 7
    assert Program(token).post("contacts", {"last_name": "Brandt"}).status_code == 201
    assert Program(token).post("accounts", {"name": "Vela"}).status_code == 403
    assert Program(token).get("activities").status_code == 403


def test_all_names_the_kinds_that_there_are(person: User) -> None:
    make("--read", "all")

    assert {"contact", "account", "activity"} <= set(ApiToken.objects.get().scopes)


def test_the_list_names_tokens_without_their_secrets(person: User) -> None:
    token = make("--read", "contact")
    told = run("list", "--for", "erp@example.com")

    assert "Nightly sync" in told
    assert token not in told
    assert token[:9] in told
    assert told == run("list")


def test_a_revoked_token_opens_nothing(person: User) -> None:
    token = make("--read", "contact")

    assert run("revoke", str(ApiToken.objects.get().pk)) == "Token “Nightly sync” is revoked."

    assert Program(token).get("contacts").status_code == 401
    assert run("list") == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("make", "--for", "nobody@example.com", "--name", "x", "--read", "contact"),
            "Nobody here has the address",
        ),
        (("make", "--for", "erp@example.com", "--name", "x"), "at least one kind"),
        (("make", "--for", "erp@example.com", "--name", "x", "--read", "users"), "no records called users"),
        (("revoke", "987654"), "does not exist"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(person: User, arguments: Any, says: str) -> None:
    with pytest.raises(CommandError, match=says):
        run(*arguments)

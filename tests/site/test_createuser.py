"""`./keen createuser`: the first one who can sign in."""

import io

import pytest
from django.core.management import CommandError, call_command

from keen.core.domain.roles import ROLES
from keen.core.models import Change, Role, Team, User
from keen.site.management.commands.createuser import asked

pytestmark = pytest.mark.django_db
PASSWORD = "four plain words here"


@pytest.fixture
def create(monkeypatch):
    """A function that runs the command with this password on standard input, and gives what it said."""

    def run(*arguments: str, password: str = PASSWORD) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        said = io.StringIO()
        call_command("createuser", "--password-stdin", *arguments, stdout=said, stderr=io.StringIO())
        return said.getvalue()

    return run


def test_the_first_person_is_an_administrator_who_can_sign_in(create, client) -> None:
    said = create("--email", "Ines@Nord.Example", "--name", "Ines Okafor")

    ines = User.objects.get()
    assert (ines.email, ines.name) == ("ines@nord.example", "Ines Okafor")
    assert ines.given.has("users.manage")
    assert Role.objects.count() == len(ROLES)
    assert "http://localhost:8000" in said
    assert client.post("/account/login/", {"login": ines.email, "password": PASSWORD}).status_code == 302
    assert Change.objects.filter(kind="user", record_id=ines.pk, verb="created").exists()


def test_a_role_and_a_team_are_given_and_the_name_is_guessed(create) -> None:
    create("--email", "maya.lindqvist@nord.example", "--role", "sales_rep", "--team", "North")

    maya = User.objects.get()
    assert maya.name == "Maya Lindqvist"
    assert maya.team == Team.objects.get(name="North")
    assert maya.given.teams == {maya.team_id}


@pytest.mark.parametrize("password", ["short", "1234567890", "maya@nord.example"])
def test_a_weak_password_adds_nobody(create, password: str) -> None:
    with pytest.raises(CommandError, match="nobody was added"):
        create("--email", "maya@nord.example", password=password)

    assert not User.objects.exists()


def test_an_address_is_used_once(create) -> None:
    create("--email", "maya@nord.example")

    with pytest.raises(CommandError, match="can sign in already"):
        create("--email", "MAYA@nord.example")


@pytest.mark.parametrize("arguments", [["--email", "maya"], ["--email", "m@nord.example", "--role", "king"]])
def test_what_does_not_fit_is_said(create, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        create(*arguments)

    assert not User.objects.exists()


def test_who_it_is_is_asked_in_a_terminal_and_said_to_be_missing_elsewhere(monkeypatch) -> None:
    assert asked("a@b.example", "") == ("a@b.example", "")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(CommandError, match="--email"):
        asked("", "")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    answers = iter(["ines@nord.example", ""])
    monkeypatch.setattr("builtins.input", lambda _: next(answers))
    assert asked("", "") == ("ines@nord.example", "")


def test_a_password_is_changed_from_one_line_of_input_and_ends_sessions(create, client, monkeypatch) -> None:
    create("--email", "maya@nord.example")
    maya = User.objects.get()
    client.post("/account/login/", {"login": maya.email, "password": PASSWORD})
    said = io.StringIO()

    monkeypatch.setattr("sys.stdin", io.StringIO("other plain words there\n"))
    call_command("changepassword", "Maya@nord.example", "--password-stdin", stdout=said)

    maya.refresh_from_db()
    assert maya.check_password("other plain words there")
    assert client.get("/contacts/").status_code == 302
    assert "signed out everywhere" in said.getvalue()


@pytest.mark.parametrize(
    ("arguments", "typed", "words"),
    [
        (("nobody@nord.example", "--password-stdin"), PASSWORD, "createuser adds somebody"),
        (("maya@nord.example", "--password-stdin"), "short", "the old one stays"),
        (("maya@nord.example",), "", "--password-stdin"),
    ],
)
def test_a_password_that_cannot_be_changed_is_told_in_one_line(
    create, monkeypatch, arguments: tuple[str, ...], typed: str, words: str
) -> None:
    create("--email", "maya@nord.example")

    monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
    with pytest.raises(CommandError, match=words):
        call_command("changepassword", *arguments, stderr=io.StringIO())

    assert User.objects.get().check_password(PASSWORD)

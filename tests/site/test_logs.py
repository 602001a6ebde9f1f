"""Keys that open an account do not stand in the log."""

import logging

import pytest
from django.http import HttpResponse
from django.utils.log import log_response

from keen.site.logs import HideKeys, HideProbes


def logged(message: str, *args: object) -> str:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, message, args, None)
    assert HideKeys().filter(record)
    return record.getMessage()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Unprocessable Entity: /join/Zk3_-x9/", "Unprocessable Entity: /join/…/"),
        ("Gone: /join/Zk3_-x9/ask/", "Gone: /join/…/ask/"),
        ("Not Found: /account/password/reset/key/1-abc-def/", "Not Found: /account/password/reset/key/1-…/"),
        ('"GET /join/Zk3_-x9 HTTP/1.1" 200', '"GET /join/… HTTP/1.1" 200'),
        ("Not Found: /contacts/7/", "Not Found: /contacts/7/"),
    ],
)
def test_a_key_in_an_address_becomes_dots(said: str, kept: str) -> None:
    assert logged("%s", said) == logged(said) == kept


@pytest.mark.parametrize(
    ("path", "status", "shown"),
    [("/healthz", 503, False), ("/healthz", 500, True), ("/contacts/", 503, True)],
)
def test_a_probe_that_hears_of_trouble_leaves_no_line(
    rf, caplog, path: str, status: int, shown: bool
) -> None:
    caplog.handler.addFilter(HideProbes())

    log_response("%s", path, response=HttpResponse(status=status), request=rf.get(path))

    assert (path in caplog.text) == shown


@pytest.mark.django_db
def test_a_refused_password_does_not_tell_the_log_the_link(client, caplog) -> None:
    from keen.core.actions.invitations import Welcome, invite
    from keen.core.actions.rights import ensure_roles
    from keen.core.domain.roster import invitees
    from tests.factories.core import make_user

    welcome = Welcome(roles=[ensure_roles()["reader"]])
    actor = make_user("administrator").actor()
    sent, _ = invite(actor=actor, people=invitees("s@nord.example"), welcome=welcome)
    caplog.handler.addFilter(HideKeys())

    assert client.post(f"/join/{sent[0].token}/", {"password": "short"}).status_code == 422

    assert "/join/…" in caplog.text
    assert sent[0].token not in caplog.text

"""Keen on a phone: what the browser needs to install it, to open it without a network, and to send what waited."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from keen.core.pages import COPY_FOR
from keen.core.views.phone import SHELL
from tests.factories.core import make_user

HTMX = {"HX-Request": "true"}


def test_the_manifest_makes_an_app_of_it(client: Client) -> None:
    answer = client.get(reverse("manifest"))
    told = json.loads(answer.content)

    assert answer["Content-Type"] == "application/manifest+json"
    assert (told["start_url"], told["scope"], told["display"]) == ("/", "/", "standalone")
    assert [(icon["sizes"], icon["purpose"]) for icon in told["icons"]] == [
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]
    assert [one["name"] for one in told["shortcuts"]] == ["Log a call", "New person", "Today"]


def test_the_worker_comes_from_the_root_with_the_shell_and_its_version(client: Client) -> None:
    answer = client.get(reverse("service-worker"))
    shell = json.loads(re.match(r"const SHELL = (.+?);\n", answer.content.decode())[1])  # type: ignore[index]

    assert reverse("service-worker").count("/") == 1
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert len(shell["files"]) == len(SHELL)
    assert re.fullmatch("[0-9a-f]{16}", shell["version"])
    assert b"self.outbox" in answer.content


@pytest.mark.django_db
def test_every_file_of_the_first_page_is_in_the_shell(client: Client) -> None:
    client.force_login(make_user("sales_rep"))
    page = client.get("/").content.decode()

    wanted = {name.removeprefix("/static/") for name in re.findall(r'/static/[^"# ]+', page)}
    assert wanted - set(SHELL) == set()


@pytest.mark.django_db
def test_the_page_without_a_network_names_nobody(client: Client) -> None:
    user = make_user("sales_rep")
    client.force_login(user)
    page = client.get(reverse("offline")).content.decode()

    assert "No network" in page
    assert user.name not in page
    assert "data-user" not in page
    assert 'data-csrf=""' in page


@pytest.mark.django_db
def test_today_may_be_kept_for_its_reader_alone_and_other_pages_not_at_all(client: Client) -> None:
    user = make_user("sales_rep")
    client.force_login(user)

    assert client.get("/")[COPY_FOR] == str(user.pk)
    for address in ("/?r=x", "/settings/", "/contacts/", "/export/", "/api/v1/contacts"):
        assert COPY_FOR not in client.get(address), address


@pytest.mark.django_db
def test_who_is_here_is_told_to_themselves_and_kept_nowhere(client: Client) -> None:
    assert client.get(reverse("here"), headers=HTMX).status_code == 401
    user = make_user("sales_rep")
    client.force_login(user)
    answer = client.get(reverse("here"), headers=HTMX)

    assert answer["Cache-Control"] == "no-store"
    assert json.loads(answer.content)["user"] == str(user.pk)
    assert json.loads(answer.content)["csrf"]

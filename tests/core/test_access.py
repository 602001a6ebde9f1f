"""Every door of the house: who may come in is decided, and nobody comes in by accident."""

import re
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.core.checks import Error
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver, path
from django.urls.resolvers import URLPattern, URLResolver

from keen.core.access import PUBLIC, TOKEN, check_routes, is_granted, public, route, routes
from keen.core.domain.actor import Actor
from keen.core.domain.rights import POWERS, union
from keen.core.models import Operation
from tests.factories.core import make_role, make_user

# What other sites post to, with a stamp of its own in place of the token of a session.
FROM_OTHER_SITES = {"web-form"}
# What anybody may open without an account, each for its reason.
OPEN = {
    "account_login": "the way in",
    "account_logout": "the way out, which leads to the way in",
    "account_inactive": "says that access was closed",
    "account_reset_password": "a forgotten password",
    "account_reset_password_done": "a forgotten password",
    "account_reset_password_from_key": "a forgotten password, with a key from a mail",
    "account_reset_password_from_key_done": "a forgotten password",
    "mfa_login_webauthn": "the way in with a passkey",
    "demo-enter": "404 unless it is a demo",
    "join": "the way in with a key from a mail",
    "join-ask": "a new key, with an old one",
    "act-as-stop": "gives a right back, never one",
    "help": "help with signing in",
    "privacy": "what is kept about people",
    "healthz": "for whoever watches the server",
    "manifest": "what makes an app of it, before anybody signs in",
    "offline": "stands for a page that is not on the device, and names nobody",
    "service-worker": "a script, which the browser asks for without a session",
}
ALL = list(routes())
NAMES = sorted({str(pattern.name) for _, pattern in ALL})


def address_of(route_name: str) -> str:
    """A path that the route answers, with made-up values in it."""
    prefix = next(prefix for prefix, pattern in ALL if pattern.name == route_name)
    filled = re.sub(r"\(\?P<\w+>[^)]*\)", "1", prefix).replace("^", "").replace("$", "")
    filled = re.sub(r"<int:\w+>", "999999", filled)
    filled = re.sub(r"<uuid:\w+>", str(uuid4()), filled)
    filled = re.sub(r"<slug:kind>", "contact", filled)
    filled = re.sub(r"<\w+:\w+>|<\w+>", "x", filled)
    return "/" + filled


def test_every_route_has_a_name() -> None:
    assert [prefix for prefix, pattern in ALL if not pattern.name] == []


def test_every_route_says_who_may_come_in() -> None:
    assert check_routes() == []


def test_a_permission_that_a_route_names_exists() -> None:
    kinds = {"signed-in", PUBLIC, TOKEN}
    asked = {getattr(pattern.callback, "keen_permission", "signed-in") for _, pattern in ALL}
    powers = {permission.removeprefix("power:") for permission in asked if permission.startswith("power:")}
    rest = {permission for permission in asked if not permission.startswith("power:")} - kinds

    assert powers <= set(POWERS)
    assert [
        permission
        for permission in rest
        if not re.fullmatch(r"\w+\.(view|add|edit|delete|export)", permission)
    ] == []


def permissions_of(route_name: str) -> set[str]:
    return {
        getattr(pattern.callback, "keen_permission", "signed-in")
        for _, pattern in ALL
        if pattern.name == route_name
    }


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_without_an_account_every_door_leads_to_the_sign_in(method: str) -> None:
    ajar = []
    for route_name in NAMES:
        client = Client()
        answer = getattr(client, method)(address_of(route_name))
        led_in = answer.status_code == 302 and answer["location"].startswith("/account/login/")
        held = led_in or answer.status_code in (
            {401, 405} if TOKEN in permissions_of(route_name) else {403, 404, 405}
        )
        if (not held and route_name not in OPEN) or "_auth_user_id" in client.session:
            ajar.append((route_name, answer.status_code))

    assert ajar == []


@pytest.mark.django_db
def test_an_account_without_a_role_opens_no_page_of_people_records_or_jobs(client) -> None:
    client.force_login(make_user(make_role()))

    ajar = [
        (route_name, answer.status_code)
        for route_name in NAMES
        if not permissions_of(route_name) & {"signed-in", PUBLIC, TOKEN}
        and (answer := client.get(address_of(route_name))).status_code not in {403, 405}
    ]

    assert ajar == []


@pytest.mark.django_db
def test_a_write_without_its_token_is_refused_everywhere() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("administrator"))

    taken = [
        (route_name, answer.status_code)
        for route_name in NAMES
        if (answer := client.post(address_of(route_name))).status_code
        not in ({401, 405} if TOKEN in permissions_of(route_name) else {403, 405})
        and route_name not in FROM_OTHER_SITES
    ]

    assert taken == []
    assert not Operation.objects.exists()


@pytest.mark.django_db
def test_a_part_of_a_page_stays_as_it_is_when_the_session_ended(client) -> None:
    answer = client.post("/settings/theme/", headers={"hx-request": "true"})

    assert (answer.status_code, answer.content) == (401, b"")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("came_from", "led_to"),
    [
        ("http://testserver/settings/?a=1#x", "/settings/%3Fa%3D1"),
        ("http://testserver/settings/", "/settings/"),
        ("http://evil.example/settings/", "/"),
        ("http://testserver//evil.example/", "/"),
        ("", "/"),
    ],
)
def test_after_a_lost_session_a_form_leads_back_to_its_page(client, came_from: str, led_to: str) -> None:
    answer = client.post("/settings/theme/", headers={"referer": came_from})

    assert answer["location"] == f"/account/login/?next={led_to}"


@pytest.mark.django_db
def test_a_role_without_the_power_is_told_so_and_by_whom_it_can_be_changed(client) -> None:
    client.force_login(make_user("sales_rep"))

    answer = client.get("/settings/people/")

    assert answer.status_code == 403
    assert b"An administrator can change that" in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("to", ["/settings/people/", "/settings/teams/", "/settings/roles/", "/jobs/"])
def test_the_administrator_comes_in(client, to: str) -> None:
    client.force_login(make_user("administrator"))

    assert client.get(to).status_code == 200


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def found_in(*patterns: URLPattern) -> list[Any]:
    """What the check at start-up says of these routes."""
    resolver = get_resolver()
    before = resolver.url_patterns
    resolver.__dict__["url_patterns"] = [*patterns]
    try:
        return check_routes()
    finally:
        resolver.__dict__["url_patterns"] = before


def test_a_route_that_nobody_decided_about_stops_the_start() -> None:
    (error,) = found_in(path("open/", view))

    assert isinstance(error, Error)
    assert error.id == "keen.E001"
    assert found_in(path("held/", route()(view))) == []
    assert found_in(path("open/", public(partial(view)))) == []


def test_a_page_of_another_package_that_pretends_is_not_passed_over() -> None:
    def pretender(request: HttpRequest) -> HttpResponse:
        return view(request)

    pretender.__module__ = "allauthentic.views"

    assert [error.id for error in found_in(path("x/", pretender))] == ["keen.E001"]


def test_permissions_are_granted_by_rights_alone() -> None:
    reader = Actor(1, "R", union([{"records": {"*": {"view": "own"}}, "powers": ["merge"]}]))

    assert is_granted(reader, "signed-in")
    assert is_granted(reader, "power:merge")
    assert is_granted(reader, "contact.view")
    assert not is_granted(reader, "contact.edit")
    assert not is_granted(reader, "power:import")


def test_the_walk_over_the_routes_forgets_none() -> None:
    def count(resolver: URLResolver) -> int:
        return sum(count(one) if isinstance(one, URLResolver) else 1 for one in resolver.url_patterns)

    assert len(ALL) == count(get_resolver())

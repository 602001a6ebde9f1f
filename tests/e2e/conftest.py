"""A running Keen with a small office in it, put back as it was before every test, and people who sit down at it.

The office is made once; each test starts from a copy of the whole database file, which takes milliseconds where
making it again would take seconds.
"""

import sqlite3  # the one that keen puts in its place, as the database uses it
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.e2e.hands import Hands
from tests.e2e.office import Office, open_office

DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
PATIENCE = 15_000  # milliseconds: a busy machine is slow, and waiting costs nothing where all is well
expect.set_options(timeout=PATIENCE)
# What the browser and htmx write by themselves about an answer of 4xx to a wrong input, and about a network that is off.
EXPECTED = ("Failed to load resource", "htmx:error: Failed to fetch")


class Copies:
    """The database as it was at chosen moments."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def take(self, name: str) -> None:
        with self._file(name) as kept:
            connection.ensure_connection()
            connection.connection.backup(kept)

    def put_back(self, name: str) -> None:
        """What is in the database is now what was there when the copy was taken."""
        with self._file(name) as kept:
            connection.ensure_connection()
            kept.backup(connection.connection)
        cache.clear()

    def _file(self, name: str) -> Any:
        return closing(sqlite3.connect(self._directory / f"{name}.sqlite3"))


@pytest.fixture(scope="session")
def database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database, which pytest-django makes only when a test asks for it in its own words."""
    named = connection.settings_dict
    with django_db_blocker.unblock():
        made = []
        if named["NAME"] != named["TEST"]["NAME"]:
            made = setup_databases(verbosity=0, interactive=False, aliases={"default": None})
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def copies(database: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """Copies of the empty database and of the office; what is left in the end is the empty one."""
    made = Copies(tmp_path_factory.mktemp("copies"))
    with django_db_blocker.unblock():
        made.take("empty")
        try:
            open_office()
            made.take("office")
        finally:
            made.put_back("empty")
    return made


@pytest.fixture(scope="session")
def house(database: None) -> Iterator[LiveServer]:
    """A running Keen. Unlike pytest-django's own it empties no tables after a test."""
    server = LiveServer("localhost")
    server._live_server_modified_settings.enable()
    yield server
    server._live_server_modified_settings.disable()
    server.stop()


@pytest.fixture
def office(copies: Copies, django_db_blocker: Any) -> Iterator[Office]:
    """The office as it is in the morning."""
    with django_db_blocker.unblock():
        copies.put_back("office")
        yield Office()
        copies.put_back("empty")
        connections.close_all()


@pytest.fixture
def empty_house(copies: Copies, django_db_blocker: Any) -> Iterator[None]:
    """Keen just after it was installed."""
    with django_db_blocker.unblock():
        copies.put_back("empty")
        yield
        copies.put_back("empty")
        connections.close_all()


@pytest.fixture
def sit_down(browser: Browser, house: LiveServer) -> Iterator[Callable[..., Hands]]:
    """A function that puts somebody before a screen, DESK or PHONE, with further options for the browser.

    Whatever the browser complained of by the end of the test, a policy violation included, fails it.
    """
    complaints: list[str] = []
    with ExitStack() as stack:

        def sit(user: Any = None, screen: dict[str, Any] = DESK, **options: Any) -> Hands:
            # Whoever needs the service worker says so: it would fetch the shell anew for every test.
            chosen = {"service_workers": "block", **screen, **options}
            context = browser.new_context(base_url=house.url, **chosen)
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE)
            if user is not None:
                bring_in(context, user, house.url)
            page = context.new_page()
            listen(page, complaints)
            return Hands(page)

        yield sit
    assert complaints == []


def bring_in(context: BrowserContext, user: Any, address: str) -> None:
    """Signs somebody in without the form."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


def listen(page: Page, complaints: list[str]) -> None:
    """Writes down what the browser complains of."""

    def heard(message: Any) -> None:
        if message.type == "error" and not any(text in message.text for text in EXPECTED):
            complaints.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(getattr(error, "stack", "") or str(error)))

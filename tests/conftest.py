"""What every test stands on: a database of its own, files that go away, and a browser for those that ask."""

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections
from hypothesis import settings as hypothesis_settings

# Imported by pytest after Django is set up, as models want it.
from keen.core import stamps
from keen.telemetry import capture, policy
from tests.factories import core as factories

DATABASE = os.environ.get("KEEN_TEST_DATABASE", "sqlite")
ASKS_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup", "context", "page"}
scratch = tempfile.TemporaryDirectory(prefix="keen-files-")

pytest_plugins = ["tests.browser"]


def pytest_configure() -> None:
    """Takes the slow and the lasting out of the settings: key stretching, hashed file names, real directories."""
    # No test asserts how long something takes, and a busy machine is no counterexample.
    hypothesis_settings.register_profile("keen", hypothesis_settings.get_profile("default"), deadline=None)
    hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "keen")
    stamps.see("")  # what is collected may ask for fields before there is a database
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django_settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    django_settings.KEEN.data = Path(scratch.name)
    # Rolled back, the ids of tokens come again, and with them the counters of tests before.
    django_settings.KEEN.api_reads_per_minute = django_settings.KEEN.api_writes_per_minute = 0
    django_settings.KEEN.forms_per_minute = 0
    django_settings.MEDIA_ROOT = Path(scratch.name) / "files"
    django_settings.STATIC_ROOT = Path(scratch.name) / "static"
    django_settings.STATIC_ROOT.mkdir()
    # What is recorded of use asks nothing of the database here, and an event that is not declared is an error.
    policy.keeper.pinned = policy.Policy()
    capture.losses.strict = True
    # Playwright keeps an event loop in the thread of the test, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_unconfigure() -> None:
    scratch.cleanup()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what holds for the other database only, and on PostgreSQL what asks no database at all."""
    kept = [item for item in items if runs_here(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def runs_here(item: pytest.Item) -> bool:
    """True if the test says something about the database of this run."""
    other = "postgres" if DATABASE == "sqlite" else "sqlite"
    if item.get_closest_marker(other):
        return False
    asks = item.get_closest_marker("django_db") or ASKS_DATABASE & set(getattr(item, "fixturenames", ()))
    return DATABASE == "sqlite" or bool(asks)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A database file for SQLite, as in real life: one in memory locks whole tables between threads."""
    for connection in connections.all():
        if connection.vendor == "sqlite":
            name = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
            connection.settings_dict["TEST"]["NAME"] = name
            connection.settings_dict["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"


@pytest.fixture(autouse=True)
def no_fields_of_ones_own() -> None:
    """What a test before made of fields of one's own is rolled back, so nothing may remember it."""
    stamps.see("")


@pytest.fixture
def on_postgres() -> bool:
    """True when the tests run on PostgreSQL."""
    return DATABASE == "postgres"


@pytest.fixture
def files(settings: object, tmp_path: Path) -> Path:
    """An empty directory for uploads, for this test alone."""
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]  # pytest-django's wrapper takes any name
    return tmp_path


@pytest.fixture
def team(db: None) -> Any:
    """The team of the owner and the colleague."""
    return factories.make_team()


@pytest.fixture
def owner(team: Any) -> Any:
    """Somebody who has the records of the test."""
    return factories.make_user("sales_rep", team)


@pytest.fixture
def colleague(team: Any) -> Any:
    """Somebody in the owner's team."""
    return factories.make_user("sales_rep", team)


@pytest.fixture
def stranger(db: None) -> Any:
    """Somebody of another team, for whom the owner's records do not exist."""
    return factories.make_user("sales_rep", factories.make_team())

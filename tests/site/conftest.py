"""An installation with a company in it, and places beside it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.factories.keeping import Company, Place, empty_database, make_company, run


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data directory of this test alone."""
    place = tmp_path / "here"
    (place / "files").mkdir(parents=True)
    monkeypatch.setattr(settings.KEEN, "data", place)
    monkeypatch.setattr(settings, "MEDIA_ROOT", place / "files")
    return place


@pytest.fixture
def company(transactional_db: None, data: Path) -> Company:
    """A company that other processes see."""
    return make_company(data)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Place]:
    """An installation without people and records, made once: making the tables takes seconds."""
    data = tmp_path_factory.mktemp("migrated")
    with empty_database() as address:
        made = run("migrate", "-v0", data=data, database=address)
        assert made.returncode == 0, made.stderr
        yield Place(data, address)


@pytest.fixture
def vacant(migrated: Place, tmp_path: Path) -> Iterator[Place]:
    """An installation of this test alone, without people and records."""
    data = tmp_path / "vacant"
    shutil.copytree(migrated.data, data)
    with empty_database(migrated.database.rpartition("/")[2]) as address:
        yield Place(data, address)


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The address of an empty database, "" for SQLite."""
    with empty_database() as address:
        yield address

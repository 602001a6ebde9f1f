"""An installation with a company in it, and places beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.factories.keeping import Company, empty_database, make_company


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


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The address of an empty database, "" for SQLite."""
    with empty_database() as address:
        yield address

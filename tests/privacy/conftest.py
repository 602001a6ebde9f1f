"""Who answers for personal data in these tests, and a data directory of their own."""

from pathlib import Path
from typing import Any

import pytest

from keen.core.models import User
from keen.people.models import Contact
from tests.factories.core import make_user
from tests.factories.people import make_contact


@pytest.fixture
def boss() -> User:
    return make_user("administrator")


@pytest.fixture
def data(settings: Any, tmp_path: Path) -> Path:
    """A data directory of its own, with its journal and keys."""
    settings.KEEN.data, before = tmp_path, settings.KEEN.data
    settings.MEDIA_ROOT = tmp_path / "files"
    yield tmp_path
    settings.KEEN.data = before


@pytest.fixture
def contact(owner: User) -> Contact:
    return make_contact("Amira Haddad", owner=owner, team=owner.team, emails=["amira@vela.example"])

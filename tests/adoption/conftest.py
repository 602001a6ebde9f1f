"""Facts in a directory of the test's own, at the level by person."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from keen.telemetry.domain.levels import Level
from keen.telemetry.models import LevelChange


@pytest.fixture
def usage(tmp_path: Path) -> Iterator[Path]:
    """The directory of events, empty at first."""
    before = django_settings.KEEN.data
    django_settings.KEEN.data = tmp_path
    yield tmp_path / "usage"
    django_settings.KEEN.data = before


@pytest.fixture
def by_person(db: None) -> datetime:
    """The level by person, in force for a year."""
    since = timezone.now() - timedelta(days=365)
    LevelChange.objects.create(
        level=Level.PERSON.value,
        before=Level.AGGREGATED.value,
        reason="To help where it is needed.",
        state=LevelChange.IN_FORCE,
        asked_at=since,
        decided_at=since,
    )
    return since

"""Events in a directory of the test's own, and a level that is in force at once."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from keen.telemetry import capture, policy
from keen.telemetry.domain.levels import Level


@pytest.fixture
def usage(tmp_path: Path) -> Iterator[Path]:
    """The directory of events, empty at first."""
    before = django_settings.KEEN.data
    django_settings.KEEN.data = tmp_path
    capture.losses.waiting.clear()
    yield tmp_path / "usage"
    capture.spool().close()
    capture.losses.waiting.clear()
    django_settings.KEEN.data = before


@pytest.fixture
def at_level() -> Iterator[Callable[..., Any]]:
    """A function that puts a level in force."""
    before = policy.keeper.pinned

    def put(level: Level, places: Any = None) -> None:
        key = "" if level is Level.AGGREGATED else "made up"
        policy.keeper.pinned = policy.Policy(level, key, places or {})

    yield put
    policy.keeper.pinned = before


@pytest.fixture
def asked_for_real() -> Iterator[policy.Keeper]:
    """The keeper as it is outside of tests: it asks the database."""
    before = policy.keeper.pinned
    policy.keeper.pinned = None
    policy.keeper.forget()
    yield policy.keeper
    policy.keeper.forget()
    policy.keeper.pinned = before

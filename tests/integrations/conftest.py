"""Somebody who may manage webhooks, and a receiver they are sent to."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories import core as factories
from tests.factories.integrations import Receiver, loopback_allowed, receiver


@pytest.fixture
def admin(team: Any) -> Any:
    """Somebody who may do everything."""
    return factories.make_user("administrator", team)


@pytest.fixture
def heard() -> Iterator[Receiver]:
    """A receiver on this machine, which webhooks may reach."""
    with loopback_allowed(), receiver() as made:
        yield made

"""Somebody who may set up automations, and their colleagues."""

from typing import Any

import pytest

from tests.factories import core as factories


@pytest.fixture
def admin(team: Any) -> Any:
    return factories.make_user("administrator", team, name="Ana Admin")


@pytest.fixture
def rep(team: Any) -> Any:
    return factories.make_user("sales_rep", team, name="Maya Rep")

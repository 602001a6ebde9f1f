"""Somebody who may bring orders in and say whose they are."""

from typing import Any

import pytest

from tests.factories.core import make_user
from tests.factories.people import make_account, make_contact


@pytest.fixture
def steward(team: Any) -> Any:
    """Somebody who may do everything with orders."""
    return make_user("administrator", team)


@pytest.fixture
def vela(owner: Any) -> Any:
    """The owner's company."""
    return make_account(
        "Vela Foods GmbH",
        owner=owner,
        team=owner.team,
        website="https://vela.example",
        account_number="K-4711",
    )


@pytest.fixture
def amira(owner: Any, vela: Any) -> Any:
    """The owner's person there."""
    return make_contact(
        "Amira Haddad", owner=owner, team=owner.team, account=vela, emails=["amira@vela.example"]
    )

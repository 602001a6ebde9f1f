"""A deal of the owner, and who is around it."""

from typing import Any

import pytest

from keen.people.models import Account
from keen.sales.models import Opportunity
from tests.factories.core import make_user
from tests.factories.people import make_account
from tests.factories.sales import make_opportunity


@pytest.fixture
def admin(team: Any) -> Any:
    """Somebody who sets up pipelines."""
    return make_user("administrator", team)


@pytest.fixture
def reader(team: Any) -> Any:
    """Somebody in the owner's team who only reads."""
    return make_user("reader", team)


@pytest.fixture
def account(owner: Any) -> Account:
    """The owner's company."""
    return make_account("Vela Foods", owner=owner, team=owner.team)


@pytest.fixture
def deal(owner: Any, account: Account) -> Opportunity:
    """The owner's deal there, at Qualification."""
    return make_opportunity(
        "Cold chain", owner=owner, team=owner.team, account=account, stage="qualification", amount=48000,
        actor=owner.actor(),
    )  # fmt: skip

"""The person, the company and the reader of these tests."""

from typing import Any

import pytest

from keen.people.models import Account, Contact
from tests.factories.core import make_user
from tests.factories.people import make_account, make_contact


@pytest.fixture
def account(owner: Any) -> Account:
    """The owner's company."""
    return make_account("Vela Foods", owner=owner, team=owner.team)


@pytest.fixture
def contact(owner: Any, account: Account) -> Contact:
    """The owner's person there."""
    return make_contact("Amira Haddad", owner=owner, team=owner.team, account=account, phones=["030 555010"])


@pytest.fixture
def reader(team: Any) -> Any:
    """Somebody in the owner's team who only reads."""
    return make_user("reader", team)

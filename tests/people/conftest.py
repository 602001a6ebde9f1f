"""The owner's company, a person there, and somebody who only reads."""

from typing import Any

import pytest

from keen.people.models import Account, Contact
from tests.factories.core import make_user
from tests.factories.people import make_account, make_contact


@pytest.fixture
def reader(team: Any) -> Any:
    """Somebody in the owner's team who only reads."""
    return make_user("reader", team)


@pytest.fixture
def account(owner: Any) -> Account:
    """The owner's company."""
    return make_account(
        "Vela Foods GmbH", owner=owner, team=owner.team, website="https://www.vela.example/de", city="Berlin"
    )


@pytest.fixture
def contact(owner: Any, account: Account) -> Contact:
    """The owner's person there."""
    return make_contact(
        "Amira Haddad",
        owner=owner,
        team=owner.team,
        account=account,
        emails=["amira@vela.example"],
        phones=["030 5550101"],
    )

"""The person, the company and the reader of these tests."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from keen.activities.models import Activity
from keen.people.models import Account, Contact
from tests.factories.activities import client_of, make_activity
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


@pytest.fixture
def mine(owner: Any) -> Client:
    """The owner's browser."""
    return client_of(owner)


@pytest.fixture
def call(owner: Any, contact: Contact) -> Activity:
    """A call that the owner planned for today."""
    return make_activity(
        owner, kind="call", contact=contact, plan_on=timezone.localdate(), subject="Call about May"
    )

"""A deal of the owner, and who is around it."""

from typing import Any

import pytest
from django.test import Client

from keen.people.models import Account
from keen.sales.models import Opportunity, Quote
from tests.factories.core import make_user
from tests.factories.offers import make_quote, run_mail_tasks, send
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


@pytest.fixture
def client_of() -> Any:
    """A browser in which this person has signed in."""

    def signed_in(person: Any) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return signed_in


@pytest.fixture
def me(owner: Any) -> Any:
    """The owner as an actor."""
    return owner.actor()


@pytest.fixture
def quote(me: Any, deal: Opportunity) -> Quote:
    """A draft of the deal."""
    return make_quote(me, deal)


@pytest.fixture
def sent(me: Any, quote: Quote, settings: Any) -> Quote:
    """The same, sent; its mail has gone out."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    found = send(me, quote)
    run_mail_tasks()
    return found

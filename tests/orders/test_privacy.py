"""What was read of a person goes with them, and is in the file about them."""

import json
from typing import Any

import pytest

from keen.orders.models import Customer, Order
from keen.privacy.actions.erasure import erase_contact
from keen.privacy.actions.sweep import sweep
from keen.privacy.models import Erasure
from keen.privacy.queries.access import everything
from keen.privacy.queries.subjects import person_of
from tests.factories.orders import bring

pytestmark = pytest.mark.django_db(transaction=True)
TOLD = {
    "kind": "order", "number": "SO-1", "customer_name": "Amira Haddad", "email": "amira@vela.example", "on": "2026-11-01",
    "reference": "call Amira Haddad", "gross": "5",
}  # fmt: skip


def test_names_and_addresses_as_sent_are_erased_and_do_not_come_back(
    steward: Any, vela: Any, amira: Any
) -> None:
    bring(TOLD)
    held = json.dumps(everything(person_of(amira), steward.actor()), default=str)
    assert '"number": "SO-1"' in held

    _, erasure_id = erase_contact(actor=steward.actor(), contact_id=amira.pk, confirmed="Amira Haddad")
    sweep(Erasure.objects.get(pk=erasure_id))

    kept = str([*Order.objects.values(), *Customer.objects.values()])
    assert "amira" not in kept.lower()
    assert (Order.objects.get().gross, Order.objects.get().account_id) == (5, vela.pk)
    bring({**TOLD, "number": "SO-2"})
    assert "amira" not in str([*Order.objects.values("email"), *Customer.objects.values("email")]).lower()

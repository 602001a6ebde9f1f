"""Invoices whose day has passed are told of once."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from keen.core.wiring import Wiring, rewired, wired
from keen.orders.actions import overdue
from keen.orders.events import InvoiceOverdue
from keen.orders.models import Invoice
from tests.factories.orders import bring, make_paper

pytestmark = pytest.mark.django_db


def listen(event: Any) -> None:
    """Hear of it."""


def test_an_invoice_is_told_of_once_and_again_when_its_day_is_another(vela: Any) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    told = {"gross": "5", "customer_number": "K-4711"}
    make_paper("invoice", vela, number="1", due_on=yesterday.isoformat(), **told)
    make_paper("invoice", vela, number="2", due_on=(yesterday + timedelta(days=3)).isoformat(), **told)
    make_paper("invoice", vela, number="3", due_on=yesterday.isoformat(), status="paid", **told)

    with rewired(Wiring(**{**vars_of(wired()), "handlers": ((InvoiceOverdue, listen),)})):
        assert (overdue.tell(), overdue.tell()) == (1, 0)
        assert DBTaskResult.objects.filter(task_path__contains="deliver").count() == 1
        bring({"kind": "invoice", "number": "1", "due_on": (yesterday - timedelta(days=1)).isoformat()})
        assert overdue.tell() == 1
    assert Invoice.objects.get(number="1").days_overdue(timezone.localdate()) == 2


def vars_of(wiring: Wiring) -> dict[str, Any]:
    return {name: getattr(wiring, name) for name in wiring.__slots__}

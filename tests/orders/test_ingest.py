"""Papers on their way in: once, never older over newer, at the right account."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from keen.core.models import Change
from keen.orders.models import Customer, Invoice, Milestone, Order
from keen.records.models import SearchEntry
from tests.factories.orders import bring

pytestmark = pytest.mark.django_db
ORDER = {
    "kind": "order", "number": "SO-2231", "customer_number": "K-4711", "customer_name": "Vela Foods", "email": "amira@vela.example",
    "on": "2026-11-20", "status": "shipped", "shipped_on": "2026-11-23", "carrier": "DHL", "tracking": "JD0146", "currency": "EUR",
    "gross": "1482.74", "changed_at": "2026-11-23T16:10:00+00:00",
    "lines": [{"article": "CB-40", "text": "Cold box", "quantity": "12", "price": "89.00"}],
}  # fmt: skip


def test_an_order_stands_at_its_account_and_its_person_and_is_found(vela: Any, amira: Any) -> None:
    assert bring(ORDER) == {"created": 1}

    order = Order.objects.get()
    assert (order.account_id, order.account_name, order.contact_id) == (vela.pk, vela.name, amira.pk)
    assert order.gross == Decimal("1482.740")
    assert order.lines[0]["amount"] == "1068"
    assert sorted(Milestone.objects.values_list("what", flat=True)) == ["placed", "shipped"]
    assert SearchEntry.objects.filter(record_kind="order", record_id=order.pk).exists()


def test_the_same_again_writes_nothing(vela: Any) -> None:
    bring(ORDER)
    before = (Order.objects.values().get(), Change.objects.count())

    assert bring(ORDER) == {"unchanged": 1}
    assert (Order.objects.values().get(), Change.objects.count()) == before


def test_what_is_older_does_not_overwrite_what_is_newer(vela: Any) -> None:
    bring(ORDER)
    older = {**ORDER, "status": "ordered", "changed_at": "2026-11-21T08:00:00+00:00"}

    assert bring(older) == {"older": 1}
    assert Order.objects.get().status == "shipped"


def test_of_one_number_in_one_call_the_last_one_holds(vela: Any) -> None:
    first = {key: value for key, value in ORDER.items() if key != "changed_at"}

    assert bring({**first, "status": "ordered"}, {**first, "status": "cancelled"}) == {
        "created": 1,
        "updated": 1,
    }
    assert Order.objects.get().status == "cancelled"


def test_what_is_not_said_stays(vela: Any, amira: Any) -> None:
    bring(ORDER)

    bring(
        {
            "kind": "order",
            "number": "SO-2231",
            "status": "invoiced",
            "changed_at": "2026-11-24T08:00:00+00:00",
        }
    )

    order = Order.objects.get()
    assert (order.status, order.tracking, order.account_id, len(order.lines)) == (
        "invoiced",
        "JD0146",
        vela.pk,
        1,
    )


def test_the_same_number_of_another_system_is_another_order(vela: Any) -> None:
    bring(ORDER)
    bring(ORDER, system="Shop")

    assert Order.objects.count() == 2


def test_an_invoice_says_what_is_open_or_its_status_does(vela: Any) -> None:
    told = {"kind": "invoice", "customer_number": "K-4711", "gross": "100.00", "due_on": "2026-01-01"}
    bring(
        {**told, "number": "1"},
        {**told, "number": "2", "status": "paid"},
        {**told, "number": "3", "open_amount": "40"},
    )

    found = {row.number: (row.status, row.open_amount) for row in Invoice.objects.all()}
    assert found == {"1": ("open", 100), "2": ("paid", 0), "3": ("part_paid", 40)}


def test_who_is_not_known_waits_and_is_met_once(vela: Any) -> None:
    stranger = {"kind": "order", "customer_number": "9", "customer_name": "Nobody Ltd"}
    bring({**stranger, "number": "A"}, {**stranger, "number": "B"}, {"kind": "order", "number": "C"})

    customer = Customer.objects.get()
    assert (customer.state, customer.account_id) == ("waiting", None)
    assert Order.objects.filter(customer=customer, account__isnull=True).count() == 2
    assert not Milestone.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_programs_with_the_same_papers_wait_for_each_other() -> None:
    gate = Barrier(2)

    def send(papers: list[dict[str, Any]]) -> None:
        gate.wait()
        try:
            bring(*papers)
        finally:
            connections.close_all()

    papers = [
        {"kind": "order", "number": f"R{n}", "customer_number": f"C{n}", "gross": "1"} for n in range(60)
    ]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(send, (papers, papers[::-1])))

    assert (Order.objects.count(), Customer.objects.count()) == (60, 60)

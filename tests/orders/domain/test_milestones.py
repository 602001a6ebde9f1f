"""What happened to papers."""

from datetime import UTC, date, datetime
from decimal import Decimal

from keen.orders.domain import milestones
from keen.orders.models import Invoice, Order, Payment, PurchaseOrder

DAY = date(2026, 11, 20)


def whats(paper: object) -> list[str]:
    return [one.what.value for one in milestones.of(paper)]


def test_an_order_is_placed_and_shipped_unless_it_is_cancelled() -> None:
    order = Order(
        number="1", status="shipped", on=DAY, shipped_on=DAY, carrier="DHL", tracking="JD1", gross=Decimal(5)
    )

    assert whats(order) == ["placed", "shipped"]
    assert milestones.of(order)[1].detail == "DHL JD1"
    assert milestones.of(order)[0].at == datetime(2026, 11, 20, 12, tzinfo=UTC)
    order.status = "cancelled"
    assert whats(order) == ["placed"]


def test_an_invoice_is_due_while_it_is_open_and_paid_after() -> None:
    invoice = Invoice(number="1", status="open", on=DAY, due_on=DAY, paid_on=DAY, open_amount=Decimal(5))

    assert whats(invoice) == ["invoiced", "due"]
    invoice.status, invoice.open_amount = "paid", Decimal(0)
    assert whats(invoice) == ["invoiced", "paid"]


def test_papers_without_a_day_tell_nothing() -> None:
    assert whats(Payment(number="1")) == whats(PurchaseOrder(number="1")) == []
    assert whats(Payment(number="1", on=DAY)) == ["payment"]

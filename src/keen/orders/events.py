"""What happens to orders and invoices, for whoever listens."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from keen.core.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderArrived(Event):
    """An order came in that was not here before. `account_id` is None while nobody knows whose it is."""

    name = "orders.order_arrived"

    order_id: int
    account_id: int | None = None
    gross: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, kw_only=True)
class InvoiceOverdue(Event):
    """An invoice is not paid, and its day has passed. Told once for each invoice and due day."""

    name = "orders.invoice_overdue"

    invoice_id: int
    due_on: date
    account_id: int | None = None
    open_amount: Decimal | None = None
    currency: str = ""

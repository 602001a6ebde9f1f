"""Files to begin with: the names of the columns, and two rows that show how they are filled."""

from typing import Final, NamedTuple


class Form(NamedTuple):
    """A file to fill in."""

    label: str
    rows: tuple[tuple[str, ...], ...]


FORMS: Final = {
    "orders": Form(
        "Orders, a row for each line",
        (
            ("Order number", "Customer number", "Customer", "E-mail", "Order date", "Status", "Position", "Article",
             "Description", "Quantity", "Unit price", "Net", "Tax", "Total", "Currency", "Shipped on", "Carrier",
             "Tracking number", "Changed at"),
            ("SO-2231", "K-4711", "Vela Foods GmbH", "orders@vela.example", "2026-11-20", "Shipped", "1", "CB-40",
             "Cold box 40 l", "12", "89.00", "1246.00", "236.74", "1482.74", "EUR", "2026-11-23", "DHL", "JD0146000",
             "2026-11-23 16:10"),
            ("SO-2231", "K-4711", "Vela Foods GmbH", "orders@vela.example", "2026-11-20", "Shipped", "2", "IP-5",
             "Ice pack", "40", "4.45", "1246.00", "236.74", "1482.74", "EUR", "2026-11-23", "DHL", "JD0146000",
             "2026-11-23 16:10"),
        ),
    ),
    "invoices": Form(
        "Invoices",
        (
            ("Invoice number", "Order number", "Customer number", "Customer", "E-mail", "Invoice date", "Due date",
             "Total", "Open amount", "Currency", "Status", "Paid on", "Changed at"),
            ("RE-7712", "SO-2231", "K-4711", "Vela Foods GmbH", "orders@vela.example", "2026-11-23", "2026-12-07",
             "1482.74", "1482.74", "EUR", "Open", "", "2026-11-23 16:12"),
        ),
    ),
    "payments": Form(
        "Payments",
        (
            ("Payment number", "Invoice number", "Customer number", "Customer", "Payment date", "Amount", "Currency",
             "Payment method"),
            ("P-90118", "RE-7712", "K-4711", "Vela Foods GmbH", "2026-12-04", "1482.74", "EUR", "Bank transfer"),
        ),
    ),
}  # fmt: skip

"""What happened to a paper, as lines of a timeline."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from keen.orders.domain.choices import Paper, Status

NOON = time(12)


class What(StrEnum):
    """What happened."""

    PLACED = "placed"
    SHIPPED = "shipped"
    INVOICED = "invoiced"
    DUE = "due"
    PAID = "paid"
    SENT_PO = "sent_po"
    PAYMENT = "payment"


WORDS = {
    What.PLACED: "ordered",
    What.SHIPPED: "shipped",
    What.INVOICED: "sent",
    What.DUE: "was due",
    What.PAID: "paid",
    What.SENT_PO: "received",
    What.PAYMENT: "received",
}
ICONS = {
    What.PLACED: "package",
    What.SHIPPED: "package",
    What.INVOICED: "receipt",
    What.DUE: "alert-triangle",
    What.PAID: "circle-check",
    What.SENT_PO: "clipboard-list",
    What.PAYMENT: "circle-check",
}
TONES = {What.SHIPPED: "info", What.DUE: "warn", What.PAID: "ok", What.PAYMENT: "ok", What.PLACED: "brand"}


Told = tuple[What, date | None, Decimal | None, str]


class Happened(NamedTuple):
    """Something that happened on a day."""

    what: What
    on: date
    amount: Decimal | None
    detail: str = ""

    @property
    def at(self) -> datetime:
        """The day as a moment: noon, so that it is the same day wherever it is read."""
        return datetime.combine(self.on, NOON, UTC)


def of(paper: Any) -> list[Happened]:
    """What happened to the paper, or will on its day; nothing of what was cancelled but that it was ordered."""
    found = _TELLERS[Paper(paper.KIND)](paper)
    return [Happened(what, on, amount, detail) for what, on, amount, detail in found if on is not None]


def _order(paper: Any) -> Iterable[Told]:
    yield What.PLACED, paper.on, paper.total, ""
    if paper.status != Status.CANCELLED:
        yield (
            What.SHIPPED,
            paper.shipped_on,
            None,
            " ".join(part for part in (paper.carrier, paper.tracking) if part),
        )


def _invoice(paper: Any) -> Iterable[Told]:
    yield What.INVOICED, paper.on, paper.total, ""
    if paper.status == Status.CANCELLED:
        return
    if paper.open_amount is not None and paper.open_amount > 0:
        yield What.DUE, paper.due_on, paper.open_amount, ""
    elif paper.status == Status.PAID:
        yield What.PAID, paper.paid_on, paper.total, ""


def _purchase_order(paper: Any) -> Iterable[Told]:
    yield What.SENT_PO, paper.on, paper.total, paper.order_number


def _payment(paper: Any) -> Iterable[Told]:
    yield What.PAYMENT, paper.on, paper.total, paper.method


_TELLERS: Mapping[Paper, Callable[[Any], Iterable[Told]]] = {
    Paper.ORDER: _order,
    Paper.INVOICE: _invoice,
    Paper.PURCHASE_ORDER: _purchase_order,
    Paper.PAYMENT: _payment,
}

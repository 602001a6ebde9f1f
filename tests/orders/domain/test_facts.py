"""What follows from what a system says of a paper."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from keen.orders.domain.facts import Facts, Party, completed, first_status, is_older

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def facts(
    kind: str = "invoice", lines: Any = None, changed_at: datetime | None = None, **values: Any
) -> Facts:
    return Facts(kind, "ERP", "1", values, Party(), lines, changed_at)


@pytest.mark.parametrize(
    ("values", "status", "left"),
    [
        ({"gross": Decimal(10)}, None, 10), ({"gross": Decimal(10), "status": "paid"}, "paid", 0),
        ({"gross": Decimal(10), "open_amount": Decimal(4)}, "part_paid", 4), ({"gross": Decimal(10), "open_amount": Decimal(0)}, "paid", 0),
        ({"gross": Decimal(10), "open_amount": Decimal(10), "status": "open"}, "open", 10), ({"gross": Decimal(10), "paid_on": NOON.date()}, "paid", 0),
        ({"gross": Decimal(10), "status": "cancelled"}, "cancelled", 0),
    ],
)  # fmt: skip
def test_an_invoice_says_what_is_open(values: dict[str, Any], status: str | None, left: int) -> None:
    found = completed(facts(**values))

    assert (found.get("status"), found["open_amount"]) == (status, left)


def test_totals_follow_from_lines_and_tax() -> None:
    found = completed(facts("order", [{"amount": "2.50"}, {"amount": "1"}], tax=Decimal("0.70")))

    assert (found["net"], found["gross"]) == (Decimal("3.50"), Decimal("4.20"))


def test_what_was_true_before_is_older_and_the_same_moment_is_not() -> None:
    assert is_older(facts(changed_at=NOON.replace(hour=11)), NOON)
    assert not is_older(facts(changed_at=NOON), NOON)
    assert not is_older(facts(), NOON)
    assert first_status("order") == "ordered"

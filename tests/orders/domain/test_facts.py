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


D = Decimal
PAID = {"gross": D(100), "status": "paid", "open_amount": D(0)}
PART = {"gross": D(100), "status": "part_paid", "open_amount": D(40)}
TAXED = {"net": D(100), "tax": D(19), "gross": D(119), "status": "open", "open_amount": D(119)}
LINES = {"net": D(40), "gross": D(40), "lines": [{"amount": "40"}]}


@pytest.mark.parametrize(
    ("known", "said", "follows"),
    [
        (PAID, {"gross": D(100)}, {}), (PAID, {"reference": "x"}, {}), (PAID, {"status": "open"}, {"open_amount": 100}),
        (PART, {"gross": D(100)}, {"status": "part_paid"}), (PART, {"open_amount": D(0)}, {"status": "paid"}),
        (TAXED, {"net": D(100)}, {"gross": 119, "open_amount": 119}), (TAXED, {"lines": [{"amount": "40"}]}, {}),
        (LINES, {"lines": [{"amount": "60"}]}, {"net": 60, "gross": 60, "open_amount": 60}),
        ({"gross": D(100), "status": "cancelled"}, {"open_amount": D(5)}, {}),
    ],
)  # fmt: skip
def test_what_is_known_stays_unless_it_followed_from_what_is_said(
    known: dict[str, Any], said: dict[str, Any], follows: dict[str, Any]
) -> None:
    values = {name: value for name, value in said.items() if name != "lines"}

    assert completed(facts(lines=said.get("lines"), **values), known) == values | follows


def test_a_currency_that_nobody_says_is_that_of_new_papers_alone() -> None:
    said = Facts("order", "ERP", "1", {"currency": ""}, currency="EUR")

    assert (completed(said), completed(said, {"gross": None})) == ({"currency": "EUR"}, {})


def test_what_was_true_before_is_older_and_the_same_moment_is_not() -> None:
    assert is_older(facts(changed_at=NOON.replace(hour=11)), NOON)
    assert not is_older(facts(changed_at=NOON), NOON)
    assert not is_older(facts(), NOON)
    assert first_status("order") == "ordered"

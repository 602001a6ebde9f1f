"""The quarter points of a record."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from keen.adoption.domain.keeping import is_legacy, points

ON = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
CONTACT: dict[str, Any] = {"email": "a@b.example", "account_id": 3, "last_name": "Roth", "updated_at": NOW}
DEAL: dict[str, Any] = {
    "account_id": 3, "amount": {"amount": "10", "currency": "EUR"}, "close_date": ON, "next_step_on": ON, "updated_at": NOW,
}  # fmt: skip


def test_a_clean_record_has_all_four() -> None:
    assert points("contact", CONTACT, on=ON, alone=True).quarters == 4
    assert points("opportunity", DEAL, on=ON, alone=True).quarters == 4


@pytest.mark.parametrize(
    ("kind", "row", "changed"),
    [
        ("contact", CONTACT, {"email": "", "phone": ""}),
        ("contact", CONTACT, {"email": "no address"}),
        ("contact", CONTACT, {"updated_at": NOW - timedelta(days=181)}),
        ("opportunity", DEAL, {"close_date": ON - timedelta(days=1)}),
        ("opportunity", DEAL, {"amount": {"amount": "0", "currency": "EUR"}}),
        ("opportunity", DEAL, {"next_step_on": None}),
    ],
)
def test_each_fault_costs_a_quarter(kind: str, row: dict[str, Any], changed: dict[str, Any]) -> None:
    assert points(kind, {**row, **changed}, on=ON, alone=True).quarters == 3
    assert points(kind, {**row, **changed}, on=ON, alone=False).quarters == 2


def test_a_decided_deal_needs_no_next_step_and_may_be_past_its_day() -> None:
    decided = {**DEAL, "next_step_on": None, "closed_at": NOW, "close_date": ON - timedelta(days=9)}

    assert points("opportunity", decided, on=ON, alone=True).quarters == 4


def test_what_was_brought_in_lately_is_nobodys_fault() -> None:
    assert is_legacy(ON - timedelta(days=89), imported=True, on=ON)
    assert not is_legacy(ON - timedelta(days=90), imported=True, on=ON)
    assert not is_legacy(ON, imported=False, on=ON)

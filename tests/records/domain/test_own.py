"""How values of fields of one's own are kept and read back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.records.domain import own
from keen.records.domain.own import Type


@pytest.mark.parametrize(
    ("holds", "value", "kept"),
    [
        (Type.NUMBER, Decimal(100), "100"),
        (Type.NUMBER, Decimal(0), "0"),
        (Type.NUMBER, Decimal("1.50"), "1.5"),
        (Type.MONEY, {"amount": "12.50", "currency": "EUR"}, {"amount": "12.5", "currency": "EUR"}),
        (Type.DATE, date(2026, 11, 24), "2026-11-24"),
        (Type.CHOICES, ["a", "b"], ["a", "b"]),
        (Type.CHECKBOX, True, True),
        (Type.CHECKBOX, False, None),
        (Type.TEXT, "", None),
        (Type.CHOICES, [], None),
    ],
)
def test_values_are_kept_as_plain_data(holds: Type, value: Any, kept: Any) -> None:
    assert own.written(holds, value) == kept
    if kept is not None and holds is not Type.MONEY:
        assert own.kept(holds, kept) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=6))
def test_no_number_loses_a_digit(number: Decimal) -> None:
    assert own.kept(Type.NUMBER, own.written(Type.NUMBER, number)) == number
    assert "E" not in own.written(Type.NUMBER, number)


@given(st.text(max_size=60), st.frozensets(st.sampled_from(["x_a", "x_field", "x_field_2"])))
def test_a_name_is_a_slug_that_nobody_has(label: str, taken: frozenset[str]) -> None:
    name = own.name_for(label, taken)
    assert own.is_name(name)
    assert name not in taken


@pytest.mark.parametrize("name", ["name", "x_", "x_A", "x_a'", "x_a.b", "x_" + "a" * 40, "x_a\n"])
def test_nothing_else_is_a_name(name: str) -> None:
    assert not own.is_name(name)


def test_no_name_is_that_of_the_title_beside_a_link() -> None:
    assert own.name_for("Broker title", frozenset({"x_broker"})) == "x_broker_title_2"
    assert own.name_for("Broker", frozenset({"x_broker_title"})) == "x_broker_2"

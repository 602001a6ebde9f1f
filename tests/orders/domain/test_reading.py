"""Cells as values."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.orders.domain import reading
from keen.orders.domain.reading import UnreadError, Ways


@pytest.mark.parametrize(
    ("said", "mark", "meant"),
    [
        ("1.234,56", "", "1234.56"), ("1,234.56", "", "1234.56"), ("12,50", "", "12.5"), ("€ 1 234,5", "", "1234.5"),
        ("(12.50)", "", "-12.5"), ("12,50-", "", "-12.5"), ("0.125", "", "0.125"), ("1234.567", "", "1234.567"), (",50", "", "0.5"),
        ("Fr.50", "", "50"), ("1 234,500", "", "1234.5"), ("12,34,567.50", "", "1234567.5"), ("1.234", ".", "1.234"), ("1,234", ",", "1.234"),
        ("1'234.50 CHF", "", "1234.5"), ("0", "", "0"), ("1.234.567", "", "1234567"), ("12.345", ",", "12345"),
    ],
)  # fmt: skip
def test_amounts_are_read_with_comma_and_with_point(said: str, mark: str, meant: str) -> None:
    assert reading.amount(said, mark) == Decimal(meant)


@pytest.mark.parametrize("said", ["twelve", "12 apples 3", "1e99", "9999999999999", "1.234", "12.345.67"])
def test_what_is_no_amount_is_refused(said: str) -> None:
    with pytest.raises(UnreadError):
        reading.amount(said)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_an_amount_comes_back_as_it_was_written(value: Decimal) -> None:
    german = f"{value:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")

    assert reading.amount(german, reading.mark_of([german])) == value
    assert reading.exact(f"{value:f}") == value


def test_the_column_tells_what_a_single_cell_does_not() -> None:
    assert reading.mark_of(["1.234", "12,50"]) == ","
    assert reading.mark_of(["1.234", "5.678"]) == ""
    assert reading.mark_of(["1.5", "1,5"]) == ""
    assert reading.mark_of(["1.000", "0.125"]) == "."
    with pytest.raises(UnreadError, match="unlike the others"):
        reading.amount("12.50", ",")


def test_numbers_of_a_workbook_have_a_point() -> None:
    ways = reading.ways_of({"line.price": ["12.345", "3"]}, exact_point=True, zone=UTC, house="EUR")

    assert reading.amount("12.345", ways.mark) == Decimal("12.345")


def test_currencies_are_known_by_letters_and_signs() -> None:
    assert [reading.currency(one) for one in ("eur", "€", "US$", "")] == ["EUR", "EUR", "USD", ""]
    with pytest.raises(UnreadError):
        reading.currency("Taler")


def test_days_and_moments() -> None:
    assert reading.day("24.11.2026") == date(2026, 11, 24)
    assert reading.day("") is None
    assert reading.moment("2026-11-24 07:40", Ways()) == datetime(2026, 11, 24, 7, 40, tzinfo=UTC)
    with pytest.raises(UnreadError):
        reading.day("soon")


def test_a_bad_cell_names_its_column() -> None:
    with pytest.raises(UnreadError, match="Total: "):
        reading.cells({"gross": "much"}, "order", Ways(labels={"gross": "Total"}))


def test_a_bad_address_is_left_out_and_the_paper_stays() -> None:
    assert reading.cells({"email": "none"}, "order", Ways()) == {"email": ""}

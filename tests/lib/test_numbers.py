from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.lib import numbers


@pytest.mark.parametrize(
    ("written", "comma", "point"),
    [
        ("12.500,00", "12500", "12500"),
        ("12500,50", "12500.5", "12500.5"),
        ("1,5", "1.5", "1.5"),
        ("12.500", "12500", "12.5"),
        ("12,500", "12.5", "12500"),
        ("1250.500", "1250.5", "1250.5"),
        ("1\u00a0250\u00a0000", "1250000", "1250000"),
        ("0.500", "0.5", "0.5"),
        ("\u22122,5", "-2.5", "-2.5"),
        (".5", "0.5", "0.5"),
    ],
)
def test_a_number_is_read_as_the_country_writes_it(written: str, comma: str, point: str) -> None:
    assert numbers.read(written, ",") == Decimal(comma)
    assert numbers.read(written, ".") == Decimal(point)


@pytest.mark.parametrize("written", ["", "-", "12k", "1.2.3", "5-3", "1_000", "²", "٣", "1e500", "NaN"])
def test_what_is_no_number_is_none(written: str) -> None:
    assert numbers.read(written) is None


@pytest.mark.parametrize(
    ("region", "mark"), [("DE", ","), ("FR", ","), ("US", "."), ("CH", "."), ("", "."), ("XX", ".")]
)
def test_countries_part_the_fraction_in_their_own_way(region: str, mark: str) -> None:
    assert numbers.mark_of(region) == mark


@given(
    value=st.decimals(min_value=-(10**9), max_value=10**9, places=3)
    | st.decimals(min_value=-9, max_value=9, places=2),
    mark=st.sampled_from(["", ",", "."]),
)
def test_what_stands_in_an_input_is_read_again_as_itself(value: Decimal, mark: str) -> None:
    assert numbers.read(numbers.again(value), mark) == value


@pytest.mark.parametrize("written", ["1,5", "1 000", "1.500,00", "", "Infinity"])
def test_programs_write_a_point_and_nothing_else(written: str) -> None:
    assert numbers.exact("1234.50") == Decimal("1234.50")
    assert numbers.exact(written) is None

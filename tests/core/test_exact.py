"""Decimals that both databases keep exactly."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.core.models.exact import ExactField

CENTS = ExactField(places=2)
CENTS.attname = "value"


@given(st.decimals(min_value=-(10**16), max_value=10**16, places=2))
def test_what_goes_in_comes_out(value: Decimal) -> None:
    kept = CENTS.get_prep_value(value)

    assert isinstance(kept, int)
    assert CENTS.from_db_value(kept) == value


def test_what_fits_no_column_is_refused_and_half_goes_to_the_even_neighbour() -> None:
    with pytest.raises(OverflowError):
        CENTS.get_prep_value(Decimal(10) ** 18)
    assert [CENTS.get_prep_value(said) for said in ("0.005", "0.015", None)] == [0, 2, None]

"""Numbers as people write and look for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.orders.domain import numbers


@pytest.mark.parametrize("said", ["SO-002231", "so 2231", "SO2231", " so/0002231 ", "SO\u20132231"])
def test_one_number_is_one_however_it_is_written(said: str) -> None:
    assert numbers.key(said) == "so2231"


def test_it_is_looked_for_whole_joined_and_by_its_digits() -> None:
    assert numbers.spoken("SO-0002231") == ["SO-0002231", "so2231", "2231"]


@pytest.mark.parametrize(
    ("said", "expected"), [("2231", True), ("SO 2231", True), ("Vela", False), ("A1", False), ("", False)]
)
def test_what_can_be_a_number_has_mostly_digits(said: str, expected: bool) -> None:
    assert numbers.is_like(said) is expected


@given(st.text(max_size=80))
def test_a_key_is_its_own_key(said: str) -> None:
    assert numbers.key(numbers.key(said)) == numbers.key(said)


@given(st.integers(0, 10**12), st.integers(0, 6), st.sampled_from(["", "-", " ", ".", "/"]))
def test_noughts_and_signs_before_a_number_do_not_matter(number: int, noughts: int, sign: str) -> None:
    assert numbers.key(f"RE{sign}{'0' * noughts}{number}") == numbers.key(f"re {number}")

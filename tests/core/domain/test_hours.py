from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.core.domain.hours import days_of, hours_of, hours_text
from keen.lib.errors import RuleError


@given(st.integers(0, 24 * 60))
def test_hours_are_read_as_they_are_written(minutes: int) -> None:
    assert hours_of(hours_text(minutes)) == minutes


@pytest.mark.parametrize(
    ("typed", "minutes"), [("8", 480), ("7,5", 450), ("7.25", 435), ("7:30", 450), ("", 0)]
)
def test_hours_are_read_in_every_spelling(typed: str, minutes: int) -> None:
    assert hours_of(typed) == minutes


@pytest.mark.parametrize("typed", ["25", "eight", "-1", "7:99", "1e2", "²"])
def test_what_is_no_hours_says_what_to_mend(typed: str) -> None:
    with pytest.raises(RuleError) as refused:
        hours_of(typed)

    assert refused.value.field == "hours"


def test_days_are_read_within_reason() -> None:
    assert days_of("2026-11-24", "first") == date(2026, 11, 24)
    for typed in ("", "tomorrow", "9999-12-31", "0001-01-01"):
        with pytest.raises(RuleError):
            days_of(typed, "first")

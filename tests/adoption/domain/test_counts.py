import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.adoption.domain.counts import Counts, Share, added


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_shares_add_up(hits: float, chances: float) -> None:
    one = Share(min(hits, chances), chances)

    assert added(one, Share()) == one
    assert (one.value is None) == (chances == 0)


@pytest.mark.parametrize(
    "wrong",
    [{"scheduled": 3, "active": 4}, {"attempt_days": 1, "struggle_days": 2}, {"usefulness": 8}],
)
def test_counts_that_cannot_be_are_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"cannot be|no answer"):
        Counts(**wrong)


def test_more_hits_than_chances_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be"):
        Share(3, 2)

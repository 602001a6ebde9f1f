from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from keen.core.domain.retries import Policy


@given(st.integers(1, 1000), st.floats(0, 1, exclude_max=True))
def test_a_wait_is_positive_and_never_longer_than_the_longest(attempt: int, chance: float) -> None:
    policy = Policy()

    assert timedelta(0) < policy.wait(attempt, chance) <= policy.longest_wait


def test_each_wait_is_three_times_the_last_one() -> None:
    policy = Policy(first_wait=timedelta(seconds=5))

    assert [policy.wait(attempt, 0.5).total_seconds() for attempt in (1, 2, 3, 4)] == [5, 15, 45, 135]


def test_chance_spreads_a_wait_from_half_to_one_and_a_half() -> None:
    policy = Policy(first_wait=timedelta(seconds=10))

    assert policy.wait(1, 0.0) == timedelta(seconds=5)
    assert policy.wait(1, 0.999) == timedelta(seconds=14.99)


def test_eight_attempts_span_more_than_an_hour_so_that_a_restart_elsewhere_heals_them() -> None:
    policy = Policy()

    assert sum((policy.wait(attempt, 0.5) for attempt in range(1, 8)), timedelta()) > timedelta(hours=1)
    assert [policy.is_last(attempt) for attempt in (1, 7, 8, 9)] == [False, False, True, True]

"""So many requests a minute, and not one more."""

from hypothesis import given
from hypothesis import strategies as st

from keen.core.domain.limits import WINDOW_SECONDS, asked


def run(gaps: list[float], per_minute: int) -> list[float]:
    """The moments at which requests were let through, asked for at these distances."""
    due, now, through = 0.0, 1_000_000.0, []
    for gap in gaps:
        now += gap
        verdict = asked(due, now, per_minute)
        due = verdict.due_at
        if verdict.allowed:
            through.append(now)
    return through


def test_a_minutes_worth_may_come_at_once_and_then_the_bucket_is_empty() -> None:
    assert len(run([0.0] * 50, 30)) == 30


def test_who_is_refused_is_told_when_to_come_again() -> None:
    due = 0.0
    for _ in range(30):
        due = asked(due, 1000.0, 30).due_at
    refused = asked(due, 1000.0, 30)

    assert not refused.allowed
    assert abs(refused.wait_seconds - 2.0) < 1e-6
    assert asked(refused.due_at, 1000.0 + refused.wait_seconds, 30).allowed


def test_nothing_is_refused_where_there_is_no_limit() -> None:
    assert len(run([0.0] * 500, 0)) == 500


@given(st.lists(st.floats(0, 5), max_size=300), st.integers(1, 120))
def test_any_minute_holds_at_most_twice_the_limit_and_the_long_run_the_limit(
    gaps: list[float], per_minute: int
) -> None:
    through = run(gaps, per_minute)
    if not through:
        return
    lasted = through[-1] - through[0]

    assert len(through) <= per_minute * (1 + lasted / WINDOW_SECONDS) + 1


def test_a_clock_that_is_set_back_locks_nobody_out() -> None:
    due = asked(0.0, 2_000_000.0, 10).due_at

    assert asked(due, 1000.0, 10).wait_seconds <= WINDOW_SECONDS

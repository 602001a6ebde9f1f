"""When a message is tried again, and how long an endpoint rests."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.integrations.domain import waits

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CHANCES = st.floats(0, 1, exclude_max=True)


def test_the_schedule_is_that_of_the_specification() -> None:
    hours = [wait / timedelta(hours=1) for wait in waits.ATTEMPTS]

    assert hours[:3] == pytest.approx([0, 5 / 3600, 5 / 60])
    assert hours[3:] == [0.5, 2, 5, 10, 14, 20, 24]
    assert waits.next_attempt(len(waits.ATTEMPTS), 0) is None


@given(st.integers(1, 9), CHANCES)
def test_each_wait_is_up_to_a_fifth_longer(made: int, chance: float) -> None:
    plain = waits.ATTEMPTS[made]

    assert plain <= waits.next_attempt(made, chance) <= plain * 1.2


@given(st.integers(0, 1000), CHANCES)
def test_an_endpoint_rests_longer_the_longer_it_fails(failures: int, chance: float) -> None:
    rest = waits.pause(failures, chance)

    assert (rest == timedelta(0)) == (failures < waits.TRUSTED_FAILURES)
    assert rest <= waits.PAUSES[-1] * 1.2


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("", 10),
        ("3", 10),
        ("120", 120),
        ("999999999999", 6 * 3600),
        ("-5", 10),
        ("²", 10),
        ("soon", 10),
        ("Sat, 21 Nov 2026 12:05:00 GMT", 300),
        ("Sat, 21 Nov 2026 12:05:00", 300),
        ("Sat, 21 Nov 2020 12:05:00 GMT", 10),
        ("Sat, 99 Nov 2026 12:05:00 GMT", 10),
        ("Sat, 21 Nov 99999999999999999999 12:05:00 GMT", 10),
        ("Sat, 21 Nov 2026 12:05:00 +99999999999999999999", 10),
        ("Sat, 21 Nov 2026 12:05:00 +9999", 10),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 6 * 3600),
        ("Mon, 01 Jan 0001 00:00:00 +2359", 10),
    ],
)
def test_patience_that_is_asked_for_is_given_within_limits(told: str, seconds: int) -> None:
    assert waits.throttle(told, NOW) == timedelta(seconds=seconds)


@given(st.text(max_size=80))
def test_no_request_for_patience_breaks_anything(told: str) -> None:
    assert waits.LEAST_THROTTLE <= waits.throttle(told, NOW) <= waits.MOST_THROTTLE

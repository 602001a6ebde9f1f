"""Promises in hours of working days, turns within a team, and waiting in words."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.sales.domain.leads import deadline, next_in_turn, waited

BERLIN = ZoneInfo("Europe/Berlin")
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  Hypothesis gives them their zone


def workday(day: date) -> bool:
    return day.weekday() < 5


@given(moments, st.integers(0, 200))
def test_a_promise_ends_on_a_working_day_and_never_before_its_hours(at: datetime, hours: int) -> None:
    due = deadline(at, hours, workday, BERLIN)
    assert due - at >= timedelta(hours=hours)
    # Midnight belongs to the day that ends with it.
    assert workday((due.astimezone(BERLIN) - timedelta(microseconds=1)).date()) or hours == 0
    assert deadline(at, hours + 1, workday, BERLIN) > due or hours == 0


@given(moments, st.integers(1, 200))
def test_where_every_day_is_worked_a_promise_is_plain_hours(at: datetime, hours: int) -> None:
    assert deadline(at, hours, lambda _: True, BERLIN) == at + timedelta(hours=hours)


def test_a_weekend_does_not_count_and_clocks_may_change() -> None:
    friday = datetime(2026, 11, 20, 17, tzinfo=BERLIN)
    assert deadline(friday, 24, workday, BERLIN) == datetime(2026, 11, 23, 17, tzinfo=BERLIN)
    # 25 October 2026 has 25 hours.
    saturday = datetime(2026, 10, 24, 12, tzinfo=BERLIN)
    after = deadline(saturday.astimezone(UTC), 24, lambda _: True, BERLIN).astimezone(BERLIN)
    assert (after.day, after.hour) == (25, 11)
    assert deadline(friday, 8, lambda _: False, BERLIN) > friday


@given(st.lists(st.integers(1, 50), min_size=1, unique=True))
def test_everybody_has_a_turn_before_anybody_has_two(members: list[int]) -> None:
    last: int | None = None
    given_to: list[int] = []
    for _ in members:
        last = next_in_turn(members, last)
        assert last is not None
        given_to.append(last)
    assert sorted(given_to) == sorted(members)


def test_turns_go_on_when_the_last_one_left() -> None:
    assert next_in_turn([], 3) is None
    assert next_in_turn([1, 5], 3) == 5
    assert next_in_turn([1, 5], 9) == 1


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "0 min"), (59, "59 min"), (60, "1 h"), (2879, "47 h"), (2880, "2 days")]
)
def test_waiting_is_said_in_one_unit(minutes: int, said: str) -> None:
    since = datetime(2026, 11, 20, tzinfo=UTC)
    assert waited(since, since + timedelta(minutes=minutes)) == said

"""When somebody is asked, how often, and what is next."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.adoption.domain.voice import (
    GAP,
    PAIR,
    WISH,
    Moment,
    Sort,
    due_on,
    is_right,
    next_item,
    third_of,
    umux_lite,
)

TODAY = date(2026, 11, 20)
LONG_HERE = TODAY - timedelta(days=400)


def moment(**fields: object) -> Moment:
    return Moment(**{"on": TODAY, "joined_on": LONG_HERE, "acts_today": 5, **fields})  # type: ignore[arg-type]


@given(st.integers(1, 10_000_000), st.integers(2020, 2040), st.integers(0, 3))
def test_everybody_has_one_month_of_each_quarter(user_id: int, year: int, quarter: int) -> None:
    months = [third_of(user_id, date(year, 3 * quarter + one, 15)) for one in (1, 2, 3)]

    assert months.count(True) == 1


def test_a_third_is_asked_each_month() -> None:
    asked = sum(third_of(user_id, TODAY) for user_id in range(6000))

    assert 1850 < asked < 2150


def test_somebody_is_asked_at_the_end_of_some_work() -> None:
    assert is_right(moment())
    assert not is_right(moment(acts_today=2))


@pytest.mark.parametrize(
    "fields",
    [
        {"may_be_asked": False},
        {"is_stuck": True},
        {"joined_on": TODAY - timedelta(days=13)},
        {"asked": [(TODAY - GAP + timedelta(days=1), PAIR)]},
    ],
    ids=["does not want to", "is stuck", "is new", "was asked lately"],
)
def test_some_are_left_in_peace(fields: dict[str, object]) -> None:
    assert not is_right(moment(**fields))


def test_the_questions_take_turns() -> None:
    ago = [TODAY - timedelta(days=days) for days in (100, 60, 30)]

    assert next_item(moment()) == PAIR
    assert next_item(moment(asked=[(ago[0], PAIR)])) == WISH
    assert next_item(moment(asked=[(ago[1], WISH), (ago[0], PAIR)])) == PAIR
    assert next_item(moment(asked=[(ago[2], PAIR), (ago[1], WISH), (ago[0], PAIR)])) == WISH


def test_who_is_stuck_gets_the_soonest_answer() -> None:
    assert due_on(Sort.STUCK, TODAY) == date(2026, 11, 22)
    assert all(due_on(Sort.STUCK, TODAY) <= due_on(sort, TODAY) for sort in Sort)


def test_the_two_items_make_one_figure() -> None:
    assert (umux_lite(1, 1), umux_lite(7, 7)) == (0, 100)
    assert umux_lite(5.6, 5.1) == pytest.approx(72.5)

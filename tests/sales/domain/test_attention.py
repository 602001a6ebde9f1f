"""How long deals stand, and which of them needs somebody first."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.sales.domain.attention import Need, days_at, late_by, median_days, need, stale_on, step_mark

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
TODAY = NOW.date()
DAYS = st.integers(-400, 400)
STAYS = st.lists(st.integers(0, 300), min_size=1, max_size=30)


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


@given(STAYS)
def test_the_median_of_stays_has_as_many_below_as_above(lengths: list[int]) -> None:
    found = median_days([(NOW, NOW + timedelta(days=days)) for days in lengths])

    assert found is not None
    assert sum(days < found for days in lengths) <= len(lengths) / 2
    assert sum(days > found for days in lengths) <= len(lengths) / 2
    assert median_days([]) is None


@given(st.integers(0, 300), st.integers(1, 100))
def test_a_deal_stands_too_long_from_the_day_after_its_usual_days(days: int, usual: int) -> None:
    from_day = stale_on(NOW - timedelta(days=days), usual, None, UTC)

    assert (from_day <= TODAY) is (days > usual)
    assert late_by(NOW - timedelta(days=days), usual, NOW) == max(days - usual, 0)


@given(st.integers(0, 300), st.integers(1, 100), st.integers(0, 60))
def test_a_planned_step_is_no_reproach(days: int, usual: int, ahead: int) -> None:
    from_day = stale_on(NOW - timedelta(days=days), usual, after(ahead), UTC)

    assert from_day > after(ahead)
    assert need(after(ahead), from_day, TODAY) in {Need.TODAY, Need.PLANNED}


def test_the_days_of_a_stage_are_those_of_the_zone() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    assert stale_on(late, 1, None, UTC) == date(2026, 11, 25)
    assert stale_on(late, 1, None, ZoneInfo("Europe/Berlin")) == date(2026, 11, 26)


@given(st.one_of(st.none(), DAYS), st.one_of(st.none(), DAYS))
def test_every_deal_has_one_need_and_what_is_missed_comes_first(step: int | None, stale: int | None) -> None:
    found = need(None if step is None else after(step), None if stale is None else after(stale), TODAY)

    assert (found is Need.OVERDUE) is (step is not None and step < 0)
    assert (found is Need.TODAY) is (step == 0)
    assert (found is Need.STALE) is ((step is None or step > 0) and stale is not None and stale <= 0)


@pytest.mark.parametrize(
    ("days", "state", "text"),
    [
        (-2, "overdue", "Overdue 2 d"),
        (0, "today", "Today"),
        (1, "planned", "Tomorrow"),
        (2, "planned", "Thu"),
        (8, "planned", "2 Dec"),
        (None, "none", "No next step"),
    ],
)
def test_the_next_step_is_said_in_a_word(days: int | None, state: str, text: str) -> None:
    mark = step_mark(None if days is None else after(days), TODAY)

    assert (mark.state, mark.text) == (state, text)


def test_what_came_in_the_future_stands_no_days() -> None:
    assert days_at(NOW + timedelta(days=3), NOW) == 0

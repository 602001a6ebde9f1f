from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.activities.domain.marks import State, Times, act_on, day_words, mark

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=BERLIN)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("times", "state", "text"),
    [
        (Times(plan_on=date(2026, 11, 24)), State.TODAY, "Today"),
        (Times(plan_on=date(2026, 11, 3)), State.TODAY, "Today"),
        (Times(plan_on=date(2026, 11, 26)), State.PLANNED, "Thu 26 Nov"),
        (Times(plan_on=date(2027, 1, 4)), State.PLANNED, "Mon 4 Jan 2027"),
        (Times(due_at=NOW - timedelta(days=1)), State.OVERDUE, "Overdue 1 d"),
        (Times(due_at=NOW - timedelta(hours=2)), State.OVERDUE, "Overdue 2 h"),
        (Times(due_at=NOW - timedelta(minutes=5)), State.OVERDUE, "Overdue 5 min"),
        (Times(due_at=NOW + timedelta(hours=8)), State.TODAY, "By 17:00"),
        (Times(due_at=datetime(2026, 11, 24, 23, 59, tzinfo=BERLIN)), State.TODAY, "By today"),
        (Times(due_at=NOW + timedelta(days=2)), State.PLANNED, "By Thu 26 Nov 09:00"),
        (Times(starts_at=NOW + timedelta(hours=2)), State.TODAY, "Today 11:00"),
        (Times(starts_at=NOW + timedelta(days=1)), State.PLANNED, "Tomorrow 09:00"),
        (Times(), State.NONE, "No day yet"),
    ],
)
def test_a_mark_says_when_in_words(times: Times, state: State, text: str) -> None:
    found = mark(times, NOW, BERLIN)

    assert (found.state, found.text) == (state, text)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), MOMENTS)
def test_a_plan_alone_is_never_red(plan_on: date, now: datetime) -> None:
    assert mark(Times(plan_on=plan_on), now, BERLIN).state is not State.OVERDUE


@given(MOMENTS, MOMENTS, st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2027, 12, 31))))
def test_red_means_that_a_promised_moment_is_past_and_nothing_else(
    due_at: datetime, now: datetime, plan_on: date | None
) -> None:
    assert (mark(Times(plan_on=plan_on, due_at=due_at), now, BERLIN).state is State.OVERDUE) == (due_at < now)


def test_the_day_is_the_readers_own() -> None:
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)

    assert mark(Times(starts_at=late), NOW, BERLIN).text == "Tomorrow 00:30"
    assert mark(Times(starts_at=late), NOW, ZoneInfo("UTC")).text == "Today 23:30"


def test_it_wants_to_be_seen_on_the_earliest_of_its_days() -> None:
    times = Times(plan_on=date(2026, 11, 26), due_at=NOW, starts_at=NOW + timedelta(days=9))

    assert act_on(times, BERLIN) == date(2026, 11, 24)
    assert act_on(Times(), BERLIN) is None


def test_near_days_have_names() -> None:
    today = date(2026, 11, 24)

    assert [day_words(today + timedelta(days=n), today) for n in (-1, 0, 1, 2)] == [
        "Yesterday", "Today", "Tomorrow", "Thu 26 Nov",
    ]  # fmt: skip

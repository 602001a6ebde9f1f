from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.activities.domain import recurrence
from keen.activities.domain.recurrence import CHOICES, build, check, days, explicit, following, moved, words
from keen.lib.errors import RuleError

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = st.dates(date(1990, 1, 1), date(2080, 1, 1))
CHOSEN = st.sampled_from([key for key, _ in CHOICES if key])


def series(rule: str, start: date, count: int) -> list[date]:
    """The days that come when each is closed on its own day."""
    found, anchor = [start], start
    while len(found) < count and (after := following(rule, anchor, anchor)):
        rule, anchor = after.rule, after.on
        found.append(anchor)
    return found


def test_what_starts_on_the_31st_comes_on_the_last_day_of_every_month() -> None:
    found = series(build("monthly", date(2027, 1, 31)), date(2027, 1, 31), 5)

    assert found == [
        date(2027, 1, 31),
        date(2027, 2, 28),
        date(2027, 3, 31),
        date(2027, 4, 30),
        date(2027, 5, 31),
    ]


def test_the_29th_of_february_comes_on_the_28th_in_common_years() -> None:
    found = series(build("yearly", date(2028, 2, 29)), date(2028, 2, 29), 5)

    assert found == [
        date(2028, 2, 29),
        date(2029, 2, 28),
        date(2030, 2, 28),
        date(2031, 2, 28),
        date(2032, 2, 29),
    ]


def test_a_weekday_of_the_month_stays_the_same_weekday() -> None:
    third_tuesday = series(build("monthly_weekday", date(2026, 11, 17)), date(2026, 11, 17), 3)
    last_monday = series(build("monthly_weekday", date(2026, 11, 30)), date(2026, 11, 30), 3)

    assert third_tuesday == [date(2026, 11, 17), date(2026, 12, 15), date(2027, 1, 19)]
    assert last_monday == [date(2026, 11, 30), date(2026, 12, 28), date(2027, 1, 25)]


def test_weekly_on_days_comes_on_each_of_them() -> None:
    assert days("FREQ=WEEKLY;BYDAY=MO,TH", date(2026, 11, 23), 4) == [
        date(2026, 11, 23), date(2026, 11, 26), date(2026, 11, 30), date(2026, 12, 3),
    ]  # fmt: skip


def test_every_two_weeks_leaves_a_week_out() -> None:
    assert series(build("fortnightly", date(2026, 11, 24)), date(2026, 11, 24), 3) == [
        date(2026, 11, 24), date(2026, 12, 8), date(2026, 12, 22),
    ]  # fmt: skip


def test_days_that_passed_meanwhile_are_left_out() -> None:
    after = following("FREQ=DAILY", date(2026, 11, 1), date(2026, 11, 20))

    assert after is not None
    assert after.on == date(2026, 11, 21)


def test_a_number_of_times_is_counted_down_and_ends() -> None:
    assert len(series("FREQ=DAILY;COUNT=4", date(2026, 11, 24), 50)) == 4
    assert following("FREQ=DAILY;COUNT=1", date(2026, 11, 24), date(2026, 11, 24)) is None
    assert following("FREQ=DAILY;COUNT=5", date(2026, 11, 1), date(2026, 11, 20)) is None


def test_an_end_is_kept() -> None:
    rule = build("daily", date(2026, 11, 24), date(2026, 11, 26))

    assert series(rule, date(2026, 11, 24), 50) == [
        date(2026, 11, 24),
        date(2026, 11, 25),
        date(2026, 11, 26),
    ]


@given(CHOSEN, DAYS)
def test_the_next_day_is_later_fits_the_rule_and_the_rule_stays_the_same(choice: str, start: date) -> None:
    rule = build(choice, start)
    after = following(rule, start, start)

    assert after is not None
    assert start < after.on <= start + timedelta(days=366)
    assert after.rule == rule
    assert days(rule, after.on, 1) == [after.on]


@given(CHOSEN, DAYS, st.integers(0, 120))
def test_the_next_day_is_the_first_of_the_series_after_both_days(
    choice: str, start: date, later: int
) -> None:
    rule, after = build(choice, start), start + timedelta(days=later)
    found = following(rule, start, after)
    whole = [day for day in days(rule, start, 130) if day > after]

    assert found is not None
    assert not whole or found.on == whole[0]


@given(st.integers(1, 40), DAYS, st.integers(0, 60))
def test_no_more_than_the_number_of_times_ever_come(count: int, start: date, late: int) -> None:
    rule, anchor, times = f"FREQ=DAILY;COUNT={count}", start, 1
    while after := following(rule, anchor, anchor + timedelta(days=late)):
        rule, anchor, times = after.rule, after.on, times + 1

    assert times <= count


@given(CHOSEN, DAYS)
def test_a_checked_rule_stays_as_it_is_and_can_be_said(choice: str, start: date) -> None:
    rule = build(choice, start)

    assert check(rule) == rule
    assert explicit(rule, start) == rule
    assert words(rule).startswith("every")


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 12, 31)),  # noqa: DTZ001
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
)
def test_a_time_stays_the_same_on_the_wall_clock_in_every_season(local: datetime, on: date) -> None:
    moment = local.replace(tzinfo=BERLIN).astimezone(UTC)
    wall = moment.astimezone(BERLIN)
    there = moved(moment, on, BERLIN).astimezone(BERLIN)
    skipped = (
        datetime.combine(on, wall.time(), tzinfo=BERLIN).astimezone(UTC).astimezone(BERLIN).time()
        != wall.time()
    )

    assert there.date() == on
    assert there.time() == wall.time() or skipped


def test_ten_in_berlin_is_another_hour_of_utc_in_summer() -> None:
    winter = datetime.combine(date(2026, 11, 24), time(10), tzinfo=BERLIN)

    assert moved(winter, date(2027, 7, 6), BERLIN) == datetime(2027, 7, 6, 8, tzinfo=UTC)
    assert moved(winter, date(2027, 1, 5), BERLIN) == datetime(2027, 1, 5, 9, tzinfo=UTC)


def test_a_time_that_the_clock_skips_comes_an_hour_later() -> None:
    night = datetime(2027, 3, 27, 2, 30, tzinfo=BERLIN)

    assert moved(night, date(2027, 3, 28), BERLIN).astimezone(BERLIN).time() == time(3, 30)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=5",
        "FREQ=HOURLY",
        "FREQ=",
        "whenever",
        "FREQ=DAILY;BYHOUR=3",
        "FREQ=DAILY;BYSECOND=1",
        "FREQ=WEEKLY;BYDAY=2MO",
        "FREQ=WEEKLY;BYDAY=MONDAY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=x",
        "FREQ=DAILY;COUNT=1000000",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYSETPOS=1",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=WEEKLY;WKST=XX",
    ],
)
def test_what_is_no_rule_over_days_is_refused_with_words(rule: str) -> None:
    with pytest.raises(RuleError) as refused:
        check(rule)

    assert refused.value.field == "recurrence"
    assert refused.value.message.endswith(".")


def test_a_day_that_never_comes_ends_the_series_instead_of_searching_for_ever() -> None:
    assert following("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", date(2026, 1, 1), date(2026, 1, 1)) is None


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(RuleError, match="ends before it starts"):
        build("daily", date(2026, 11, 24), date(2026, 11, 1))
    with pytest.raises(RuleError, match="from the list"):
        build("hourly", date(2026, 11, 24))
    assert build("", date(2026, 11, 24)) == ""


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every week on working days"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;UNTIL=20261224",
            "every 2 weeks on Mon and Thu until 24 Dec 2026",
        ),
        ("FREQ=MONTHLY;BYDAY=2TU", "every month on the second Tue"),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "every month on the last day"),
        ("FREQ=MONTHLY;BYMONTHDAY=5;COUNT=3", "every month on the 5. 3 times"),
        ("FREQ=DAILY", "every day"),
        ("", ""),
    ],
)
def test_a_rule_is_said_in_words(rule: str, said: str) -> None:
    assert words(rule) == said


def test_the_horizon_is_far_enough_for_a_leap_day() -> None:
    after = following("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", date(2096, 2, 29), date(2096, 2, 29))

    assert after is not None
    assert after.on == date(2104, 2, 29)
    assert timedelta(days=366 * 8) < recurrence.HORIZON

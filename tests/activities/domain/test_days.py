from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from keen.activities.domain.days import chips, chosen
from keen.core.domain.worktime import Away, Worktime

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(DAYS)
def test_chips_are_three_different_working_days_to_come_in_order(today: date) -> None:
    offered = [chip.on for chip in chips(today)]

    assert len(set(offered)) == 3
    assert offered == sorted(offered)
    assert all(day > today and day.weekday() < 5 for day in offered)


def test_on_a_tuesday_tomorrow_thursday_and_next_week_are_offered() -> None:
    assert [(chip.label, chip.on) for chip in chips(date(2026, 11, 24))] == [
        ("Tomorrow", date(2026, 11, 25)),
        ("Thu", date(2026, 11, 26)),
        ("Next week", date(2026, 12, 1)),
    ]


def test_on_a_friday_the_weekend_is_left_out_and_named_by_its_days() -> None:
    assert [(chip.label, chip.on) for chip in chips(date(2026, 11, 27))] == [
        ("Mon", date(2026, 11, 30)),
        ("Tue", date(2026, 12, 1)),
        ("Next week", date(2026, 12, 4)),
    ]


@given(DAYS, st.integers(0, 20), st.integers(0, 30))
def test_no_day_away_is_offered(today: date, start: int, length: int) -> None:
    first = today + timedelta(days=start)
    absence = Away(first, first + timedelta(days=length))
    worktime = Worktime(absences=(absence,))

    offered = [chip.on for chip in chips(today, worktime)]

    assert len(set(offered)) == 3
    assert offered == sorted(offered)
    assert all(worktime.works(day) and not absence.first <= day <= absence.last for day in offered)


def test_days_far_off_carry_their_date() -> None:
    worktime = Worktime(absences=(Away(date(2026, 11, 24), date(2026, 12, 11)),))

    assert [chip.label for chip in chips(date(2026, 11, 24), worktime)] == [
        "Mon 14 Dec",
        "Tue 15 Dec",
        "Wed 16 Dec",
    ]


def test_holidays_are_left_out() -> None:
    offered = chips(date(2026, 12, 24), Worktime(country="DE"))

    assert offered[0].on == date(2026, 12, 28)


def test_a_chosen_day_is_a_chip_or_a_date_and_nothing_else() -> None:
    today = date(2026, 11, 24)

    assert chosen("soon", today) == date(2026, 11, 26)
    assert chosen("2027-01-31", today) == date(2027, 1, 31)
    assert [chosen(key, today) for key in ("", "yesterday", "31.01.2027", "2027-02-30")] == [None] * 4

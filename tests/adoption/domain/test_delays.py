"""Hours of working days from the fact to the entry, and the next review."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from keen.adoption.domain.delays import hours_between, next_review

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=BERLIN)


def works(day: object) -> bool:
    return day.weekday() < 5


def test_hours_of_a_weekend_do_not_count() -> None:
    monday = datetime(2026, 11, 23, 9, 30, tzinfo=BERLIN)

    assert hours_between(FRIDAY, monday, works, BERLIN) == 8 + 9.5


def test_what_was_written_before_the_fact_took_no_time() -> None:
    assert hours_between(FRIDAY, FRIDAY - timedelta(hours=1), works, BERLIN) == 0


def test_the_day_on_which_clocks_change_has_its_own_length() -> None:
    sunday = datetime(2026, 10, 25, 0, 0, tzinfo=BERLIN)

    assert hours_between(sunday, sunday + timedelta(days=1), lambda _: True, BERLIN) == 25


def test_two_months_is_the_most() -> None:
    assert hours_between(FRIDAY, FRIDAY + timedelta(days=900), lambda _: True, BERLIN) < 61 * 24


def test_the_next_review_is_in_the_same_week_or_the_one_after() -> None:
    monday = next_review(FRIDAY, 0, 9 * 60, BERLIN)

    assert monday == datetime(2026, 11, 23, 9, 0, tzinfo=BERLIN)
    assert next_review(monday, 0, 9 * 60, BERLIN) == monday + timedelta(days=7)
    assert next_review(monday - timedelta(minutes=1), 0, 9 * 60, BERLIN) == monday

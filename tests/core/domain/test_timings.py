from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.core.domain.timings import At, Every

BERLIN = ZoneInfo("Europe/Berlin")
moments = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis adds the zone
distances = st.integers(1, 100_000).map(lambda seconds: timedelta(seconds=seconds))
ats = st.builds(At, st.integers(0, 23), st.integers(0, 59), st.none() | st.integers(0, 6))
zones = st.sampled_from(
    ["Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia", "UTC"]
).map(ZoneInfo)


@given(distances, moments)
def test_the_next_slot_of_a_grid_is_later_and_within_one_distance(
    distance: timedelta, moment: datetime
) -> None:
    slot = Every(distance).after(moment, BERLIN)

    assert moment < slot <= moment + distance
    assert Every(distance).after(slot, BERLIN) == slot + distance


@given(ats, moments, zones)
def test_the_next_time_of_day_is_later_and_within_eight_days(
    at: At, moment: datetime, zone: ZoneInfo
) -> None:
    slot = at.after(moment, zone)

    assert moment < slot <= moment + timedelta(days=8, hours=1)


@given(ats, moments, zones)
def test_no_slot_lies_between_a_moment_and_its_next_slot(at: At, moment: datetime, zone: ZoneInfo) -> None:
    slot = at.after(moment, zone)

    assert at.after(slot - timedelta(microseconds=1), zone) == slot


@pytest.mark.parametrize(
    ("now", "at", "expected"),
    [
        ("2026-11-02T01:00", At(3, 30), "2026-11-02T02:30"),
        ("2026-11-02T02:30", At(3, 30), "2026-11-03T02:30"),
        ("2026-11-03T12:00", At(8, 0, weekday=0), "2026-11-09T07:00"),
        ("2026-03-28T12:00", At(2, 30), "2026-03-29T01:30"),  # 02:30 is skipped: one hour later on the clock
        ("2026-10-24T12:00", At(2, 30), "2026-10-25T00:30"),  # 02:30 comes twice: the first one
        ("2026-10-25T00:30", At(2, 30), "2026-10-26T01:30"),
    ],
)
def test_a_time_of_day_follows_the_clock_of_the_company(now: str, at: At, expected: str) -> None:
    slot = at.after(datetime.fromisoformat(now).replace(tzinfo=UTC), BERLIN)

    assert slot == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("timing", "words"),
    [
        (Every(timedelta(minutes=15)), "every 15 minutes"),
        (Every(timedelta(hours=1)), "every hour"),
        (Every(timedelta(days=2)), "every 2 days"),
        (Every(timedelta(seconds=90)), "every 90 seconds"),
        (Every(timedelta(seconds=1)), "every second"),
        (At(3, 30), "every day at 03:30"),
        (At(8, 0, weekday=0), "Mondays at 08:00"),
    ],
)
def test_a_timing_says_itself_in_words(timing: Every | At, words: str) -> None:
    assert timing.words() == words

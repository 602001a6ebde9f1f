from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keen.sales.domain.quarters import Quarter, Standing, quarter_of


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_every_day_lies_in_one_quarter_and_quarters_follow_each_other(day: date) -> None:
    found = quarter_of(day)

    assert found.first <= day <= found.last
    assert quarter_of(found.last + timedelta(days=1)) > found
    assert 0 < found.pace(day) <= 100
    assert (found.pace(found.last), found.pace(found.first - timedelta(days=9))) == (100, 0)


def test_a_standing_says_how_far_and_against_which_pace() -> None:
    good = Standing(Decimal(200_000), Decimal(122_000), Decimal(48_000), 58)

    assert (good.percent, good.ahead, good.is_on_track, good.expected) == (61, 3, True, Decimal(170_000))
    assert not Standing(Decimal(200_000), Decimal(50_000), Decimal(0), 58).is_on_track
    assert Standing(None, Decimal(5), Decimal(0), 10).percent is None
    assert str(Quarter(2026, 4)) == "Q4 2026"

from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keen.adoption.domain.gates import Wave, conditions, fit, may_start, proposed_tau
from keen.adoption.domain.policy import RolePolicy

READY = Wave(62, 51, 0.05, 0.10, 0.02, 1.5, 64, 2)


def test_a_wave_that_meets_everything_lets_the_next_one_start() -> None:
    assert may_start(READY, 3) == (True, "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"score": 59}, "median score 59, at least 60"),
        ({"score_low": 49}, "lower end of the score's range 49, at least 50"),
        ({"never_started": 0.1}, "never started 10 %, below 10 %"),
        ({"struggling": 0.2}, "struggling 20 %, below 15 %"),
        ({"duplicates": 0.03}, "duplicates 3 %, below 3 %"),
        ({"backlog_days": 2}, "working days of backlog 2, below 2"),
        ({"survey": None}, "survey: not known, has to be at least 60"),
        ({"champions_least": 1}, "champions in each area 1, at least 2"),
    ],
)
def test_each_condition_can_hold_a_wave_back(change: dict, words: str) -> None:
    wave = replace(READY, **change)

    assert [one.words for one in conditions(wave) if not one.passed] == [words]
    assert may_start(wave, 3) == (False, "1 of 8 conditions are open.")


def test_after_eight_weeks_somebody_has_to_decide() -> None:
    assert "the executives decide" in may_start(Wave(), 8)[1]
    assert len(conditions(Wave())) == len(fields(Wave))


@pytest.mark.parametrize(
    ("yes", "asked", "words"),
    [
        (19, 20, "People find themselves in it."),
        (15, 20, "Not clear yet: ask more."),
        (8, 20, "The rule does not describe these people."),
        (5, 5, "5 of 20 asked so far."),
    ],
)
def test_people_are_asked_whether_their_description_fits(yes: int, asked: int, words: str) -> None:
    assert fit(yes, asked).words == words


def test_the_range_is_wilsons() -> None:
    """By hand for 15 of 20 and z = 1.2816: 0.731 in the middle, and 0.120 to either side."""
    found = fit(15, 20)

    assert (found.low + found.high) / 2 == pytest.approx(0.7310, abs=0.0005)
    assert found.high - found.low == pytest.approx(0.2397, abs=0.002)
    with pytest.raises(ValueError, match="has to be asked"):
        fit(3, 2)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), max_size=60), st.floats(0.1, 1))
def test_a_proposed_target_never_asks_for_more_than_every_day(weeks: list[float], tau: float) -> None:
    found = proposed_tau(weeks, RolePolicy(tau))

    assert (found is None) == (len(weeks) < 12)
    assert found is None or tau / 2 - 1e-9 <= found <= 1


def test_a_target_is_what_seven_of_ten_weeks_reach_at_most() -> None:
    assert proposed_tau([0.2] * 6 + [0.6] * 8 + [1.0] * 6, RolePolicy(0.8)) == 0.6

"""The stepped wedge, on teams whose effect is planted."""

from math import isinf
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keen.adoption.domain.experiments import series, wedge
from keen.adoption.domain.experiments.power import Plan, power
from keen.adoption.domain.experiments.result import Grade
from keen.adoption.domain.experiments.wedge import Team

few = settings(max_examples=25, deadline=None)


def teams(effect: float, starts: tuple[int, ...], seed: int = 1, noise: float = 2.0) -> list[Team]:
    """Made-up teams with levels of their own and a trend of all."""
    chance = Random(seed)  # noqa: S311  repeatable
    made = []
    for start in starts:
        level = chance.gauss(50, 12)
        values = (
            level + 3 * period + effect * (period >= start) + chance.gauss(0, noise) for period in range(5)
        )
        made.append(Team(tuple(values), start))
    return made


SIX = (1, 1, 2, 2, 3, 3)


def test_six_teams_in_three_waves_have_ninety_orders() -> None:
    found = wedge.analyse(teams(12, SIX), seed=1)

    assert found.orders == 90
    assert found.estimate.p_value in {1 / 90, 2 / 90}


def test_a_wedge_finds_the_effect_below_a_trend_that_fools_before_and_after() -> None:
    planted = [wedge.analyse(teams(8, SIX, seed), seed).estimate for seed in range(12)]
    fooled = [
        series.before_after([(one.values[0], one.values[-1]) for one in teams(0, SIX, seed)])
        for seed in range(3)
    ]

    assert np.mean([one.effect for one in planted]) == pytest.approx(8, abs=1)
    assert all(one.effect > 8 and one.grade is Grade.C for one in fooled)


def test_a_wedge_raises_no_more_false_alarms_than_it_may() -> None:
    values = [wedge.analyse(teams(0, SIX, seed), seed).estimate.p_value for seed in range(80)]

    assert sum(one <= 0.2 for one in values) / 80 <= 0.33
    assert sum(one <= 0.05 for one in values) <= 9


def test_the_interval_of_a_wedge_holds_what_the_lots_do_not_speak_against() -> None:
    every = [wedge.analyse(teams(6, SIX, seed), seed).estimate for seed in range(30)]
    held = sum(one.interval(0.80).low <= 6 <= one.interval(0.80).high for one in every)

    assert 19 <= held <= 30
    assert all(one.interval(0.80).half_width <= one.interval(0.95).half_width for one in every)


def test_so_few_orders_that_nothing_can_be_ruled_out_give_no_end() -> None:
    found = wedge.analyse(teams(9, (1, 2, 9, 9)), seed=1).estimate

    assert isinf(found.interval(0.95).high)
    assert wedge.count_orders((1, 2, 9, 9)) == 12


def test_an_effect_that_fades_is_seen_to_fade() -> None:
    fading = [
        Team(tuple(50 + 10 * (period >= start) - 3 * max(0, period - start) for period in range(4)), start)
        for start in (1, 1, 2, 2, 9, 9)
    ]

    assert wedge.analyse(fading, seed=1).by_age == pytest.approx({0: 10, 1: 7, 2: 4})


@few
@given(st.floats(-30, 30), st.floats(-9, 9))
def test_a_wedge_sees_neither_the_level_of_a_team_nor_the_trend_of_all(effect: float, trend: float) -> None:
    base = teams(0, SIX)
    moved = [
        Team(
            tuple(value + effect * (at >= one.start) + trend * at for at, value in enumerate(one.values)),
            one.start,
        )
        for one in base
    ]

    found = [wedge.analyse(every, seed=1).estimate.effect for every in (base, moved)]

    assert found[1] == pytest.approx(found[0] + effect, abs=1e-6)


@pytest.mark.parametrize(
    ("starts", "words"),
    [((1, 2, 3), "at least 4"), ((0, 1, 2, 3), "before it begins"), ((9, 9, 9, 9), "still wait")],
)
def test_what_is_no_wedge_is_refused(starts: tuple[int, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        wedge.analyse(teams(0, starts), seed=1)


def test_a_planned_wedge_is_played_before_it_starts() -> None:
    """Six teams of eight, as in the model: .64 at 8 points, and hardly a false alarm."""
    plan = Plan(SIX, people=8)
    none, some = (power(plan, effect, seed=0, played=60) for effect in (0.0, 8.0))

    assert none.found <= 0.15
    assert some.found == pytest.approx(0.6, abs=0.2)
    assert some.mean == pytest.approx(8, abs=1.2)
    assert some.held >= 0.65
    assert 0 < some.error < 0.07

"""Known answers: published data, textbook examples and an independent implementation."""

import csv
from math import inf, log
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keen.adoption.domain.experiments import ancova, differences, pooling, series, survival
from keen.adoption.domain.experiments.ancova import Unit, cuped
from keen.adoption.domain.experiments.card import Trial, Verdict, card, verdict
from keen.adoption.domain.experiments.differences import Series
from keen.adoption.domain.experiments.fitting import fit
from keen.adoption.domain.experiments.result import Estimate, Grade, holm

few = settings(max_examples=25, deadline=None)


@pytest.fixture(scope="module")
def training() -> list[Series]:
    """Scrap rates of 54 firms in 1987 and 1988, 19 of which got a grant to train in 1988."""
    lines = (Path(__file__).parents[2] / "data" / "jtrain.csv").read_text().splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return [
        Series(row["grant"] == "1", (log(float(row["scrap_1987"])), log(float(row["scrap_1988"]))))
        for row in rows
    ]


def test_the_training_grants_come_out_as_published(training: list[Series]) -> None:
    """Wooldridge, Introductory Econometrics, 13.4: -0.317 (0.164) on the log of the scrap rate."""
    found = differences.analyse(training, 1, seed=1)

    assert (len(training), found.estimate.treated) == (54, 19)
    assert found.estimate.effect == pytest.approx(-0.317, abs=0.0005)
    assert found.estimate.se == pytest.approx(0.164, abs=0.0005)
    assert found.estimate.p_value == pytest.approx(0.055, abs=0.006)
    assert found.naive == pytest.approx(-0.374, abs=0.0005)


def test_the_training_grants_are_a_probable_gain_and_not_proven(training: list[Series]) -> None:
    found = differences.analyse(training, 1, seed=1).estimate
    trial = Trial("Training grants", "Scrap rate (log)", "", 0.1, people=54, teams=1, higher_is_better=False)

    assert verdict(trial, found) is Verdict.PROBABLE_GAIN
    assert "association, not proof" in card(trial, found).text


def people(effect: float, size: int = 60, seed: int = 3, spread: float = 6.0) -> list[Unit]:
    """Made-up people of two blocks whose score after is close to the one before."""
    chance = Random(seed)  # noqa: S311  repeatable
    made = []
    for index in range(size):
        before = chance.gauss(55, 15)
        treated = index % 2 == 0
        block = "north" if index < size / 2 else "south"
        after = 10 + 0.8 * before + effect * treated + 4 * (block == "south") + chance.gauss(0, spread)
        made.append(Unit(treated, before, after, block))
    return made


def test_the_adjusted_effect_and_its_error_are_those_of_statsmodels() -> None:
    """What statsmodels 0.15 gives for the same people: OLS(...).fit(cov_type="HC3", use_t=True)."""
    found = ancova.analyse(people(5), seed=1, rounds=500)
    ends = found.interval(0.95)

    assert found.effect == pytest.approx(5.918846585520498)
    assert found.se == pytest.approx(1.6670914543619528)
    assert [ends.low, ends.high] == pytest.approx([2.5792611020993155, 9.25843206894168])
    assert 2 * found.chance_below_zero == pytest.approx(0.0007878127462854898)


def test_lots_drawn_again_tell_an_effect_from_none() -> None:
    assert ancova.analyse(people(6), seed=1, rounds=999).p_value < 0.01
    assert ancova.analyse(people(0), seed=1, rounds=999).p_value > 0.05


def test_all_lots_of_a_few_people_are_tried() -> None:
    """Three of six, who all do better: one lot of twenty shows as much, and its mirror."""
    units = [Unit(index < 3, 0.0, float(10 * (index < 3) + index % 3)) for index in range(6)]

    assert ancova.analyse(units, seed=1).p_value == 2 / 20


def test_the_blocks_are_taken_out_of_the_effect() -> None:
    """All of the gain is the south's, where more were drawn."""
    units = [
        Unit(index % 4 != 0 if south else index % 4 == 0, 0.0, 10.0 * south + index % 3, str(south))
        for south in (0, 1)
        for index in range(24)
    ]

    assert abs(ancova.analyse(units, seed=1, rounds=200).effect) < 0.5


@few
@given(st.floats(-20, 20), st.floats(-50, 50))
def test_an_effect_that_is_added_is_found_and_what_all_get_is_not(effect: float, common: float) -> None:
    start = ancova.analyse(people(0, 24), seed=1, rounds=9).effect
    moved = [
        Unit(one.treated, one.before, one.after + common + effect * one.treated, one.block)
        for one in people(0, 24)
    ]

    assert ancova.analyse(moved, seed=1, rounds=9).effect == pytest.approx(start + effect, abs=1e-6)


def test_values_before_save_as_much_variance_as_they_foretell() -> None:
    units = people(0, 400)
    found = cuped([unit.before for unit in units], [unit.after for unit in units])
    r = np.corrcoef([unit.before for unit in units], [unit.after for unit in units])[0, 1]

    assert found.theta == pytest.approx(0.8, abs=0.06)
    assert found.saved == pytest.approx(r**2)
    assert cuped([1, 1, 1], [1, 2, 3]).values == [1, 2, 3]


@pytest.mark.parametrize("treated", [0, 2, 9, 10])
def test_too_few_on_one_side_are_refused(treated: int) -> None:
    units = [Unit(index < treated, float(index), float(index**2)) for index in range(11)]

    with pytest.raises(ValueError, match="without are needed"):
        ancova.analyse(units, seed=1)


def firms(effect: float, drift: float = 0.0) -> list[Series]:
    chance = Random(8)  # noqa: S311  repeatable
    return [
        Series(
            index % 2 == 0,
            tuple(
                50
                + period
                + (effect * (period >= 10) + drift * period) * (index % 2 == 0)
                + chance.gauss(0, 1)
                for period in range(14)
            ),
        )
        for index in range(16)
    ]


def test_a_date_on_which_nothing_happened_shows_nothing() -> None:
    found = differences.analyse(firms(5), 10, seed=1, rounds=999)

    assert found.estimate.effect == pytest.approx(5, abs=0.6)
    assert abs(found.placebo.effect) < 0.8
    assert found.estimate.notes == ()
    assert found.by_period[-1] - found.by_period[0] == pytest.approx(5, abs=2)


def test_groups_that_went_apart_before_are_told() -> None:
    found = differences.analyse(firms(0, drift=1.0), 10, seed=1, rounds=999)

    assert "went apart before the start" in found.estimate.notes[0]


def test_a_few_periods_before_are_too_few_for_trends(training: list[Series]) -> None:
    assert differences.analyse(training, 1, seed=1, rounds=99).estimate.notes == (
        "Only 1 periods before: trends cannot be compared.",
    )


def test_a_step_in_a_series_is_that_of_statsmodels() -> None:
    """What statsmodels 0.15 gives for the same series: cov_type="HAC" with two lags, without correction."""
    chance = Random(5)  # noqa: S311  repeatable
    values = [40 + 0.5 * at + 6 * (at >= 12) + chance.gauss(0, 1.5) for at in range(24)]

    found = series.analyse(values, 12)

    assert found.estimate.effect == pytest.approx(4.75590813)
    assert found.estimate.se == pytest.approx(0.68789378)
    assert [found.slope, found.slope_se] == pytest.approx([-0.13061932, 0.10193278])
    assert found.estimate.p_value == pytest.approx(1 / 17)


def test_a_short_series_is_refused() -> None:
    with pytest.raises(ValueError, match="8 points"):
        series.analyse([1.0] * 15, 8)


SCHOOLS = ((28, 8, -3, 7, -1, 1, 18, 12), (15, 10, 16, 11, 9, 11, 10, 18))


def test_eight_schools_come_out_as_in_the_textbook() -> None:
    """Gelman and others, 5.5: common mean about 8 (5); school A about 11 (8); a wide prior of tau."""
    found = pooling.pool(*SCHOOLS, scale=100)

    assert found.mean == pytest.approx(8, abs=0.5)
    assert found.se == pytest.approx(5, abs=0.7)
    assert found.effects[0] == pytest.approx(11, abs=1.2)
    assert found.ses[0] == pytest.approx(8, abs=1.2)


def test_schools_that_may_hardly_differ_are_one_school() -> None:
    """The mean weighted by precision is 7.7 with an error of 4.1."""
    found = pooling.pool(*SCHOOLS, scale=0.001)

    assert found.effects == pytest.approx([7.69] * 8, abs=0.01)
    assert found.se == pytest.approx(4.07, abs=0.01)


@few
@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(1, 20)), min_size=2, max_size=8), st.floats(0.1, 30))
def test_pooling_never_pulls_an_effect_past_the_others(seen: list[tuple[float, float]], scale: float) -> None:
    effects, ses = zip(*seen, strict=True)
    found = pooling.pool(effects, ses, scale)

    assert all(min(effects) - 1e-6 <= one <= max(effects) + 1e-6 for one in found.effects)
    assert min(found.ses) > 0


@pytest.mark.parametrize("ses", [(1.0,), (1.0, 0.0)])
def test_effects_without_an_error_are_refused(ses: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="error above 0"):
        pooling.pool((1.0, 2.0)[: len(ses)], ses, 1.0)


def times(happened: str, watched: str = "") -> list[survival.Time]:
    return [survival.Time(float(day), happened=True) for day in happened.split()] + [
        survival.Time(float(day), happened=False) for day in watched.split()
    ]


# Gehan 1965: weeks of remission of 42 leukaemia patients, the best known example of its kind.
DRUG = times("6 6 6 7 10 13 16 22 23", "6 9 10 11 17 19 20 25 32 32 34 35")
PLACEBO = times("1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23")


def test_the_best_known_curve_comes_out_as_published() -> None:
    points = survival.curve(DRUG)

    assert [(one.days, round(one.still, 3)) for one in points] == [
        (6, 0.857), (7, 0.807), (10, 0.753), (13, 0.690), (16, 0.627), (22, 0.538), (23, 0.448),
    ]  # fmt: skip
    assert (survival.median_days(points), survival.median_days(survival.curve(PLACEBO))) == (23, 8)
    assert [survival.still_at(points, day) for day in (5, 9)] == pytest.approx([1.0, 0.807], abs=0.001)
    assert all(one.low <= one.still <= one.high for one in points)


def test_the_best_known_log_rank_comes_out_as_published() -> None:
    chi_square, p_value = survival.log_rank(DRUG, PLACEBO)

    assert chi_square == pytest.approx(16.79, abs=0.01)
    assert p_value < 0.0001


def test_what_happened_to_nobody_has_no_curve() -> None:
    assert survival.curve(times("", "3 4")) == []
    assert survival.median_days([]) is None
    with pytest.raises(ValueError, match="Nobody"):
        survival.curve([])


def test_looking_at_four_measures_raises_each_p_as_in_the_textbook() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.4]) == [0.4]


@few
@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_looking_at_more_never_makes_anything_surer(values: list[float]) -> None:
    raised = holm(values)

    assert all(one <= more <= 1 for one, more in zip(values, raised, strict=True))
    assert sorted(raised) == [more for _, more in sorted(zip(values, raised, strict=True))]


def test_unknowns_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be told"):
        fit(np.ones((9, 2)), np.arange(9.0))
    with pytest.raises(ValueError, match="too few"):
        fit(np.eye(2), np.arange(2.0))


def test_without_a_standard_error_the_chance_is_all_or_nothing() -> None:
    exact = Estimate(2.0, 0.0, None, 3, 3, Grade.A, "")

    assert (exact.chance_above(1.0), exact.chance_above(inf)) == (1.0, 0.0)


def switched(effect: float) -> tuple[list[float], list[bool]]:
    chance = Random(6)  # noqa: S311  repeatable
    on = [index in {1, 2, 5, 8, 9, 11, 14, 15} for index in range(16)]
    return [30 + 0.4 * at + effect * turned + chance.gauss(0, 1) for at, turned in enumerate(on)], on


def test_what_is_turned_on_and_off_by_lot_shows_its_effect_through_a_trend() -> None:
    found, none = (series.switch_back(*switched(effect), seed=1, rounds=999) for effect in (4, 0))

    assert found.effect == pytest.approx(none.effect + 4)
    assert found.grade is Grade.A
    assert found.p_value < 0.01
    assert none.p_value > 0.05
    with pytest.raises(ValueError, match="periods on"):
        series.switch_back([1.0] * 8, [True] * 6 + [False] * 2, seed=1)

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keen.adoption.domain.counts import Counts, FeatureUse, Share
from keen.adoption.domain.policy import Dimension, Policy, RolePolicy, Shrinkage
from keen.adoption.domain.score import (
    Case,
    belief,
    breadth,
    pace,
    ramp_of,
    rhythm,
    score,
    shortfall,
    value_drawn,
)
from tests.adoption.domain.people import GOOD, POLICY, case, counts, shares

many = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize(
    ("seen", "prior", "alpha", "beta"),
    [
        (Share(14, 16), 0.6, 16.4, 3.6),
        (Share(0, 0), 0.6, 2.4, 1.6),
        (Share(3, 4), 0.5, 5.0, 3.0),
        (Share(60, 80), 0.6, 32.4, 11.6),
    ],
)
def test_beliefs_are_beta_arithmetic(seen: Share, prior: float, alpha: float, beta: float) -> None:
    """With m = 4: Beta(4 p + s, 4 (1 - p) + n - s); of 80 occasions 40 count."""
    found = belief(seen, prior, Shrinkage())

    assert [found.alpha, found.beta] == pytest.approx([alpha, beta])
    assert found.mean == pytest.approx(alpha / (alpha + beta))


def test_a_score_worked_out_by_hand() -> None:
    """15 of 16 days; 1 of 2 features; 5 of 7; 16 of 20; 16 of 20; 5 of 7.5. Median .6 for all, mass 4."""
    by_hand = 100 * (
        0.20 * (2.4 + 15) / 20
        + 0.15 * (2.4 + 1) / 6
        + 0.20 * (2.4 + 5) / 11
        + 0.15 * (2.4 + 16) / 24
        + 0.20 * (2.4 + 16) / 24
        + 0.10 * (2.4 + 5) / 11.5
    )

    found = score(case())

    assert found.value == pytest.approx(by_hand)
    assert found.gate == 1
    assert found.occasions == pytest.approx(16 + 2 + 7 + 20 + 20 + 7.5)


def test_a_dimension_without_an_occasion_is_dropped_and_the_others_weigh_more() -> None:
    found = score(case(depth=Share(), timely=Share()))
    dropped = found.part(Dimension.DEPTH)

    assert (dropped.mean, dropped.weight, dropped.points) == (None, 0, 0)
    assert sum(part.weight for part in found.parts) == pytest.approx(1)
    assert found.part(Dimension.RHYTHM).weight == pytest.approx(0.20 / 0.65)


def test_below_a_quarter_of_the_rhythm_the_rest_counts_in_proportion() -> None:
    full, half = score(case(active=4, consult_days=0)), score(case(active=2, consult_days=0))

    assert (full.gate, half.gate) == (1, 0.5)
    assert half.value < full.value / 1.9


def test_the_gate_keeps_who_does_nothing_from_living_on_the_median() -> None:
    """Without it shrinkage would give them forty points and more."""
    idle = case(Counts(scheduled=20, active=0, timely=Share(0, 2), quality=Share(1, 2)))

    assert score(idle).value == 0
    assert score(case(idle.counts, active=1)).value == pytest.approx(10, abs=3)


@many
@given(counts(), st.sampled_from(["sales_rep", "executive", "field_sales", "marketer"]))
def test_every_score_lies_between_0_and_100_and_is_the_sum_of_its_parts(found: Counts, role: str) -> None:
    said = score(case(found, role))

    assert 0 <= said.value <= 100
    assert sum(part.points for part in said.parts) == pytest.approx(said.value)


@many
@given(counts(), st.integers(1, 30))
def test_more_than_expected_is_not_better(found: Counts, more: int) -> None:
    """Each part is full at some point: further days, uses and look-ups bring nothing."""
    person = case(replace(found, active=found.scheduled, consult_days=found.scheduled))
    longer = {
        name: FeatureUse(use.due, use.days + more * (use.days >= 2)) for name, use in found.features.items()
    }
    further = person.with_counts(
        replace(person.counts, features=longer, consult_days=found.scheduled + more, value_events=10_000)
    )

    assert rhythm(person).value == 1
    assert value_drawn(person).value == 1
    assert score(further) == score(person)


@many
@given(counts(), st.sampled_from(["depth", "timely", "quality"]))
def test_meeting_one_more_obligation_never_lowers_the_score(found: Counts, name: str) -> None:
    share = getattr(found, name)
    better = replace(share, hits=min(share.chances, share.hits + 1))

    assert score(case(found, **{name: better})).value >= score(case(found)).value - 1e-9


@many
@given(shares(), st.floats(0, 1), st.floats(0, 1))
def test_what_the_role_does_pulls_less_the_more_was_seen(seen: Share, prior: float, other: float) -> None:
    apart = [
        abs(belief(one, prior, Shrinkage()).mean - belief(one, other, Shrinkage()).mean)
        for one in (seen, Share())
    ]

    assert apart[0] <= apart[1] + 1e-9


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, 0.4), (28, 0.4), (56, 0.7), (84, 1.0), (400, 1.0)],
)
def test_newcomers_are_expected_to_do_less_at_first(days: int, expected: float) -> None:
    assert ramp_of(replace(GOOD, days_since_start=days), POLICY.ramp) == pytest.approx(expected)


@pytest.mark.parametrize(("days", "expected"), [(0, 0.7), (14, 0.85), (28, 1.0), (300, 1.0)])
def test_a_new_role_starts_at_seven_tenths(days: int, expected: float) -> None:
    assert ramp_of(replace(GOOD, role_changed_days_ago=days), POLICY.ramp) == pytest.approx(expected)


def test_who_works_half_the_week_is_measured_by_half_the_week() -> None:
    full, half = case(scheduled=20, active=12), case(scheduled=10, active=6)

    assert pace(full) == pace(half)
    assert rhythm(full).value == rhythm(half).value


def test_a_feature_without_an_occasion_counts_nothing_even_when_used() -> None:
    used = {"lists": FeatureUse(due=False, days=9), "board": FeatureUse(due=True, days=0)}

    assert breadth(case(features=used)) == Share(0, 1)


def test_a_feature_counts_by_its_weight() -> None:
    role = RolePolicy(0.8, feature_weights={"board": 3.0})
    used = {"lists": FeatureUse(due=True, days=1), "board": FeatureUse(due=True, days=2)}

    assert breadth(Case(replace(GOOD, features=used), role, POLICY)) == Share(1.5, 2)


def test_nothing_makes_up_for_a_part_that_is_missing() -> None:
    best = case(active=16, depth=Share(20, 20), timely=Share(20, 20), quality=Share(20, 20), consult_days=8)
    badly = case(best.counts, quality=Share(4, 20), features={"lists": FeatureUse(due=True, days=5)})

    assert score(best).adopted
    assert score(badly).value >= 70
    assert not score(badly).adopted


@pytest.mark.parametrize(
    ("changes", "half_width", "words"),
    [
        ({}, 5.0, ""),
        ({"days_since_start": 10}, 5.0, "first 28 days"),
        ({"scheduled": 7, "active": 5}, 5.0, "7 of at least 8 scheduled days"),
        ({}, 12.5, "off by 12 points"),
    ],
)
def test_a_score_is_held_back_with_its_reason(changes: dict, half_width: float, words: str) -> None:
    person = case(**changes)
    said = shortfall(person, score(person), half_width)

    assert (words in said) if words else (said == "")


def test_a_score_of_few_occasions_is_held_back() -> None:
    few = case(Counts(scheduled=9, active=5), role="executive")

    assert "occasions" in shortfall(few, score(few), 5.0)


def test_another_policy_gives_another_score() -> None:
    weights = {**dict.fromkeys(Dimension, 0.0), Dimension.TIMELINESS: 1.0}
    policy = replace(Policy(), roles={"": RolePolicy(0.8, weights=weights)})

    assert score(Case(GOOD, policy.of("sales_rep"), policy)).value == pytest.approx(100 * 18.4 / 24)

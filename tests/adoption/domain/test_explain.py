from dataclasses import replace

import pytest
from hypothesis import given, settings

from keen.adoption.domain.counts import Counts, FeatureUse, Share
from keen.adoption.domain.explain import bars, improvements, notes, policy_notes, spoken
from keen.adoption.domain.policy import Dimension
from keen.adoption.domain.score import score
from tests.adoption.domain.people import GOOD, POLICY, case, counts


def test_each_part_names_the_counts_behind_it() -> None:
    assert [one.counts for one in bars(case())] == [
        "15 of 16 expected days",
        "1 of 2 features there was an occasion for",
        "5 of 7 recorded step by step",
        "16 of 20 entries within 24 working hours",
        "64 of 80 points over 20 records",
        "5 of 7.5 expected days with a look-up",
    ]


def test_the_points_of_the_bars_make_the_score() -> None:
    assert sum(one.points for one in bars(case())) == pytest.approx(score(case()).value)


def test_a_part_without_an_occasion_says_so() -> None:
    person = case(depth=Share())
    found = {one.dimension: one for one in bars(person)}[Dimension.DEPTH]

    assert (found.percent, found.counts, found.weight) == (None, "no occasion", 0)
    assert notes(person, score(person)) == [
        "There was no occasion for depth; the other parts weigh more instead."
    ]


def test_one_of_one_is_not_many() -> None:
    found = {one.dimension: one.counts for one in bars(case(timely=Share(1, 1), quality=Share(0.5, 1)))}

    assert found[Dimension.TIMELINESS] == "1 of 1 entry within 24 working hours"
    assert found[Dimension.QUALITY] == "2 of 4 points over 1 record"


def test_what_bears_on_the_number_is_said() -> None:
    person = case(active=2, consult_days=1, assumed_calendar=True, days_since_start=56)
    said = " ".join(notes(person, score(person)))

    assert "here 71 %" in said
    assert "full time is assumed" in said
    assert "70 % of the role's days" in said


def test_the_two_cheapest_improvements_come_with_their_points() -> None:
    few = {"active": 8, "consult_days": 2}

    first, second = improvements(case(**few))

    assert (first.words, second.words) == (
        "Use board on two days",
        "Look something up before acting on 1 more day",
    )
    assert second.points == pytest.approx(
        score(case(active=8, consult_days=3)).value - score(case(**few)).value
    )


def test_who_does_everything_is_told_nothing() -> None:
    best = case(
        active=16, consult_days=8, depth=Share(7, 7), timely=Share(20, 20), quality=Share(20, 20),
        features={"lists": FeatureUse(due=True, days=5)},
    )  # fmt: skip

    assert improvements(best) == []


def test_a_feature_is_named_that_would_raise_breadth() -> None:
    person = case(
        replace(
            GOOD, active=16, consult_days=8, depth=Share(7, 7), timely=Share(20, 20), quality=Share(20, 20)
        )
    )

    assert [one.words for one in improvements(person)] == ["Use board on two days"]


@settings(max_examples=60, deadline=None)
@given(counts())
def test_what_is_advised_always_helps_and_can_be_done(found: Counts) -> None:
    advised = improvements(case(found))

    assert len(advised) <= 2
    assert all(one.points > 0 and one.effort > 0 for one in advised)


def test_a_score_is_written_with_its_range() -> None:
    assert spoken(64.2, 57.8, 70.4) == "64 (58\N{EN DASH}70)"
    assert any("80 %" in one for one in policy_notes(POLICY))

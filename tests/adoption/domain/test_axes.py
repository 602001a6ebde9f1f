import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keen.adoption.domain.axes import TeamSigns, completion, friction, robust_z, shadow, want, wants
from keen.adoption.domain.counts import Counts, Share
from tests.adoption.domain.people import case, counts

few = settings(max_examples=80, deadline=None)


def test_friction_is_the_share_of_days_with_a_struggle_pulled_to_a_tenth() -> None:
    found = friction(case(attempt_days=16, struggle_days=6))

    assert found.mean == pytest.approx((0.4 + 6) / 20)


def test_who_tried_nothing_has_no_friction_and_completes_nothing() -> None:
    person = case(attempt_days=0, struggle_days=0, tasks=Share())

    assert (friction(person), completion(person)) == (None, None)


def test_want_needs_two_signs() -> None:
    silent = case(Counts(scheduled=20, active=10, consult_days=5))

    assert list(wants(silent)) == ["value"]
    assert want(silent) is None
    assert want(case(silent.counts, usefulness=7)) == pytest.approx(((2.4 + 5) / 9 + 1) / 2)


def test_want_is_the_mean_of_what_could_be_seen() -> None:
    """Value 5 of 7.5, 16 of 20 entries in own time, notes 10 of 20, one idea, usefulness 6 of 7."""
    by_hand = [7.4 / 11.5, 18.4 / 24, 12.4 / 24, 1.0, 5 / 6]

    assert want(case()) == pytest.approx(sum(by_hand) / 5)


def test_entering_everything_before_the_review_is_no_sign_of_want() -> None:
    assert want(case(before_review=Share(20, 20))) < want(case(before_review=Share(0, 20)))


@few
@given(counts())
def test_friction_and_want_lie_between_0_and_1(found: Counts) -> None:
    person = case(found)
    hard, wish = friction(person), want(person)

    assert hard is None or 0 < hard.mean < 1
    assert wish is None or 0 <= wish <= 1


def teams(*rates: float, people: int = 8) -> list[TeamSigns]:
    return [TeamSigns(people, {"exports": rate, "loops": rate / 2}) for rate in rates]


def test_a_team_like_the_others_has_the_usual_shadow() -> None:
    assert shadow(*[(all_ := teams(2, 3, 4, 5, 6))[2], all_]) == pytest.approx(0.5)


def test_a_team_that_exports_far_more_than_the_others_stands_out() -> None:
    every = teams(2, 3, 4, 5, 40)

    assert shadow(every[4], every) > 0.99
    assert shadow(every[0], every) < 0.25


def test_a_small_team_and_a_small_company_have_no_shadow() -> None:
    every = teams(2, 3, 4, 5, 40)

    assert shadow(TeamSigns(4, {"exports": 40}), every) is None
    assert shadow(every[0], every[:3]) is None
    assert shadow(TeamSigns(8, {}), every) is None


@few
@given(st.lists(st.floats(0, 1000), min_size=4, max_size=12), st.floats(0, 1000), st.floats(0.1, 500))
def test_more_exports_never_mean_less_shadow(peers: list[float], rate: float, more: float) -> None:
    assert robust_z(rate + more, peers) >= robust_z(rate, peers)
    assert -3 <= robust_z(rate, peers) <= 3

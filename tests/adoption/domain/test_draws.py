import numpy as np
import pytest
from hypothesis import given, settings
from scipy import stats

from keen.adoption.domain.axes import want
from keen.adoption.domain.counts import Counts, Share
from keen.adoption.domain.draws import change, draw, interval, seed_of
from keen.adoption.domain.policy import Dimension
from keen.adoption.domain.score import score
from tests.adoption.domain.people import POLICY, case, counts

few = settings(max_examples=25, deadline=None)


def test_the_same_person_and_window_give_the_same_draws() -> None:
    first, again, other = (
        draw(case(), seed_of(7, end)) for end in ("2026-03-29", "2026-03-29", "2026-04-05")
    )

    assert np.array_equal(first.score, again.score)
    assert not np.array_equal(first.score, other.score)


def test_the_seed_does_not_depend_on_the_process() -> None:
    assert seed_of(7, "2026-03-29") == 11_471_939_531_795_636_659


@few
@given(counts())
def test_the_draws_lie_around_the_score_and_within_its_bounds(found: Counts) -> None:
    person = case(found)
    drawn = draw(person, 1)

    assert drawn.score.shape == (2000,)
    assert float(drawn.score.mean()) == pytest.approx(score(person).value, abs=1.5)
    assert drawn.score.min() >= 0
    assert drawn.score.max() <= 100 + 1e-9


def test_each_dimension_is_drawn_from_its_beta() -> None:
    drawn = draw(case(timely=Share(14, 16)), 3).dimensions[Dimension.TIMELINESS]

    assert stats.kstest(drawn, stats.beta(16.4, 3.6).cdf).pvalue > 0.01


def test_want_is_drawn_around_what_is_said_of_it() -> None:
    drawn = draw(case(), 5).want

    assert float(drawn.mean()) == pytest.approx(want(case()), abs=0.01)
    assert draw(case(Counts(scheduled=20, active=10)), 5).want is None


def test_the_value_that_want_is_made_of_is_the_one_in_the_score() -> None:
    """The draws are joint: who draws more value in one row has more want in the same one."""
    drawn = draw(case(Counts(scheduled=20, active=10, consult_days=4, usefulness=4)), 5)

    assert np.allclose(drawn.want, (drawn.dimensions[Dimension.VALUE] + 0.5) / 2)


def test_the_range_holds_eight_of_ten_draws_and_narrows_with_the_days() -> None:
    scores = [
        draw(case(scheduled=days, active=days * 0.7, timely=Share(days / 2, days)), 1).score
        for days in (8, 40)
    ]
    ends = [interval(one) for one in scores]

    assert float(((scores[0] >= ends[0].low) & (scores[0] <= ends[0].high)).mean()) == pytest.approx(
        0.8, abs=0.01
    )
    assert ends[1].half_width < ends[0].half_width


def test_a_change_is_told_only_when_it_is_big_and_sure() -> None:
    before = draw(case(active=5, timely=Share(2, 20), quality=Share(4, 20), consult_days=0), 1)
    after = draw(case(), 2)
    same = draw(case(active=14), 3)

    up, down, none = (
        change(*two, POLICY.minimum) for two in ((before, after), (after, before), (after, same))
    )

    assert (up.clear, down.clear, none.clear) == (True, True, False)
    assert up.points == pytest.approx(-down.points)
    assert (up.words, none.words) == (f"up {up.points:.0f} points", "no clear change")
    assert up.certainty > 0.99

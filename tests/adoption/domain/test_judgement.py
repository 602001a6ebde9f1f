from hypothesis import given, settings

from keen.adoption.domain.counts import Counts
from keen.adoption.domain.judgement import explain, judge
from keen.adoption.domain.policy import Dimension
from keen.adoption.domain.segments import Segment
from tests.adoption.domain.people import case, counts


def test_everything_said_of_a_person_comes_in_one_piece() -> None:
    said = judge(case(), 42)

    assert said.withheld == ""
    assert said.range.low < said.score.value < said.range.high
    assert said.friction.low < said.friction.value < said.friction.high
    assert said.want.low < said.want.value < said.want.high
    assert said.placement.shown is Segment.ENTHUSIASTIC
    assert judge(case(), 42).range == said.range


def test_what_is_too_uncertain_is_withheld() -> None:
    assert "scheduled days" in judge(case(scheduled=6, active=4, consult_days=2), 42).withheld


def test_a_change_is_taken_from_the_two_judgements() -> None:
    before, now = judge(case(active=4, consult_days=0), 1), judge(case(), 2)

    assert now.since(case(), before).clear


@settings(max_examples=30, deadline=None)
@given(counts())
def test_anybody_can_be_judged_and_explained(found: Counts) -> None:
    said, explained = judge(case(found), 7), explain(case(found))

    assert said.range.low <= said.range.high
    assert [bar.dimension for bar in explained.bars] == list(Dimension)

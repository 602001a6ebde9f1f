from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from keen.adoption.domain.counts import Counts, FeatureUse, Share
from keen.adoption.domain.draws import draw
from keen.adoption.domain.segments import MEANINGS, Placement, Segment, place, rule
from tests.adoption.domain.people import GOOD, POLICY, case, counts

USED = {name: FeatureUse(due=True, days=4) for name in "abc"}


def placed(start: Counts = GOOD, **changes: Any) -> Placement:
    person = case(start, **changes)
    return place(person, draw(person, 11))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"on_leave": True}, Segment.AWAY),
        ({"days_since_start": 27}, Segment.NEW),
        ({"scheduled": 7, "active": 5}, Segment.TOO_LITTLE),
        ({"active": 0, "consult_days": 0, "ever_valued": False, "access_days": 10}, Segment.NEVER_STARTED),
        ({"active": 1, "consult_days": 0, "attempt_days": 2}, Segment.IDLE),
        (
            {"active": 1, "consult_days": 0, "attempt_days": 2, "earlier_rhythm": (0.5, 0.6, 0.9, 0.7, 0)},
            Segment.LAPSED,
        ),
        ({"attempt_days": 16, "struggle_days": 8}, Segment.STRUGGLING),
        ({"tasks": Share(10, 30)}, Segment.STRUGGLING),
        (
            {"consult_days": 0, "before_review": Share(18, 20), "notes_rate": Share(1, 20), "self_started": False,
             "usefulness": 2},
            Segment.MOTIONS,
        ),
        (
            {"active": 16, "consult_days": 8, "depth": Share(10, 10), "timely": Share(20, 20), "quality": Share(20, 20),
             "features": USED},
            Segment.ENTHUSIASTIC,
        ),
        ({"active": 4, "consult_days": 2, "struggle_days": 0}, Segment.OCCASIONAL),
        ({"usefulness": 3, "self_started": False}, Segment.STEADY),
    ],
)  # fmt: skip
def test_each_habit_has_its_segment(changes: dict, expected: Segment) -> None:
    assert placed(**changes).shown is expected


def test_who_could_not_start_yet_has_not_refused() -> None:
    """Nine days of access are too few to say that somebody never started."""
    never = {"active": 0, "consult_days": 0, "attempt_days": 0, "struggle_days": 0, "ever_valued": False}

    assert placed(**never, access_days=9).shown is Segment.IDLE


def test_the_same_score_is_told_apart_by_friction_and_want() -> None:
    grudging = placed(
        consult_days=0, before_review=Share(18, 20), notes_rate=Share(1, 20), self_started=False, usefulness=2
    )
    struggling = placed(struggle_days=9)

    assert (grudging.shown, struggling.shown) == (Segment.MOTIONS, Segment.STRUGGLING)


def test_what_lies_on_the_border_is_called_unclear() -> None:
    border = placed(attempt_days=16, struggle_days=5)

    assert border.shown is Segment.UNCLEAR
    assert 0.4 < border.certainty < 0.6


@settings(max_examples=40, deadline=None)
@given(counts())
def test_everybody_is_somewhere(found: Counts) -> None:
    where = placed(found)

    assert sum(where.likely.values()) == pytest.approx(1)
    assert where.shown in MEANINGS


@pytest.mark.parametrize(
    ("earlier", "slips"),
    [((95.0,) * 12, True), ((75.0,) * 12, False), ((95.0,) * 3, False), ((40.0,) * 12, False)],
)
def test_who_fell_clearly_below_the_own_median_is_slipping(earlier: tuple[float, ...], slips: bool) -> None:
    assert placed(earlier_scores=earlier).slipping is slips


def test_the_rules_are_told_with_the_numbers_of_the_policy() -> None:
    strict = replace(POLICY, labels=replace(POLICY.labels, friction=0.4, keen_score=85.0))

    assert "friction above 25 %" in rule(Segment.STRUGGLING, POLICY)
    assert "friction above 40 %" in rule(Segment.STRUGGLING, strict)
    assert rule(Segment.ENTHUSIASTIC, strict).startswith("score of 85 or more, want of 60 %")
    assert not any("{" in rule(segment, POLICY) for segment in Segment)

from dataclasses import replace
from random import Random

import pytest

from keen.adoption.domain.planted import HABITS, as_text, confusion, planted
from keen.adoption.domain.policy import Policy
from keen.adoption.domain.segments import MEANINGS, Segment


def test_nine_of_ten_planted_people_are_found_with_twenty_days() -> None:
    coarse = replace(Policy(), shrinkage=replace(Policy().shrinkage, draws=400))

    found = confusion(days=20, each=40, seed=4, policy=coarse)

    assert found.people == 40 * len(HABITS)
    assert found.right >= 0.9
    assert found.half_width < 7.5


def test_with_five_days_nobody_is_told_anything() -> None:
    found = confusion(days=5, each=2, seed=4)

    assert {shown for row in found.found.values() for shown in row} == {Segment.TOO_LITTLE}


@pytest.mark.parametrize("habit", HABITS)
def test_the_same_chance_makes_the_same_person(habit: Segment) -> None:
    first, again = (planted(habit, 20, Random("a"), Policy()) for _ in range(2))  # noqa: S311  repeatable

    assert first == again
    assert first.scheduled == 20


def test_the_table_has_a_line_for_each_habit() -> None:
    text = as_text(confusion(days=20, each=1, seed=1), lambda segment: MEANINGS[segment].name)

    assert len(text.splitlines()) == len(HABITS) + 1
    assert "going through the motions" in text

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keen.adoption.domain.experiments.planning import (
    Design,
    Situation,
    best_parallel_p,
    best_wedge_p,
    detectable_table,
    draw_blocks,
    draw_waves,
    suggest,
)

few = settings(max_examples=60, deadline=None)


def test_the_smallest_effects_are_those_of_the_model() -> None:
    """Points at no, .7 and .85 correlation, for a standard deviation of 18 and 80 % power."""
    table = {people: tuple(round(one) for one in effects) for people, effects in detectable_table()}

    assert table == {
        20: (23, 16, 12),
        40: (16, 11, 8),
        60: (13, 9, 7),
        100: (10, 7, 5),
        200: (7, 5, 4),
        500: (5, 3, 2),
    }
    assert detectable_table()[-1][1] == pytest.approx((4.5, 3.2, 2.4), abs=0.05)


@pytest.mark.parametrize(("teams", "p"), [(4, 0.33), (6, 0.10), (8, 0.029), (10, 0.008)])
def test_teams_in_parallel_can_only_reach_so_much(teams: int, p: float) -> None:
    assert best_parallel_p(teams) == pytest.approx(p, abs=0.005)


def test_a_wedge_of_six_teams_can_reach_more() -> None:
    assert best_wedge_p((1, 1, 2, 2, 3, 3)) == pytest.approx(0.011, abs=0.001)


@pytest.mark.parametrize(
    ("situation", "design"),
    [
        (Situation(people=60, teams=6), Design.BLOCKS),
        (Situation(people=60, teams=6, spills_over=True), Design.WEDGE),
        (Situation(people=60, teams=6, lot_possible=False), Design.DIFFERENCES),
        (Situation(people=30, teams=4), Design.POOLED),
        (Situation(people=12, teams=1), Design.SERIES),
        (Situation(people=60, teams=1), Design.BLOCKS),
    ],
)
def test_the_design_follows_from_what_can_be_had(situation: Situation, design: Design) -> None:
    assert suggest(situation) is design


@few
@given(
    st.dictionaries(st.text("abcdefgh", min_size=1), st.sampled_from(["rep north", "rep south", "lead"])),
    st.integers(0, 99),
)
def test_half_of_each_block_is_drawn_and_the_same_again(people: dict[str, str], seed: int) -> None:
    chosen = draw_blocks(people, seed)
    sizes, drawn = Counter(people.values()), Counter(people[one] for one in chosen)

    assert chosen == draw_blocks(dict(reversed(list(people.items()))), seed)
    assert all(abs(2 * drawn[block] - size) <= 1 for block, size in sizes.items())


def test_everybody_has_the_same_chance_to_be_drawn() -> None:
    people = dict.fromkeys("abcde", "rep")
    drawn = Counter(one for seed in range(400) for one in draw_blocks(people, seed))

    assert all(160 <= drawn[one] <= 240 for one in people)


@few
@given(st.lists(st.text("abcdefgh", min_size=1), min_size=3, max_size=20, unique=True), st.integers(0, 99))
def test_waves_are_of_one_size(teams: list[str], seed: int) -> None:
    waves = Counter(draw_waves(teams, 3, seed).values())

    assert set(waves) == {1, 2, 3}
    assert max(waves.values()) - min(waves.values()) <= 1
    assert draw_waves(teams, 3, seed) == draw_waves(sorted(teams), 3, seed)


@pytest.mark.parametrize(("teams", "waves"), [("abcd", 2), ("ab", 3)])
def test_waves_that_cannot_be_are_refused(teams: str, waves: int) -> None:
    with pytest.raises(ValueError, match="at least 3 waves"):
        draw_waves(list(teams), waves, 1)

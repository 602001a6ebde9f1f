"""Whose turn it is."""

from hypothesis import given
from hypothesis import strategies as st

from keen.processes.domain.turns import next_in_turn


def always(_: int) -> bool:
    return True


@given(st.lists(st.integers(1, 50), min_size=1, max_size=8, unique=True), st.integers(1, 30))
def test_in_the_long_run_everybody_gets_the_same(people: list[int], rounds: int) -> None:
    last, got = None, []
    for _ in range(rounds * len(people)):
        last = next_in_turn(people, last, always)
        got.append(last)
    assert {got.count(one) for one in people} == {rounds}


def test_who_is_away_is_passed_over_unless_everybody_is() -> None:
    assert next_in_turn([1, 2, 3], 1, lambda one: one != 2) == 3
    assert next_in_turn([1, 2, 3], 1, lambda _: False) == 2
    assert next_in_turn([1, 2, 3], 99, always) == 1
    assert next_in_turn([], None, always) is None

"""What adding and subtracting shown figures gives away, against a slow check that tries every small set of people."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from keen.adoption.domain.disclosure import discloses, publishable

PEOPLE = 12


def tried(groups: list[frozenset[int]], least: int) -> bool:
    """Whether the sum of any few people is a combination of the groups' sums, by least squares."""
    if not groups:
        return False
    matrix = np.array([[float(person in group) for group in groups] for person in range(PEOPLE)])
    for many in range(1, least):
        for few in combinations(range(PEOPLE), many):
            wanted = np.array([float(person in few) for person in range(PEOPLE)])
            found = np.linalg.lstsq(matrix, wanted, rcond=None)[0]
            if np.allclose(matrix @ found, wanted, atol=1e-8):
                return True
    return False


@settings(max_examples=15)
@given(st.lists(st.frozensets(st.integers(0, PEOPLE - 1), min_size=1), min_size=1, max_size=5))
def test_what_a_slow_check_finds_is_found_and_nothing_else(groups: list[frozenset[int]]) -> None:
    assert (discloses(groups, 4) is not None) == tried(groups, 4)


@settings(max_examples=15)
@given(st.lists(st.frozensets(st.integers(0, PEOPLE - 1), min_size=1), min_size=1, max_size=6))
def test_what_may_be_shown_together_tells_of_nobody(groups: list[frozenset[int]]) -> None:
    kept = publishable(dict(enumerate(groups)), 4)

    assert not tried([groups[place] for place in kept], 4)


def test_a_group_is_left_out_whose_rest_would_be_few() -> None:
    everybody, most = frozenset(range(12)), frozenset(range(8))

    assert discloses([everybody, most], 5) == frozenset(range(8, 12))
    assert publishable({"all": everybody, "most": most}, 5) == ["all"]


def test_overlapping_groups_are_looked_through_together() -> None:
    """All less both teams leaves two people, though each of the three figures is about five and more."""
    everybody = frozenset(range(12))
    one, other = frozenset(range(5)), frozenset(range(5, 10))

    assert publishable({"all": everybody, "one": one, "other": other}, 5) == ["all", "one"]


def test_groups_that_leave_enough_are_all_shown() -> None:
    everybody, one, other = frozenset(range(20)), frozenset(range(10)), frozenset(range(10, 20))

    assert publishable({"all": everybody, "one": one, "other": other}, 5) == ["all", "one", "other"]


def test_a_company_of_two_thousand_is_looked_through_in_time() -> None:
    groups = {"all": frozenset(range(2000))}
    groups |= {f"team {one}": frozenset(range(one * 50, one * 50 + 50)) for one in range(40)}
    groups |= {f"role {one}": frozenset(range(one, 2000, 6)) for one in range(6)}

    assert len(publishable(groups, 5)) == 47

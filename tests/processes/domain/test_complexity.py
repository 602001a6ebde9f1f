"""What a form costs."""

from hypothesis import given
from hypothesis import strategies as st

from keen.processes.domain.complexity import BUDGET, Counts, parts, score, share


def test_requiring_costs_more_than_asking_and_asking_more_than_offering() -> None:
    assert score(parts(Counts(required=4))) > score(parts(Counts(asked=4))) > score(parts(Counts(further=4)))


def test_the_forms_that_keen_brings_along_are_within_their_budget() -> None:
    assert score(parts(Counts(asked=6, further=17, required=1, pipelines=1, stages=6, branches=2))) <= BUDGET


def test_a_part_that_there_is_too_much_of_says_so() -> None:
    over = [part.name for part in parts(Counts(asked=13, required=5, automations=6)) if part.is_over]
    assert over == ["Fields asked for", "Automations"]


@given(st.builds(Counts, *[st.integers(0, 50)] * 7))
def test_more_of_anything_never_costs_less(counts: Counts) -> None:
    base = score(parts(counts))
    for name, value in vars(counts).items():
        assert score(parts(Counts(**{**vars(counts), name: value + 1}))) >= base


def test_a_share_of_nothing_is_not_known() -> None:
    assert (share(1, 3), share(0, 0)) == (33, None)

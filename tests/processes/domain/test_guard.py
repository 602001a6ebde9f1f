"""What stops an automation before it acts."""

from keen.processes.domain.guard import MOST_AN_HOUR, MOST_DEPTH, stops


def test_it_is_stopped_by_a_chain_that_is_too_long_or_by_acting_too_often() -> None:
    assert stops(depth=MOST_DEPTH, lately=MOST_AN_HOUR - 1) == ""
    assert stops(depth=MOST_DEPTH + 1, lately=0) == "depth"
    assert stops(depth=0, lately=MOST_AN_HOUR) == "often"

"""The table of what counts: it is the one in the reference, and nothing in it is lowered to nothing."""

from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keen.activities.domain.weights import WEIGHTS, lowered, worth

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "ranking.md"


def test_the_reference_holds_the_table_that_counts() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in REFERENCE.read_text().splitlines()
        if line.startswith("| `")
    ]

    assert rows == [
        [f"`{name}`", one.label, str(one.points), str(one.a_day), str(one.most), "" if one.kept else "yes"]
        for name, one in WEIGHTS.items()
    ]


def test_no_sum_of_all_others_reaches_a_broken_promise() -> None:
    others = sum(one.points + one.most for name, one in WEIGHTS.items() if name != "late_promise")

    assert WEIGHTS["late_promise"].points > others


def test_a_cause_is_lowered_step_by_step_and_never_to_nothing() -> None:
    for name, weight in WEIGHTS.items():
        steps = [lowered(name, 500, times) for times in range(12)]

        assert steps == sorted(steps, reverse=True)
        assert steps[-1] == (500 if weight.kept else 100)
    assert lowered("owed", 500, 1) == 375


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.decimals(0, 10**9, places=2), st.decimals(0, 10**9, places=2), st.integers(0, 100))
def test_a_larger_deal_never_counts_less(one: Decimal, other: Decimal, chance: int) -> None:
    small, large = sorted([one, other])

    assert 0 <= worth(small, chance) <= worth(large, chance) <= WEIGHTS["worth"].most
    assert worth(large, chance) <= worth(large, 100)

"""What may be decided about stages."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.lib.errors import RuleError
from keen.sales.domain import rules
from keen.sales.domain.pipeline import StageType
from keen.sales.domain.rules import AskWish


@pytest.mark.parametrize(
    ("refused", "field"),
    [
        (lambda: rules.name_of("  ", "stage"), "name"),
        (lambda: rules.name_of("x" * 61, "stage"), "name"),
        (lambda: rules.probability_of("", StageType.OPEN), "probability"),
        (lambda: rules.probability_of("101", StageType.OPEN), "probability"),
        (lambda: rules.number_of("-1", "usual_days", 99), "usual_days"),
        (lambda: rules.number_of("²", "usual_days", 99), "usual_days"),
        (lambda: rules.forecast_of("closed", StageType.OPEN), "forecast"),
        (lambda: rules.help_of(["a", "b", "c", "d"]), "help"),
        (lambda: rules.help_of(["x" * 161]), "help"),
        (lambda: rules.asks_of([AskWish("amount", required=True)]), "decision"),
        (lambda: rules.asks_of([AskWish(name) for name in "abcdef"]), "asks"),
    ],
)
def test_what_cannot_be_decided_says_what_to_mend(refused: Callable[[], Any], field: str) -> None:
    with pytest.raises(RuleError) as error:
        refused()

    assert error.value.field == field


def test_what_is_won_or_lost_needs_no_chances() -> None:
    assert [rules.probability_of("", kind) for kind in (StageType.WON, StageType.LOST)] == [100, 0]
    assert [rules.forecast_of("", kind) for kind in (StageType.WON, StageType.LOST)] == ["closed", "omitted"]


def test_empty_lines_of_help_and_asks_are_left_out() -> None:
    assert rules.help_of(["", " a ", ""]) == ["a"]
    assert rules.asks_of([AskWish(""), AskWish("amount")]) == [AskWish("amount")]


@given(st.text(max_size=80), st.frozensets(st.sampled_from(["stage", "offer", "offer_2", "angebot"])))
def test_a_key_is_never_taken_and_never_empty(name: str, taken: frozenset[str]) -> None:
    key = rules.key_for(name, taken)

    assert key
    assert key not in taken
    assert len(key) <= 40
    assert all(sign.isalnum() or sign == "_" for sign in key)

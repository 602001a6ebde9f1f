from functools import partial
from unicodedata import normalize
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.lib.errors import RuleError
from keen.records.declare import Kind
from keen.records.domain import filters
from keen.records.domain.filters import OPERATORS, VALUELESS, Condition, Filterable

FIELDS = [Filterable(kind.value, kind.value, kind.value.capitalize()) for kind in Kind]
# Composed, as everything that is read comes in: some characters exist a second time for old encodings alone.
WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20).map(partial(normalize, "NFC"))
CONDITIONS = st.sampled_from(FIELDS).flatmap(
    lambda field: st.builds(Condition, st.just(field.name), st.sampled_from(OPERATORS[field.kind]), WORDS)
)


def test_every_kind_has_its_operators_and_every_operator_its_words() -> None:
    assert set(OPERATORS) == {kind.value for kind in Kind}
    assert {operator for operators in OPERATORS.values() for operator in operators} == set(filters.WORDS)


@given(st.lists(CONDITIONS, max_size=20))
def test_conditions_come_back_from_their_address(conditions: list[Condition]) -> None:
    address = filters.address(conditions, sort="-city", q="")
    assert filters.parse(parse_qsl(address), FIELDS) == [
        Condition(one.field, one.operator, one.value) for one in conditions
    ]


def test_what_is_empty_is_no_filter_unless_emptiness_is_asked_for() -> None:
    assert filters.parse([("text", " "), ("text.contains", ""), ("text.empty", "")], FIELDS) == [
        Condition("text", "empty", "")
    ]


def test_other_parts_of_an_address_are_no_filters() -> None:
    assert (
        filters.parse([("sort", "x"), ("q", "x"), ("_field", "x"), ("view", "1"), ("r", "1")], FIELDS) == []
    )


@pytest.mark.parametrize(
    "key", ["owner__password", "id", "text.regex", "text.is.is", "_connector"[1:], "tags.contains"]
)
def test_what_cannot_be_filtered_is_refused_with_what_can(key: str) -> None:
    with pytest.raises(RuleError) as caught:
        filters.parse([(key, "1")], FIELDS)
    assert caught.value.field


def test_a_value_is_cleaned_and_cut() -> None:
    (condition,) = filters.parse([("text", " a\0\nb " + "x" * 300)], FIELDS)
    assert condition.value.startswith("a b x")
    assert len(condition.value) == 200


def test_no_more_than_twenty_filters_fit() -> None:
    with pytest.raises(RuleError, match="At most 20"):
        filters.parse([("text", str(n)) for n in range(21)], FIELDS)


def test_operators_without_a_value_say_so() -> None:
    assert {"empty", "filled"} == VALUELESS
    assert filters.address([Condition("text", "empty", "")]) == "text.empty=1"

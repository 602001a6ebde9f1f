import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.lib.errors import RuleError
from keen.records.domain import cursors

VALUES = (
    st.none()
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200)
    | st.integers()
)
IDS = st.integers(0, 2**63 - 1)


@given(VALUES, IDS)
def test_a_place_comes_back_as_it_was(value: object, pk: int) -> None:
    cursor = cursors.encode([value, pk])
    assert cursors.decode(cursor) == (value, pk)
    assert cursor.isascii()
    assert not set(cursor) & set("&=+/?#")


@given(st.text(max_size=100))
def test_whatever_stands_in_an_address_is_a_place_or_none(text: str) -> None:
    try:
        value, pk = cursors.decode(text)
    except RuleError:
        return
    assert isinstance(pk, int)
    assert not isinstance(value, list | dict)


@pytest.mark.parametrize(
    "values",
    [[], [1], [1, 2, 3], ["a", "1"], ["a", True], ["a", -1], ["a", 2**63], [[1], 1], [{}, 1], ["\0", 1]],
)
def test_what_is_no_place_is_refused(values: list[object]) -> None:
    with pytest.raises(RuleError, match="Start from its first page"):
        cursors.decode(cursors.encode(values))


def test_a_place_nested_without_end_is_refused() -> None:
    with pytest.raises(RuleError):
        cursors.decode("W1tb" * 100_000)

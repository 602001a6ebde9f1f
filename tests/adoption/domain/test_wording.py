import pytest

from keen.adoption.domain.wording import counted, listed, percent


@pytest.mark.parametrize(
    ("words", "told"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_words_are_listed_as_in_a_sentence(words: list[str], told: str) -> None:
    assert listed(words) == told


def test_numbers_come_with_their_word() -> None:
    assert [counted(1, "day"), counted(7.5, "day"), counted(0, "entry", "entries")] == [
        "1 day",
        "7.5 days",
        "0 entries",
    ]
    assert percent(0.204) == "20 %"

"""What a field of one's own may be."""

import pytest

from keen.lib.errors import RuleError
from keen.records.domain import fieldrules
from keen.records.domain.fieldrules import FieldWish
from keen.records.domain.own import Choice


def test_choices_keep_their_keys_when_they_are_renamed_and_moved() -> None:
    before = [Choice("gold", "Gold"), Choice("tin", "Tin")]
    wish = FieldWish("Tier", "choice", choices=[("", "Silver"), ("tin", "Pewter")])
    made = fieldrules.choices(wish, before)
    assert made == [Choice("silver", "Silver"), Choice("tin", "Pewter"), Choice("gold", "Gold", retired=True)]


def test_a_new_choice_takes_no_key_that_was_there() -> None:
    before = [Choice("gold", "Gold", retired=True)]
    made = fieldrules.choices(FieldWish("Tier", "choice", choices=[("", "Gold!")]), before)
    assert [choice.key for choice in made] == ["gold_2", "gold"]


@pytest.mark.parametrize("labels", [[], ["  "], ["A", "a"], ["a, b"], [str(n) for n in range(201)]])
def test_choices_that_cannot_be_told_apart_are_refused(labels: list[str]) -> None:
    with pytest.raises(RuleError):
        fieldrules.choices(FieldWish("Tier", "choice", choices=[("", said) for said in labels]), [])


@pytest.mark.parametrize("label", ["", "  ", "a" * 61, "OWNER", "Öwner [x]"])
def test_a_label_is_new_short_and_without_brackets(label: str) -> None:
    with pytest.raises(RuleError):
        fieldrules.label(FieldWish(label), ["Owner"])


def test_limits_are_kept_as_plain_data() -> None:
    wish = FieldWish("Price", "money", least="0", largest="1,000", decimals="0", currency="chf")
    assert fieldrules.limits(wish) == {"least": "0", "largest": "1000", "decimals": 0, "currency": "CHF"}


@pytest.mark.parametrize("said", ["1e-20000000", "1e-999999999", "0e999999999", "0." + "1" * 40, "sNaN"])
def test_a_limit_that_cannot_be_written_out_is_refused(said: str) -> None:
    with pytest.raises(RuleError, match="Write a number"):
        fieldrules.limits(FieldWish("Price", "number", least=said))

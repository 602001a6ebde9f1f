"""Texts with places."""

import pytest

from keen.lib.errors import RuleError
from keen.processes.domain import texts


def test_places_are_filled_once_and_what_came_in_is_not_read_again() -> None:
    said = "Hello {name}, {name}: {amount}. {Not} {{x}}"
    assert texts.places(said) == ["name", "amount", "x"]
    assert (
        texts.filled(said, {"name": "{amount}", "amount": "5", "x": "y"})
        == "Hello {amount}, {amount}: 5. {Not} {y}"
    )


def test_an_unknown_place_is_refused_with_those_that_there_are() -> None:
    texts.check("Hello {name}", ["name"], "line")
    with pytest.raises(RuleError, match=r"no \{nmae\} here. You can use \{name\}, \{owner\}") as refused:
        texts.check("Hello {nmae}", ["owner", "name"], "step-0-line")
    assert refused.value.field == "step-0-line"

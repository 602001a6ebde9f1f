"""Numbers of forms that Python takes for digits and no database does."""

import pytest
from django.http import QueryDict
from django.utils.http import urlencode

from keen.records.pages.imported import mended, options_of
from keen.records.pages.importing import MatchWish

ODD = ["\u00b2", "9" * 5000, "-1", ""]


@pytest.mark.parametrize("odd", ODD)
def test_odd_numbers_of_columns_are_left_out(odd: str):
    given = QueryDict(urlencode({f"target-{odd}": "last_name", "target-0": "first_name", "do": "add",
                                 "add_column": odd, "add_target": "tags"}))  # fmt: skip
    wish = MatchWish.read(given)

    assert wish.targets == {0: "first_name"}
    assert wish.added is None


@pytest.mark.parametrize("odd", ODD)
def test_odd_numbers_of_cells_and_values_are_left_out(odd: str):
    assert mended(QueryDict(urlencode({f"cell-{odd}": "x", "cell-1": "y"})), ["a", "b"]) == ["a", "y"]
    given = QueryDict(urlencode({f"means-{odd}-0": "new", f"word-{odd}-0": "neu"}))
    assert "values" not in options_of(given)

"""Blocks of cells as spreadsheets copy them."""

import pytest

from keen.lib.errors import RuleError
from keen.records.domain import blocks

LABELS = [("last_name", ("Last name", "surname")), ("x_seats", ("Seats",))]


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        ("a\tb\r\nc\t\r\n", [["a", "b"], ["c", ""]]),
        ('"two\nlines"\tb', [["two\nlines", "b"]]),
        ('"say ""hi"""\tb', [['say "hi"', "b"]]),
        ("alone", [["alone"]]),
        ("a\n\n\nb", [["a"], ["b"]]),
        ("a\0b\tc", [["ab", "c"]]),
    ],
)
def test_lines_and_cells_are_parted(block: str, lines: list[list[str]]) -> None:
    assert blocks.parse(block) == lines


@pytest.mark.parametrize("block", ["", "\n\n", "a\n" * 201, "\t".join("a" * 61), "x" * 200_001])
def test_nothing_and_too_much_are_refused(block: str) -> None:
    with pytest.raises(RuleError):
        blocks.parse(block)


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ([["Surname", "Seats"], ["Abel", "4"]], ["last_name", "x_seats"]),
        ([["Surname", "Colour"], ["Abel", "red"]], ["last_name", ""]),
        ([["Abel", "4"], ["Baker", "5"]], []),
        ([["Surname", "Seats"]], []),
    ],
)
def test_a_first_line_of_names_is_recognised(lines: list[list[str]], names: list[str]) -> None:
    assert blocks.headed(lines, LABELS) == names


@pytest.mark.parametrize(("shown", "new", "columns"), [(0, 201, 5), (50, 200, 20), (0, 1, 9_000)])
def test_a_table_that_no_form_can_hold_is_refused(shown: int, new: int, columns: int) -> None:
    with pytest.raises(RuleError, match="Nothing was pasted"):
        blocks.check_room(shown, new, columns)


def test_a_table_that_fits_is_let_be() -> None:
    blocks.check_room(50, 200, 10)

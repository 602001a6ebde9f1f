import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from keen.lib import safe_cells

DANGEROUS = [
    "=1+1",
    "+1",
    "-1+1",
    "@x",
    "\t=",
    "\r=",
    " =",
    "\u00a0=",
    "\ufeff=",
    "\uff1d1",
    "\uff0b1",
    "\u200b=1",
    "\n=1",
    "\u202e@x",
]


@pytest.mark.parametrize("cell", DANGEROUS)
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(cell: str):
    assert safe_cells.neutralise(cell) == "'" + cell


@pytest.mark.parametrize(
    "cell",
    [
        "Anna",
        "1+1",
        "a=b",
        "",
        " x",
        "'quoted'",
        "Nord & Co",
        5,
        -5,
        1.5,
        Decimal(-2),
        True,
        None,
        date(2026, 1, 1),
    ],
)
def test_everything_else_is_written_as_it_is(cell: safe_cells.Cell):
    assert safe_cells.neutralise(cell) is cell


@given(st.text(max_size=30))
@example("'=1")
@example("''=1")
@example("'")
def test_reading_back_gives_the_same_text(cell: str):
    assert safe_cells.restore(safe_cells.neutralise(cell)) == cell


@given(
    st.sampled_from(DANGEROUS),
    st.text(alphabet=" \t\r\n\u00a0\ufeff\u200b\u3000", max_size=5),
    st.text(max_size=10),
)
def test_nothing_invisible_in_front_helps_a_formula(start: str, lead: str, rest: str):
    assume(not re.fullmatch(r"\+[0-9 ()]+", lead + start + rest))
    written = safe_cells.neutralise(lead + start + rest)

    assert isinstance(written, str)
    assert written.startswith("'")


def test_a_value_that_is_no_text_is_read_as_it_is():
    assert safe_cells.restore(5) == 5


@pytest.mark.parametrize("phone", ["+49 30 555010", "+33 (0)4 72 00 00 10"])
def test_a_phone_number_is_written_as_it_is_and_read_back_from_files_of_before(phone: str):
    assert safe_cells.neutralise(phone) == phone
    assert safe_cells.restore(f"'{phone}") == phone
    assert safe_cells.neutralise(f"{phone}+1") == f"'{phone}+1"

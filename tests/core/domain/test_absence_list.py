from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.core.domain.absence_list import Row, rows
from keen.lib.errors import RuleError


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_table_is_read_with_every_sign_between_its_columns(sign: str) -> None:
    pasted = f"E-Mail{sign}Reason{sign}From{sign}To\nA@x.example{sign}flu{sign}2026-11-24{sign}26.11.2026\n"

    assert rows(pasted) == [Row(2, "a@x.example", date(2026, 11, 24), date(2026, 11, 26))]


def test_a_line_without_a_last_day_is_one_day() -> None:
    assert rows("mail,von\na@x.example,24/11/2026")[0].last == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("a@x.example,soon,", "write days"),
        ("Maya,2026-11-24,", "e-mail"),
        ("a@x.example,2026-11-24,2026-11-23", "before"),
    ],
)
def test_a_line_that_is_wrong_says_what_to_mend(line: str, says: str) -> None:
    assert says in rows(f"email,from,to\n{line}")[0].problem


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "email,from,to",
        "a,b\n1,2",
        "x" * 600_000,
        "email,from\n" + "a,b\n" * 6000,
        "email,from\n" + "x" * 200_000,
    ],
)
def test_what_is_no_list_is_refused(pasted: str) -> None:
    with pytest.raises(RuleError) as refused:
        rows(pasted)

    assert refused.value.field == "list"


@given(st.text())
def test_nothing_that_is_pasted_breaks_it(pasted: str) -> None:
    try:
        found = rows("email,from,to\n" + pasted)
    except RuleError:
        return
    assert all(row.problem or (row.first and row.last and row.first <= row.last) for row in found)

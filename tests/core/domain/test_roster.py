"""Pasted lists of people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.core.domain.roster import Invitee, invitees


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("Ana Kaya <ana@nord.example>", [("Ana Kaya", "ana@nord.example")]),
        ('"Kaya, Ana" <ana@nord.example>', [("Ana Kaya", "ana@nord.example")]),
        ("ana@nord.example; ben@nord.example", [("Ana", "ana@nord.example"), ("Ben", "ben@nord.example")]),
        ("Ana Kaya\tana@nord.example", [("Ana Kaya", "ana@nord.example")]),
        ("Kaya\tAna\tana@nord.example", [("Ana Kaya", "ana@nord.example")]),
        ("ana.kaya@nord.example", [("Ana Kaya", "ana.kaya@nord.example")]),
        ("ANA@Nord.Example\nana@nord.example", [("Ana", "ana@nord.example")]),
        ("  \n;;,\n", []),
    ],
)
def test_people_are_read_however_they_were_pasted(pasted: str, expected: list[tuple[str, str]]) -> None:
    assert [(person.name, person.email) for person in invitees(pasted)] == expected


def test_a_line_without_an_address_is_a_problem_and_not_a_person() -> None:
    (found,) = invitees("Ana Kaya")

    assert found.email == ""
    assert "Ana Kaya" in found.problem


def test_a_broken_address_says_what_is_wrong() -> None:
    found = invitees("ana@nord.example, ben@@nord")

    assert found[0] == Invitee("Ana", "ana@nord.example")
    assert "ben@@nord" in found[1].problem


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fall_and_each_address_once(pasted: str) -> None:
    found = [person.email for person in invitees(pasted) if not person.problem]

    assert len(found) == len(set(found))
    assert all("@" in address for address in found)

"""What may be decided about web forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.lib.errors import RuleError
from keen.sales.domain.webforms import fields_of, hours_of, name_of, sites_of, text_of


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", []),
        ("www.nord.example", ["https://www.nord.example"]),
        (
            "https://nord.example/contact?x=1, http://localhost:8000",
            ["https://nord.example", "http://localhost:8000"],
        ),
        ("nord.example\nNORD.example", ["https://nord.example"]),
    ],
)
def test_sites_are_origins(typed: str, found: list[str]) -> None:
    assert sites_of(typed) == found


@pytest.mark.parametrize(
    "typed",
    [
        "*",
        "https://*.example",
        "javascript:alert(1)",
        "a'b.example",
        "'self'",
        "https://",
        "a;b.example",
        "http://[",
    ],
)
def test_what_could_widen_the_policy_is_no_site(typed: str) -> None:
    with pytest.raises(RuleError):
        sites_of(typed)


@given(st.text(max_size=40))
def test_whatever_is_taken_as_a_site_cannot_end_the_directive(typed: str) -> None:
    try:
        found = sites_of(typed)
    except RuleError:
        return
    assert not any(set(one) & set(" ;,'*\"<>") for one in found)


def test_the_name_is_always_asked_for() -> None:
    assert fields_of(["emails"], ["emails"], ["last_name", "emails", "company"]) == [
        {"name": "last_name", "required": True},
        {"name": "emails", "required": True},
    ]


@pytest.mark.parametrize("typed", ["0", "1000", "soon", "-1", "1.5", "²"])
def test_hours_that_are_none_are_refused(typed: str) -> None:
    with pytest.raises(RuleError):
        hours_of(typed)


def test_names_and_texts_have_their_lengths() -> None:
    assert (name_of(" Fair "), hours_of(" 24 "), hours_of("")) == ("Fair", 24, None)
    for wrong in ("", "x" * 81):
        with pytest.raises(RuleError):
            name_of(wrong)
    with pytest.raises(RuleError):
        text_of("x" * 301, "intro")

"""What was typed, taken apart and turned into tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.records.domain.asking import Question, Reading, exact, parse, tree
from keen.records.domain.findable import Findable, Leaf, Node, Part, Some, leaves, tokens

ALL = frozenset({Part.TITLE, Part.SUBTITLE, Part.EMAIL, Part.PHONE, Part.OTHER})


def holds(node: Node | None, found: set[str]) -> bool:
    """Whether a record with these tokens answers the tree."""
    if node is None:
        return False
    if isinstance(node, Leaf):
        return any(token.startswith(node.token) for token in found) if node.starts else node.token in found
    inner = (holds(one, found) for one in node.nodes)
    return any(inner) if isinstance(node, Some) else all(inner)


def finds(
    typed: str, record: Findable, reading: Reading = Reading.STARTS, parts: frozenset[Part] = ALL
) -> bool:
    return holds(tree(parse(typed, "DE"), parts, reading), tokens(record))


AMIRA = Findable(
    "contact", "Amira Haddad", "Buyer, Vela", {"emails": ["amira@vela.com"], "phones": ["+4930555010"]}
)


@pytest.mark.parametrize(
    "typed",
    [
        "amira",
        "ami",
        "am",
        "a",
        "had amira",
        "haddad vel",
        "amira@vela.com",
        "vela.com",
        "030 555 010",
        "5550",
    ],
)
def test_words_starts_addresses_and_numbers_are_looked_for(typed: str) -> None:
    assert finds(typed, AMIRA)


@pytest.mark.parametrize(("typed", "reading"), [("addad", Reading.PIECES), ("hadad", Reading.MISTYPED)])
def test_looser_readings_are_asked_for(typed: str, reading: Reading) -> None:
    assert not finds(typed, AMIRA, Reading.STARTS)
    assert finds(typed, AMIRA, reading)


def test_an_address_is_not_taken_apart_until_little_is_found() -> None:
    holder = Findable("contact", "Amira Vela Com")

    assert not finds("amira@vela.com", holder, Reading.STARTS)
    assert finds("amira@vela.com", holder, Reading.PIECES)


def test_what_is_still_typed_is_the_last_word() -> None:
    assert finds("amira hadd", AMIRA, Reading.LAST_STARTS)
    assert not finds("amir haddad", AMIRA, Reading.LAST_STARTS)


def test_whole_words_alone_are_the_strictest_reading() -> None:
    assert finds("amira", AMIRA, Reading.WORDS)
    assert not finds("ami", AMIRA, Reading.WORDS)


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        ("amira", Part.TITLE),
        ("buyer", Part.SUBTITLE),
        ("amira@vela.com", Part.EMAIL),
        ("555010", Part.PHONE),
        ("addad", Part.TITLE),
    ],
)
def test_a_part_that_may_not_be_read_is_not_looked_into(typed: str, missing: Part) -> None:
    question = parse(typed, "DE")
    found = [
        leaf.token
        for reading in Reading
        for leaf in leaves(tree(question, ALL - {missing}, reading) or Leaf("-"))
    ]
    shut = {
        Part.TITLE: "nqgfb", Part.SUBTITLE: "s", Part.EMAIL: "ea", Part.PHONE: "pd",
    }[missing]  # fmt: skip

    assert [token for token in found if token[0] in shut] == []


def test_nothing_may_be_read_so_nothing_is_looked_for() -> None:
    assert tree(parse("amira"), frozenset(), Reading.MISTYPED) is None
    assert exact(parse("amira"), frozenset()) is None


def test_the_exact_name_address_and_number_are_looked_for() -> None:
    assert exact(parse("Amira Haddad"), ALL) == Leaf("bamira_haddad")
    assert Leaf("aamira_vela_com") in leaves(exact(parse("amira@vela.com"), ALL) or Leaf("-"))
    assert Leaf("p4930555010") in leaves(exact(parse("030 555010", "DE"), ALL) or Leaf("-"))


def test_no_letter_and_no_digit_is_no_question() -> None:
    assert not parse(" *'\"()&|! ")
    assert parse("") == Question()


def test_endless_text_is_cut() -> None:
    assert len(parse("ab " * 5000).terms) <= 8
    assert all(
        len(word) <= 40
        for term in parse("x" * 5000).terms
        for spelling in term.spellings
        for word in spelling
    )


@given(typed=st.text(max_size=200))
def test_every_text_can_be_asked(typed: str) -> None:
    question = parse(typed, "DE")
    for reading in Reading:
        tree(question, ALL, reading)
    exact(question, ALL)


@given(name=st.text(min_size=1, max_size=30))
def test_a_record_is_found_by_its_own_name(name: str) -> None:
    question = parse(name)
    if question.terms:
        assert holds(tree(question, ALL, Reading.PIECES), tokens(Findable("contact", name)))

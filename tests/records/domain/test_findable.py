"""The tokens of a record."""

import re

from hypothesis import given
from hypothesis import strategies as st

from keen.records.domain.findable import (
    Every,
    Findable,
    Leaf,
    Some,
    addresses,
    digit_pieces,
    email_words,
    every,
    leaves,
    mistyped,
    pieces,
    some,
    spellings,
    tokens,
    whole,
    words,
)

SAFE = re.compile(r"[0-9a-z_\u0080-\U0010ffff]+")
letters = st.text(alphabet="abcdefghij", min_size=5, max_size=12)


def test_words_come_in_the_spellings_under_which_people_look_for_them() -> None:
    assert words("Jean-Luc Müller") == ("jean", "luc", "jeanluc", "muller", "mueller")
    assert spellings("O'Brien") == (("o", "brien"), ("obrien",))
    assert spellings("&") == ()
    assert whole("Jean-Luc  MÜLLER") == "jean_luc_muller"


def test_an_address_is_found_by_its_parts_and_its_domains() -> None:
    assert email_words("Amira.H@mail.vela.com") == {"amira", "h", "mail", "vela", "com"}
    assert addresses("Amira.H@mail.vela.com") == {"amira_h_mail_vela_com", "mail_vela_com", "vela_com"}
    assert not email_words("@")
    assert not addresses("@")


def test_pieces_have_three_letters_or_two_where_words_are_not_parted() -> None:
    assert pieces("haddad") == ["had", "add", "dda", "dad"]
    assert pieces("太郎山") == ["太郎", "郎山"]
    assert pieces("ab") == []
    assert digit_pieces("49305") == ["4930", "9305"]


def test_a_record_has_tokens_of_all_its_parts() -> None:
    found = tokens(
        Findable(
            "contact",
            "Ann Lee",
            "Buyer",
            {"emails": ["a@b.c"], "phones": ["+4930"], "tags": ["VIP", ""]},
            7,
            3,
        )
    )

    assert {"kcontact", "o7", "t3", "bann_lee", "nann", "nlee", "qa", "qan", "qann", "sbuyer"} <= found
    assert {"aa_b_c", "ab_c", "ea", "p4930", "d4930", "xvip", "gann"} <= found
    assert "x" not in found


def test_nobody_and_no_team_leave_no_token() -> None:
    assert tokens(Findable("contact", "")) == {"kcontact"}


@given(title=st.text(max_size=80), other=st.text(max_size=80))
def test_no_token_can_break_a_query(title: str, other: str) -> None:
    found = tokens(Findable("contact", title, other, {"emails": [other], "phones": [other], "tags": [other]}))

    assert [token for token in found if not SAFE.fullmatch(token)] == []
    assert max(map(len, found)) <= 41


@given(word=letters, at=st.integers(0, 11), letter=st.sampled_from("abcxyz"))
def test_words_one_slip_apart_share_a_spelling(word: str, at: int, letter: str) -> None:
    at %= len(word)
    too_many = word[:at] + letter + word[at:]
    another = word[:at] + letter + word[at + 1 :]
    swapped = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]

    assert all(mistyped(word) & mistyped(slip) for slip in (too_many, another, swapped))


def test_short_and_endless_words_have_no_slips() -> None:
    assert mistyped("ann") == set()
    assert mistyped("a" * 21) == set()


def test_trees_are_no_deeper_than_needed() -> None:
    one, two = Leaf("na"), Leaf("nb")

    assert every([one]) == one
    assert some([one, one]) == one
    assert every([some([one, two]), one]) == Every((Some((one, two)), one))
    assert list(leaves(every([some([one, two]), one]))) == [one, two, one]

"""Contact cards in a text that was pasted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.people.domain.cards import cards, is_table

SIGNATURE = """Best regards

--
Jonas Brandt
Head of Purchasing
Brandt GmbH | Hafenstr. 1 | 20457 Hamburg
Tel. +49 40 123456-0
jonas.brandt@brandt.example
www.brandt.example
"""


def test_a_card_of_version_3_is_read() -> None:
    (card,) = cards(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Dr. Amira Haddad\r\nN:Haddad;Amira;;Dr.;\r\nORG:Vela Foods\\, Inc.;Sales\r\nTITLE:Buyer\r\n"
        "item1.EMAIL;TYPE=work:amira@vela.example\r\nTEL;TYPE=CELL:+49 171 23456\r\n 78\r\nURL:https://vela.example\r\nEND:VCARD\r\n"
    )

    assert (card.first, card.last, card.company, card.title) == (
        "Amira",
        "Haddad",
        "Vela Foods, Inc.",
        "Buyer",
    )
    assert (card.emails, card.phones, card.website) == (
        ("amira@vela.example",),
        ("+49 171 2345678",),
        "https://vela.example",
    )


def test_a_card_of_version_4_without_parts_of_the_name_is_read() -> None:
    (card,) = cards(
        "BEGIN:VCARD\nVERSION:4.0\nFN:Lucía Fernández\nTEL;VALUE=uri:tel:+34-91-123-45-67\nEND:VCARD"
    )

    assert (card.first, card.last, card.phones) == ("Lucía", "Fernández", ("+34-91-123-45-67",))


def test_old_cards_in_quoted_printable_are_read() -> None:
    (card,) = cards(
        "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;S=\n=C3=B6ren\nEMAIL:s@x.example\nEND:VCARD"
    )

    assert (card.first, card.last) == ("Sören", "Müller")


def test_several_cards_are_several_people() -> None:
    pasted = "".join(f"BEGIN:VCARD\nFN:Person Number{at}\nEND:VCARD\n" for at in range(3))

    assert [card.last for card in cards(pasted)] == ["Number0", "Number1", "Number2"]


def test_a_signature_gives_name_title_company_and_ways_to_reach() -> None:
    (card,) = cards(SIGNATURE)

    assert (card.first, card.last, card.title) == ("Jonas", "Brandt", "Head of Purchasing")
    assert card.company.startswith("Brandt GmbH")
    assert (card.emails, card.phones) == (("jonas.brandt@brandt.example",), ("+49 40 123456-0",))
    assert card.values()["last_name"] == ["Brandt"]


def test_a_sentence_is_no_card() -> None:
    assert cards("spoke to jonas brandt, mail jonas@brandt.example") == []


def test_cells_with_tabs_between_are_a_table() -> None:
    assert is_table("Name\tCity\nJonas\tHamburg\n")
    assert not is_table("Name\tCity")
    assert not is_table("one\ntwo")


@given(
    st.one_of(
        st.text(),
        st.text(alphabet="BEGIN:VCARD\nN;=END\\ft0", max_size=200).map(
            lambda body: f"BEGIN:VCARD\n{body}\nEND:VCARD"
        ),
    )
)
def test_nothing_that_is_pasted_breaks_the_reader(pasted: str) -> None:
    for card in cards(pasted):
        assert all(isinstance(value, str) for values in card.values().values() for value in values)


@pytest.mark.parametrize("charset", ["idna", "undefined", "punycode", "nosuch"])
def test_an_odd_alphabet_is_read_as_far_as_it_goes(charset: str) -> None:
    coded = f"FN;CHARSET={charset};ENCODING=QUOTED-PRINTABLE:J=C3=BCrg Roth=FF"

    assert [card.last for card in cards(f"BEGIN:VCARD\n{coded}\nEMAIL:j@roth.example\nEND:VCARD\n")]

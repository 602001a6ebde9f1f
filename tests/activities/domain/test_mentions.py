from hypothesis import given
from hypothesis import strategies as st

from keen.activities.domain.mentions import MOST, mentioned

PEOPLE = [(1, "Maya Lind"), (2, "Kofi Mensah"), (3, "Zoë Müller"), (4, "Kofi Annan"), (5, "Maya Lindgren")]


def test_people_are_found_by_their_full_name_in_the_order_of_the_note() -> None:
    assert mentioned("@Kofi Mensah, can you ask @Maya Lind?", PEOPLE) == [2, 1]


def test_a_first_name_is_enough_when_one_person_has_it() -> None:
    assert mentioned("@zoe please look", PEOPLE) == [3]
    assert mentioned("@kofi please look", PEOPLE) == []


def test_the_longest_name_wins_and_a_beginning_of_a_word_is_no_name() -> None:
    assert mentioned("@Maya Lindgren", PEOPLE) == [5]
    assert mentioned("@Maya Lindquist", PEOPLE) == []


def test_case_and_accents_do_not_matter() -> None:
    assert mentioned("@ZOE MULLER", PEOPLE) == [3]


def test_an_address_is_no_mention() -> None:
    assert mentioned("write to info@maya.example and kofi@zoe.example", PEOPLE) == []


def test_each_person_is_named_once() -> None:
    assert mentioned("@zoe @zoe @Zoë Müller", PEOPLE) == [3]


@given(st.text(max_size=300), st.lists(st.tuples(st.integers(), st.text(max_size=20)), max_size=10))
def test_any_text_gives_known_people_only(note: str, people: list[tuple[int, str]]) -> None:
    found = mentioned(note, people)

    assert set(found) <= {pk for pk, _ in people}
    assert len(found) == len(set(found)) <= MOST

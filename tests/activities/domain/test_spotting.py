from hypothesis import given
from hypothesis import strategies as st

from keen.activities.domain.spotting import name_keys


def test_people_and_companies_are_found_by_their_capitals() -> None:
    keys = name_keys("Spoke to Jonas Brandt of Vela Foods GmbH, wants delivery in May")

    assert {"brandt jonas", "vela foods", "may"} <= set(keys)
    assert keys["brandt jonas"] == "Jonas Brandt"


def test_a_name_does_not_reach_across_a_comma() -> None:
    assert "brandt vela" not in name_keys("Call Brandt, Vela waits")


def test_small_words_name_nobody() -> None:
    assert name_keys("called them again, nothing new") == {}


@given(st.text(max_size=2000))
def test_any_text_gives_a_bounded_number_of_keys(note: str) -> None:
    assert len(name_keys(note)) <= 60 * 4 * 2

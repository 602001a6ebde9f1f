import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.lib import text

ANY = st.text(alphabet=st.characters(exclude_categories=[]), max_size=60)


@pytest.mark.parametrize(
    ("given_text", "folded"),
    [
        ("Größe & Łódź", "grosse lodz"),
        ("O'Brien-SMITH", "o brien smith"),
        ("Ærø Þórr Œuvre \u0130stanbul \u0131s\u0131", "aero thorr oeuvre istanbul isi"),
        ("Ñandú, Éric; Zoë.", "nandu eric zoe"),
        ("ﬁne №5 ٣٤", "fine no5 34"),
        ("हिन्दी", "हिन्दी"),
        ("한국", "한국"),
        ("مُحَمَّد", "محمد"),
        ("Йод", "иод"),
        ("🙂", ""),
        ("co\u00adop\u200bco", "coopco"),
    ],
)
def test_folding_takes_case_accents_and_signs_away(given_text: str, folded: str):
    assert text.fold(given_text) == folded


@given(ANY)
def test_folding_twice_changes_nothing_more(value: str):
    assert text.fold(text.fold(value)) == text.fold(value)


@given(ANY)
def test_folding_does_not_see_case_or_composition(value: str):
    assert text.fold(value.casefold()) == text.fold(value)
    assert text.fold(unicodedata.normalize("NFD", value)) == text.fold(value)


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=60))
def test_folding_ascii_is_folding(value: str):
    assert text.fold(value) == text.fold(value + "é").removesuffix("e").rstrip()


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  Anna \t  Berg\r\n", "Anna Berg"),
        ("A\x00n\x07na", "Anna"),
        ("Anna\u202egreB", "AnnagreB"),
        ("\ufeffAnna", "Anna"),
        ("\ud800Anna", "Anna"),
        ("Anna\ufffe", "Anna"),
        ("e\u0301", "é"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("שלום\u200f", "שלום\u200f"),
    ],
)
def test_cleaning_takes_away_what_is_invisible_and_harmful(raw: str, kept: str):
    assert text.clean(raw) == kept


def test_cleaning_keeps_lines_when_asked():
    assert text.clean(" one \r\ntwo\rthree \n\n", multiline=True) == "one\ntwo\nthree"


def test_a_long_run_of_blanks_is_cleaned_as_any_other_text():
    assert text.clean("a" + " " * 200_000 + "b") == "a b"
    assert text.clean("a" + " " * 200_000 + "b", multiline=True) == "a" + " " * 200_000 + "b"
    assert text.clean("a" + " " * 200_000 + "\nb", multiline=True) == "a\nb"
    assert text.clean(" " * 200_000, 10, multiline=True) == ""


@given(ANY, st.booleans(), st.one_of(st.none(), st.integers(1, 40)))
def test_cleaning_twice_changes_nothing_more_and_keeps_to_the_length(
    value: str, multiline: bool, most: int | None
):
    cleaned = text.clean(value, most, multiline=multiline)

    assert text.clean(cleaned, most, multiline=multiline) == cleaned
    assert most is None or len(cleaned) <= most
    assert "\x00" not in cleaned
    cleaned.encode("utf-8")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Anna Berg", "AB"),
        ("anna maria von berg", "AB"),
        ("Keen", "K"),
        ("", "?"),
        ("🙂", "?"),
        ("ßen", "S"),
        ("ada-lee", "A"),
    ],
)
def test_initials_are_of_the_first_and_last_word(name: str, letters: str):
    assert text.initials(name) == letters


def test_digits_of_other_scripts_are_digits():
    assert text.digits("+49 (\u0660)3-\u06f5") == "49035"


@given(ANY, ANY)
def test_trigram_similarity_is_symmetric_and_one_only_for_the_same(a: str, b: str):
    assert text.trigram_similarity(a, b) == text.trigram_similarity(b, a)
    assert 0 <= text.trigram_similarity(a, b) <= 1
    assert text.trigram_similarity(a, a) == (1.0 if text.fold(a) else 0.0)


def test_trigrams_are_those_of_postgresql():
    assert text.trigrams("Cat") == {"  c", " ca", "cat", "at "}

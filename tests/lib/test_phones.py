import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.lib import phones, text

WAYS_TO_WRITE = (
    "030 555010", "030/555010", "(030) 555-010", "+49 30 555010", "+49 (0)30 555 010", "0049 30 555010", "Tel.: 030 555010",
    "+49.30.555.010", "030\u2013555010",
)  # fmt: skip


@pytest.mark.parametrize("written", WAYS_TO_WRITE)
def test_a_number_is_the_same_however_it_is_written(written: str):
    assert phones.parse(written, "DE").e164 == "+4930555010"
    assert phones.parse(written, "DE").valid


@pytest.mark.parametrize("written", [w for w in WAYS_TO_WRITE if not w.startswith("Tel")])
@pytest.mark.parametrize(
    "searched", ["030 555010", "+49 (0)30 555 010", "0049 30 555010", "030555", "+49 30 555", "30 555010"]
)
def test_a_number_is_found_however_it_is_searched(written: str, searched: str):
    stored = text.digits(phones.parse(written, "DE").e164)

    assert any(key in stored for key in phones.search_keys(searched, "DE"))


@pytest.mark.parametrize("query", ["", "Anna", "12", "Anna 030", "a@b.example"])
def test_what_is_no_number_is_not_searched_as_one(query: str):
    assert phones.search_keys(query, "DE") == ()


@pytest.mark.parametrize(
    "written", ["030 555010 privat", "030 555010 (Büro)", "Büro: 030 555010", "030 555010, ab 9 Uhr"]
)
def test_remarks_around_a_number_are_not_dialled(written: str):
    assert phones.parse(written, "DE").e164 == "+4930555010"


def test_letters_on_the_keys_are_dialled_where_they_are_meant():
    assert phones.parse("1-800-FLOWERS", "US").e164 == "+18003569377"


def test_two_zeros_dial_abroad_even_where_another_prefix_is_usual():
    assert phones.parse("0049 30 555010", "US").e164 == "+4930555010"


def test_italy_keeps_its_leading_zero():
    assert phones.parse("06 6982 0000", "IT").e164 == "+390669820000"
    assert any(key in "390669820000" for key in phones.search_keys("06 6982", "IT"))


@pytest.mark.parametrize(
    ("written", "extension"),
    [
        ("030 555010 ext. 12", "12"),
        ("030 555010 x7", "7"),
        ("030 555010 Durchwahl 12", "12"),
        ("01 42 68 53 00 poste 5", "5"),
    ],
)
def test_extensions_are_kept_apart(written: str, extension: str):
    assert phones.parse(written, "FR" if "poste" in written else "DE").extension == extension


@pytest.mark.parametrize("written", ["", "none", "ask Anna", "9" * 150, "12", "\x00"])
def test_what_is_no_number_has_no_e164(written: str):
    parsed = phones.parse(written, "DE")

    assert (parsed.e164, parsed.valid) == ("", False)


@given(st.text(max_size=120), st.sampled_from(["", "DE", "US", "IT", "XX"]))
def test_parsing_never_fails_and_e164_is_digits_with_a_plus(raw: str, region: str):
    parsed = phones.parse(raw, region)

    assert not parsed.valid or parsed.e164
    assert not parsed.e164 or (parsed.e164[0] == "+" and parsed.e164[1:].isdigit())
    phones.search_keys(raw, region)


@given(st.integers(10**6, 10**9), st.sampled_from(["DE", "US", "GB", "FR", "IT", "CH"]))
def test_an_e164_number_parses_to_itself_and_is_found(number: int, region: str):
    e164 = phones.parse(str(number), region).e164

    if e164:
        assert phones.parse(e164, "").e164 == e164
        assert any(key in e164 for key in phones.search_keys(phones.pretty(e164), region))


def test_numbers_are_shown_the_way_of_the_country():
    assert phones.pretty("+4930555010", "DE") == "030 555010"
    assert phones.pretty("+4930555010", "FR") == "+49 30 555010"
    assert phones.pretty("nothing") == "nothing"
    assert phones.region("+4930555010") == "DE"
    assert phones.region("") == ""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.records.domain import cells

LETTERS = st.text(alphabet="äöüßéèñçÄÖÜ°€“” abcXYZ&", min_size=1, max_size=20)


@given(LETTERS)
def test_text_read_in_the_wrong_encoding_is_mended(value: str):
    broken = value.encode("utf-8").decode("cp1252", errors="ignore")
    lossless = broken.encode("cp1252") == value.encode("utf-8")

    if lossless and not value.isascii():
        assert cells.mended_mojibake(broken) == value


@pytest.mark.parametrize(
    "value", ["Müller", "Ångström", "Âge", "SÃO PAULO", "Łódź", "Brontë", "", "naïve café", "Ãlvaro"]
)
def test_text_that_is_right_is_left_alone(value: str):
    assert cells.mended_mojibake(value) == ""


@given(st.text(max_size=20))
def test_reading_a_number_never_fails(written: str):
    cells.number(written)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_amounts_written_in_either_way_are_read_back(amount):
    assert cells.number(f"{amount:,.2f}") == amount
    assert cells.number(f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))) == amount

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.records.domain import cells
from keen.records.domain.targets import TargetField

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


def cell_of(value: str, name: str) -> cells.Cell:
    return cells.Cell(value, TargetField(name, name.capitalize(), name), name, {}, [])


@pytest.mark.parametrize(
    ("written", "addresses"),
    [
        ("a@nord.example; b@nord.example", ["a@nord.example", "b@nord.example"]),
        ("a@nord.example   b@nord.example", ["a@nord.example", "b@nord.example"]),
        ("a@nord.example ::: b@nord.example ,c@nord.example", ["a@nord.example", "b@nord.example", "c@nord.example"]),
        ("Ann <a@nord.example>, Bo <b@nord.example>", ["a@nord.example", "b@nord.example"]),
    ],
)  # fmt: skip
def test_several_addresses_in_one_cell_are_all_read(written: str, addresses: list[str]):
    cell = cell_of(written, "emails")
    cells.read_email(cell)

    assert [entry["address"] for entry in cell.values["emails"]] == addresses


def test_a_long_run_of_blanks_in_a_cell_is_read_as_any_other():
    blanks = " " * 200_000
    mails = cell_of(f"a@nord.example{blanks};{blanks}b@nord.example{blanks}x", "emails")
    phones = cell_of(f"+49 30 555010{blanks};{blanks}+49 30 555011", "phones")
    tags = cell_of(f"one{blanks};{blanks}two", "tags")
    cells.read_email(mails)
    cells.read_phone(phones)
    cells.read_tags(tags)

    assert [entry["address"] for entry in mails.values["emails"]] == ["a@nord.example"]
    assert [entry["raw"] for entry in phones.values["phones"]] == ["+49 30 555010", "+49 30 555011"]
    assert tags.values["tags"] == ["one", "two"]

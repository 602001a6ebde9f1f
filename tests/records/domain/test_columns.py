import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.records.domain import columns


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["Name", "City", "Phone"], ["Anna", "Ulm", "1"]], (0, True)),
        ([["Report"], ["Name", "City", "Phone"], ["Anna", "Ulm", "1"]], (1, True)),
        ([["Anna", "anna@nord.example", "030 555010"]], (0, False)),
        ([["Name"], ["Anna"]], (0, True)),
        ([["Year 2024", "Year 2025"], ["1", "2"]], (0, True)),
        ([["a@nord.example"], ["b@nord.example"]], (0, False)),
    ],
)
def test_the_names_of_the_columns_are_found(rows: list[list[str]], expected: tuple[int, bool]):
    assert columns.find_header(list(enumerate(rows, start=1)), None) == expected


def test_what_somebody_says_about_the_header_wins():
    assert columns.find_header([(1, ["a@nord.example"])], given=True) == (0, True)
    assert columns.find_header([(1, ["Name"])], given=False) == (0, False)


@given(
    st.lists(
        st.one_of(st.text(max_size=8), st.sampled_from(["Phone", "phone", "Phone (2)", "", "Column 2"])),
        min_size=1,
        max_size=12,
    )
)
def test_every_column_has_a_name_of_its_own(cells: list[str]):
    names, warnings = columns.unique_headers(cells, len(cells))

    assert len({name.casefold() for name in names}) == len(cells)
    assert all(names)
    assert all(warning.endswith(".") for warning in warnings)

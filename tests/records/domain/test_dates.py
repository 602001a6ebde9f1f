from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.records.domain import dates
from keen.records.domain.dates import DateOrder

FIRST_OF_MARCH = date(2024, 3, 1)


@pytest.mark.parametrize(
    "written",
    ["2024-03-01", "2024/3/1", "2024-03-01T10:00:00Z", "2024-03-01 10:00", "20240301", "01.03.2024", "1.3.24", "1/3/2024", "01-03-2024",
     "1. März 2024", "1 mars 2024", "1er mars 2024", "1 de marzo de 2024", "1-Mar-24", "Friday, 1 March 2024", "March 1, 2024", "Mar 1 2024", "45352", "45352.5"],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(written: str):
    assert dates.parse(written, "dmy") == FIRST_OF_MARCH


@pytest.mark.parametrize(
    "written",
    ["", "x", "31.02.2024", "32.1.2024", "2024", "1234567", "99999", "13:00", "1/2", "Smarch 1, 2024"],
)
def test_what_is_no_day_is_none(written: str):
    assert dates.parse(written) is None


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "0/0/00",
        "00.00.0000",
        "0000-00-00",
        "0000-00-00 00:00:00",
        "1/1/4501",
        "n/a",
        "-",
        "  /  /  ",
        "0001-01-01T00:00:00",
    ],
)
def test_ways_to_write_no_date_are_empty(written: str):
    assert dates.is_empty(written)


def test_a_day_is_not_empty():
    assert not dates.is_empty("1/1/2000")


def test_the_order_follows_the_column_and_a_single_reading_wins():
    assert dates.parse("2/3/2024", "mdy") == date(2024, 2, 3)
    assert dates.parse("2/3/2024", "dmy") == date(2024, 3, 2)
    assert dates.parse("3/14/2024", "dmy") == dates.parse("14/3/2024", "mdy") == date(2024, 3, 14)


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["1/2/2024", "13/2/2024"], DateOrder("dmy")),
        (["1/2/2024", "2/13/2024"], DateOrder("mdy")),
        (["1/2/2024", "", "x", "2024-01-31"], DateOrder("")),
        (["13/2/2024", "2/13/2024"], DateOrder("dmy", contradictory=True)),
        ([], DateOrder("")),
    ],
)
def test_the_order_of_a_column_is_told_by_days_beyond_twelve(values: list[str], order: DateOrder):
    assert dates.order_of(values) == order


def test_years_of_two_digits_belong_to_the_nearer_century():
    assert dates.parse("1.1.29") == date(2029, 1, 1)
    assert dates.parse("1.1.30") == date(1930, 1, 1)
    assert dates.parse("1.1.40", pivot=50) == date(2040, 1, 1)


@given(
    st.dates(date(1930, 1, 1), date(2029, 12, 31)),
    st.sampled_from(["dmy", "mdy"]),
    st.sampled_from("./-"),
    st.booleans(),
)
def test_a_day_written_in_the_order_of_its_column_is_read_back(day: date, order: str, sign: str, short: bool):
    parts = ["%d", "%m"] if order == "dmy" else ["%m", "%d"]
    written = day.strftime(sign.join([*parts, "%y" if short else "%Y"]))

    assert dates.parse(written, order) == day


@given(st.dates(date(1930, 1, 1), date(2090, 12, 31)))
def test_serial_numbers_of_excel_are_days(day: date):
    serial = (day - date(1899, 12, 30)).days

    assert dates.parse(str(serial)) == day
    assert dates.parse(str(serial), serials=False) is None


@given(st.text(max_size=25))
def test_reading_never_fails(written: str):
    dates.parse(written)
    dates.parse_moment(written)
    dates.is_empty(written)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2024-03-01 10:20:30", datetime(2024, 3, 1, 10, 20, 30)),  # noqa: DTZ001
        ("1.3.2024 10:20", datetime(2024, 3, 1, 10, 20)),  # noqa: DTZ001
        ("1/3/2024 12:05 AM", datetime(2024, 3, 1, 0, 5)),  # noqa: DTZ001
        ("1/3/2024 1:05 pm", datetime(2024, 3, 1, 13, 5)),  # noqa: DTZ001
        ("1.3.2024", datetime(2024, 3, 1)),  # noqa: DTZ001
        ("1.3.2024 25:99", None),
        ("soon", None),
    ],
)
def test_a_moment_is_read_with_its_time(written: str, moment: datetime | None):
    assert dates.parse_moment(written) == moment

import io
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest

from keen.records.domain.xlsx import Workbook, XlsxLimits


@pytest.fixture
def book(tmp_path: Path) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["a", "b"])
    sheet.append([datetime(2026, 1, 2, 3, 4, 5), time(6, 7)])  # noqa: DTZ001 - workbooks know no zones
    sheet.append([timedelta(hours=30), date(2026, 1, 2)])
    sheet.append([0.1, 1e20])
    path = tmp_path / "book.xlsx"
    made.save(path)
    return path


def test_times_and_numbers_come_as_text(book: Path):
    read = Workbook(book, "", XlsxLimits())

    assert list(read.rows())[1:] == [
        (2, ["2026-01-02 03:04:05", "06:07:00"]),
        (3, ["1 day, 6:00:00", "2026-01-02"]),
        (4, ["0.1", "1e+20"]),
    ]
    assert read.row_count == 4
    read.close()


def test_rows_that_begin_further_down_keep_their_numbers(tmp_path: Path):
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["B3"] = "Name"
    sheet["B5"] = "Anna"
    out = io.BytesIO()
    made.save(out)
    path = tmp_path / "low.xlsx"
    path.write_bytes(out.getvalue())

    rows = list(Workbook(path, "", XlsxLimits()).rows())

    assert [number for number, _ in rows] == [3, 5]


def test_a_reader_that_fails_for_another_reason_is_not_blamed_on_the_file(tmp_path: Path):
    with pytest.raises(RuntimeError, match="FileNotFoundError"):
        Workbook(tmp_path / "gone.xlsx", "", XlsxLimits())

import io
import zipfile
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from keen.records.domain import xlsx_child
from keen.records.domain.xlsx import XlsxLimits
from keen.records.domain.xlsx_child import RefusedError

LIMITS = asdict(XlsxLimits())


def archive(entries: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return out


def code(stream: io.BytesIO, limits: dict[str, int]) -> str:
    with pytest.raises(RefusedError) as caught:
        xlsx_child.check_archive(stream, limits)
    return str(caught.value.args[0])


BOOK = {"xl/workbook.xml": b"<workbook/>"}


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""), ("Anna", "Anna"), (True, "true"), (False, "false"), (3.0, "3"), (0.5, "0.5"), (1e20, "1e+20"), (7, "7"),
        (date(2026, 1, 2), "2026-01-02"), (datetime(2026, 1, 2), "2026-01-02"), (datetime(2026, 1, 2, 3, 4), "2026-01-02 03:04:00"),  # noqa: DTZ001
        (time(5, 6), "05:06:00"), (timedelta(hours=1), "1:00:00"), (object(), ""),
    ],
)  # fmt: skip
def test_cells_are_written_as_in_a_csv(cell: object, text: str):
    assert xlsx_child.as_text(cell) == text


@pytest.mark.parametrize("how", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_an_honest_archive_passes(how: int):
    xlsx_child.check_archive(archive(BOOK | {"xl/big.xml": bytes(200_000)}, how), LIMITS)


def test_an_archive_beyond_a_budget_is_refused():
    assert code(archive(BOOK | {"a": bytes(1000)}), LIMITS | {"unpacked_bytes": 500}) == "zip_bomb"
    assert code(archive(BOOK | {"a": bytes(100_000)}), LIMITS | {"ratio_from_bytes": 1000}) == "zip_bomb"
    assert code(archive(BOOK | {"a": b"", "b": b""}), LIMITS | {"zip_entries": 2}) == "zip_bomb"


def test_an_unusual_or_broken_archive_is_refused():
    assert code(archive(BOOK | {"a": bytes(100)}, zipfile.ZIP_LZMA), LIMITS) == "unreadable"
    assert code(io.BytesIO(archive(BOOK).getvalue()[:40]), LIMITS) == "unreadable"


def test_an_encrypted_entry_is_refused():
    locked = bytearray(archive(BOOK).getvalue())
    locked[locked.index(b"PK\x01\x02") + 8] |= 1

    assert code(io.BytesIO(bytes(locked)), LIMITS) == "encrypted"


def test_rows_are_written_with_their_numbers_up_to_the_limits(tmp_path: Path):
    rows: list[list[Any]] = [["Name", "City"], [None, ""], ["Anna", None]]
    target = tmp_path / "rows"

    assert xlsx_child.write_rows(iter(rows), str(target), LIMITS) == (2, 2)
    assert target.read_text() == '[1,["Name","City"]]\n[3,["Anna"]]\n'
    for limits, refused in (
        ({"rows": 0}, "too_many_rows"),
        ({"columns": 1}, "too_many_columns"),
        ({"cell_characters": 3}, "cell_too_long"),
    ):
        with pytest.raises(RefusedError, match=refused):
            xlsx_child.write_rows(iter(rows), str(target), LIMITS | limits)


def test_a_workbook_is_converted(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Name"])
    source = tmp_path / "book.xlsx"
    book.save(source)

    answer = xlsx_child.convert(str(source), str(tmp_path / "rows"), "", LIMITS)

    assert answer == {"sheet": "Sheet", "sheets": ["Sheet"], "rows": 1, "columns": 1}


def test_entries_that_are_not_what_the_table_of_contents_says_are_refused():
    content = archive({"a.xml": bytes(500)}).getvalue()
    limits = LIMITS | {"ratio_from_bytes": 1 << 30}
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        entry = made.getinfo("a.xml")

    for changed, expected in ((10, "zip_bomb"), (500, "")):
        entry.file_size = changed
        if expected:
            with pytest.raises(RefusedError, match=expected):
                xlsx_child.check_inflated(io.BytesIO(content), entry, limits)
        else:
            xlsx_child.check_inflated(io.BytesIO(content), entry, limits)
    with pytest.raises(RefusedError, match="unreadable"):
        xlsx_child.check_inflated(io.BytesIO(b"x" * 100), entry, limits)
    entry.compress_size = 9_999
    with pytest.raises(RefusedError, match="unreadable"):
        xlsx_child.check_inflated(io.BytesIO(content[:36]), entry, limits)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("word/x", "docx"), ("content.xml", "ods"), ("xl/workbook.bin", "xlsb"), ("x", "zip")],
)
def test_other_archives_are_called_by_their_name(name: str, expected: str):
    assert code(archive({name: b""}), LIMITS) == f"wrong_type_{expected}"


def test_a_sheet_that_is_not_there_is_refused(tmp_path: Path):
    book = openpyxl.Workbook()
    source = tmp_path / "book.xlsx"
    book.save(source)

    with pytest.raises(RefusedError, match="no_such_sheet"):
        xlsx_child.convert(str(source), str(tmp_path / "rows"), "Nobody", LIMITS)
    with pytest.raises(RefusedError, match="empty"):
        xlsx_child.convert(str(source), str(tmp_path / "rows"), "", LIMITS)

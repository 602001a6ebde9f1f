"""Reads one workbook in a process of its own, with little memory and little time; started by keen.records.domain.xlsx.

A file, not a module of the package: it is run by its path, so that nothing of Keen is loaded into the small process.
Writes the rows as JSON lines to a file, and one line of JSON about them to standard output.
"""

import json
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

Limits = dict[str, int]
STEP = 1 << 16


class RefusedError(Exception):
    """A workbook that is not read; the first argument is the code."""


def main() -> None:
    """Read what standard input asks for and say how it went."""
    order = json.loads(sys.stdin.readline())
    limits: Limits = order["limits"]
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu_seconds"], limits["cpu_seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory_bytes"], limits["memory_bytes"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = convert(order["source"], order["target"], order["sheet"], limits)
    except RefusedError as refused:
        answer = {"error": refused.args[0], "detail": refused.args[1] if len(refused.args) > 1 else ""}
    except MemoryError:
        answer = {"error": "too_large", "detail": ""}
    sys.stdout.write(json.dumps(answer))


def convert(source: str, target: str, sheet: str, limits: Limits) -> dict[str, Any]:
    """Rows of one sheet as JSON lines [number, cells] in `target`, and what is known of the workbook.

    Raises: RefusedError with a code.
    """
    with open(source, "rb") as stream:  # noqa: PTH123 - as little is imported here as can be
        check_archive(stream, limits)
    import python_calamine  # noqa: PLC0415 - only after the limits stand and the archive is checked

    try:
        workbook = python_calamine.load_workbook(source)
        names = [
            meta.name
            for meta in workbook.sheets_metadata
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        visible = [
            meta.name
            for meta in workbook.sheets_metadata
            if meta.name in names and meta.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        for name in [sheet] if sheet else visible or names:
            if name not in names:
                raise RefusedError("no_such_sheet", name)
            rows = workbook.get_sheet_by_name(name)
            written, columns = write_rows(rows.iter_rows(), target, limits)
            if written:
                return {"sheet": name, "sheets": names, "rows": written, "columns": columns}
    except python_calamine.CalamineError as error:
        raise RefusedError("unreadable", str(error)[:200]) from error
    raise RefusedError("empty", "")


def write_rows(rows: Iterator[list[Any]], target: str, limits: Limits) -> tuple[int, int]:
    """Number of rows written and of columns used; rows without anything in them are left out.

    Raises: RefusedError beyond a limit.
    """
    written = columns = 0
    with open(target, "w", encoding="utf-8") as out:  # noqa: PTH123 - see above
        for number, row in enumerate(rows, start=1):
            cells = [as_text(cell) for cell in row]
            while cells and not cells[-1].strip():
                cells.pop()
            if not cells:
                continue
            written += 1
            columns = max(columns, len(cells))
            check_row(number, cells, written, limits)
            out.write(json.dumps([number, cells], ensure_ascii=True, separators=(",", ":")) + "\n")
    return written, columns


def check_row(number: int, cells: list[str], written: int, limits: Limits) -> None:
    """Raises: RefusedError when the row, or the number of rows, is beyond a limit."""
    if written > limits["rows"] + 1:
        raise RefusedError("too_many_rows", "")
    if len(cells) > limits["columns"]:
        raise RefusedError("too_many_columns", str(len(cells)))
    if any(len(cell) > limits["cell_characters"] for cell in cells):
        raise RefusedError("cell_too_long", str(number))


def as_text(cell: object) -> str:
    """A cell as it would stand in a CSV file: whole numbers without point, dates in ISO form, true and false."""
    match cell:
        case str():
            text = cell
        case bool():
            text = "true" if cell else "false"
        case float():
            text = str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime():
            text = (
                cell.date().isoformat()
                if cell.time() == time()
                else cell.isoformat(sep=" ", timespec="seconds")
            )
        case date() | time():
            text = cell.isoformat()
        case int() | timedelta():
            text = str(cell)
        case _:
            text = ""
    return text


def check_archive(stream: BinaryIO, limits: Limits) -> None:
    """Raises: RefusedError when the archive is no workbook, or holds more than it may: said or really."""
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            check_directory(entries, limits)
            for entry in entries:
                check_inflated(stream, entry, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise RefusedError("unreadable", str(error)[:200]) from error


def check_directory(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Raises: RefusedError by what the table of contents says."""
    names = [entry.filename for entry in entries]
    if (
        len(entries) > limits["zip_entries"]
        or sum(entry.file_size for entry in entries) > limits["unpacked_bytes"]
    ):
        raise RefusedError("zip_bomb", "")
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise RefusedError("encrypted", "")
        if (
            entry.file_size > limits["ratio_from_bytes"]
            and entry.file_size > entry.compress_size * limits["ratio"]
        ):
            raise RefusedError("zip_bomb", "")
    if "xl/workbook.xml" in names:
        return
    for part, code in (
        ("word/", "docx"),
        ("ppt/", "pptx"),
        ("xl/workbook.bin", "xlsb"),
        ("content.xml", "ods"),
    ):
        if any(name.startswith(part) for name in names):
            raise RefusedError(f"wrong_type_{code}", "")
    raise RefusedError("wrong_type_zip", "")


def check_inflated(stream: BinaryIO, entry: zipfile.ZipInfo, limits: Limits) -> None:
    """Raises: RefusedError when an entry inflates to more than the table of contents says."""
    stream.seek(entry.header_offset)
    header = stream.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise RefusedError("unreadable", "broken entry")
    stream.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    if entry.compress_type == zipfile.ZIP_STORED and entry.file_size == entry.compress_size:
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise RefusedError("unreadable", "unusual compression")
    most = min(entry.file_size, limits["unpacked_bytes"])
    if any(size > most for size in inflated_sizes(stream, entry.compress_size)):
        raise RefusedError("zip_bomb", "")


def inflated_sizes(stream: BinaryIO, packed: int) -> Iterator[int]:
    """How much has come out so far, while a deflated entry is read."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    size = 0
    while packed > 0 and not inflater.eof:
        data = stream.read(min(STEP, packed))
        if not data:
            raise RefusedError("unreadable", "cut off")
        packed -= len(data)
        while data:
            size += len(inflater.decompress(data, STEP))
            data = inflater.unconsumed_tail
            yield size


if __name__ == "__main__":
    main()

"""Tables as people upload them: CSV in any encoding, and Excel workbooks, as headers and rows of text."""

import csv
import io
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from keen.lib import text
from keen.records.domain import columns, sniff
from keen.records.domain.problems import Problem, Severity
from keen.records.domain.sniff import Encoding, TableError
from keen.records.domain.xlsx import Workbook, XlsxLimits

__all__ = ["Limits", "Row", "Table", "TableError", "read"]

_LONGEST_LINE: Final = 4_000_000
COUNTED = 2000
_HEADER_SEARCH: Final = 10
_SAMPLE_CHARACTERS: Final = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one file may hold."""

    file_bytes: int = 100 << 20
    rows: int = 200_000
    columns: int = 500
    cell_characters: int = 100_000
    xlsx: XlsxLimits = field(default_factory=XlsxLimits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What somebody decided after looking at the preview; empty means: find out."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    has_header: bool | None = None
    expected_encoding: str = ""


class Row(NamedTuple):
    """One row: its number as a spreadsheet shows it, its cells (as many as there are headers), and what is wrong."""

    number: int
    values: list[str]
    problems: tuple[Problem, ...] = ()


class Table:
    """A file read as a table; `rows()` starts from the beginning each time.

    Shape: `kind` is "csv" or "xlsx"; `warnings` are sentences for the person who uploaded it; `row_count_estimate`
    is exact for a workbook and up to 2,000 rows, else it counts the line ends of a CSV.
    """

    def __init__(self, source: "_Source", *, choices: Choices, limits: Limits) -> None:
        """Read the beginning of the source; `read` is the way to make one."""
        self.kind = source.kind
        self.encoding: Encoding = source.encoding
        self.delimiter = source.delimiter
        self.sheet, self.sheets = source.sheet, source.sheets
        self.warnings: list[str] = list(source.warnings)
        self._source, self._limits = source, limits
        top = list(islice(source.records(), _HEADER_SEARCH))
        if not top:
            raise TableError("empty", "This file has no rows. Check the export, then choose the file again.")
        self._skip, self.has_header = columns.find_header(top, choices.has_header)
        self.headers = self._named_columns(top)
        self.row_count_estimate = max(0, source.record_count - self._skip - self.has_header)
        self._check_size()

    def _named_columns(self, top: list[tuple[int, list[str]]]) -> list[str]:
        if self._skip:
            self.warnings.append(f"The first {self._skip} lines are no part of the table and were left out.")
        if not self.has_header:
            width = max(len(cells) for _, cells in top)
            self.warnings.append(
                "The first row has no column names. The columns are called Column 1, Column 2, …"
            )
            return [f"Column {place}" for place in range(1, width + 1)]
        width = max(len(top[self._skip][1]), 1)
        headers, warnings = columns.unique_headers(top[self._skip][1], width)
        self.warnings.extend(warnings)
        return headers

    def _check_size(self) -> None:
        if len(self.headers) > self._limits.columns:
            message = (
                f"This file has {len(self.headers)} columns; {self._limits.columns} are read. "
                "Delete the columns you do not need."
            )
            raise TableError("too_many_columns", message)
        if next(self.rows(), None) is None:
            raise TableError(
                "header_only",
                "This file has column names, but no rows below them. Check the filter of the export.",
            )
        if not COUNTED < self.row_count_estimate <= self._limits.rows:
            # Line ends inside quotes were counted too: a short file is counted properly, and one that seems too long.
            self.row_count_estimate = sum(1 for _ in self.rows())

    def __iter__(self) -> Iterator[Row]:
        return self.rows()

    def rows(self) -> Iterator[Row]:
        """The rows below the header, one after the other; those without any content are left out.

        Raises: TableError at a row that cannot be read, or beyond the limit of rows.
        """
        width = len(self.headers)
        below = islice(self._source.records(), self._skip + self.has_header, None)
        for count, (number, cells) in enumerate(below, start=1):
            if count > self._limits.rows:
                raise TableError(
                    "too_many_rows",
                    f"This file has more than {self._limits.rows:,} rows. Split it into several files.",
                )
            yield _row(number, cells, width)

    def sample(self, count: int = 200) -> list[list[str]]:
        """The cells of the first rows."""
        return [row.values for row in islice(self.rows(), count)]

    def close(self) -> None:
        """Delete temporary files; happens by itself when the table is no longer used."""
        self._source.close()


def read(
    source: Path | str | bytes,
    filename: str = "",
    limits: Limits | None = None,
    choices: Choices | None = None,
) -> Table:
    """The table in a file, found out from its content; rows are read as they are asked for.

    Raises: TableError with a sentence that says what to mend.
    Cost: one pass over a CSV (0.2 s for 100 MB); a workbook is read whole in a process of its own (10,000 rows of
    20 columns in about 1 s).
    """
    limits, choices = limits or Limits(), choices or Choices()
    with ExitStack() as refused:
        path, folder = _as_path(source, limits)
        if folder is not None:
            refused.callback(shutil.rmtree, folder)
        made = _source(path, filename or path.name, choices, limits)
        refused.callback(made.close)
        table = Table(made, choices=choices, limits=limits)
        refused.pop_all()
    made.keep(folder)
    return table


def _source(path: Path, filename: str, choices: Choices, limits: Limits) -> "_Source":
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise _too_big(size, limits)
    with path.open("rb") as stream:
        head = stream.read(sniff.SAMPLE_BYTES)
        whole_ole = stream.read(8 << 20) if head.startswith(b"\xd0\xcf\x11\xe0") else b""
    if sniff.kind_of(head, filename, whole_ole) == "xlsx":
        return _XlsxSource(path, choices, limits)
    return _CsvSource(path, head, choices, limits)


def _as_path(source: Path | str | bytes, limits: Limits) -> tuple[Path, Path | None]:
    if not isinstance(source, bytes):
        return Path(source), None
    if len(source) > limits.file_bytes:
        raise _too_big(len(source), limits)
    folder = Path(tempfile.mkdtemp(prefix="keen-upload-"))
    path = folder / "table"
    path.write_bytes(source)
    return path, folder


def _too_big(size: int, limits: Limits) -> TableError:
    return TableError(
        "file_too_big",
        f"This file has {size / (1 << 20):,.0f} MB; {limits.file_bytes >> 20} MB are read. Split it into several files.",
    )


class _Source:
    """Records of one file, with what is known about it."""

    kind = ""
    encoding: Encoding
    delimiter = ""
    sheet = ""
    sheets: tuple[str, ...] = ()
    record_count = 0

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self._folder: weakref.finalize[..., Any] | None = None

    def keep(self, folder: Path | None) -> None:
        if folder is not None:
            self._folder = weakref.finalize(self, shutil.rmtree, str(folder))

    def records(self) -> Iterator[tuple[int, list[str]]]:
        raise NotImplementedError

    def close(self) -> None:
        if self._folder is not None:
            self._folder()


class _XlsxSource(_Source):
    kind = "xlsx"

    def __init__(self, path: Path, choices: Choices, limits: Limits) -> None:
        super().__init__()
        self._workbook = Workbook(path, choices.sheet, limits.xlsx)
        self.encoding = Encoding("utf-8", certain=True)
        self.sheet, self.sheets = self._workbook.sheet, self._workbook.sheets
        self.record_count = self._workbook.row_count

    def records(self) -> Iterator[tuple[int, list[str]]]:
        return self._workbook.rows()

    def close(self) -> None:
        self._workbook.close()
        super().close()


class _CsvSource(_Source):
    kind = "csv"

    def __init__(self, path: Path, head: bytes, choices: Choices, limits: Limits) -> None:
        super().__init__()
        self._path, self._limits = path, limits
        with path.open("rb") as stream:
            scanned = sniff.scan(stream)
        self.encoding = (
            Encoding(choices.encoding, certain=True)
            if choices.encoding
            else sniff.encoding_of(head, scanned, choices.expected_encoding)
        )
        self._strict = self.encoding.certain
        sample = self._sample()
        self.delimiter = choices.delimiter or sniff.delimiter_of(sample)
        self._skips_first = sample[:4].lower() == "sep=" and len(sample.splitlines()[0]) <= 6
        self.record_count = scanned.lines - self._skips_first
        self._warn(scanned)

    def _warn(self, scanned: sniff.Scan) -> None:
        if self.encoding.warning:
            self.warnings.append(self.encoding.warning)
        elif not self.encoding.certain:
            self.warnings.append(
                f"The file does not say how letters are written; {self.encoding.name} is a guess. "
                "Check the names with accents in the preview."
            )
        if scanned.nul_bytes and not self.encoding.name.startswith("utf-16"):
            self.warnings.append(f"{scanned.nul_bytes} NUL characters were taken out.")

    def _open(self) -> io.TextIOWrapper:
        return self._path.open(
            encoding=self.encoding.name, newline="", errors="strict" if self._strict else "replace"
        )

    def _sample(self) -> str:
        try:
            with self._open() as stream:
                return stream.read(_SAMPLE_CHARACTERS).replace("\x00", "")
        except UnicodeDecodeError as error:
            raise self._not_that_encoding() from error

    def _not_that_encoding(self) -> TableError:
        return TableError(
            "wrong_encoding",
            f"This file is not written in {self.encoding.name}. Choose another encoding, such as Windows-1252.",
        )

    def records(self) -> Iterator[tuple[int, list[str]]]:
        number = 0
        with self._open() as stream:
            lines = _lines(stream)
            if self._skips_first:
                next(lines)
                number = 1
            reader = csv.reader(lines, delimiter=self.delimiter)
            try:
                for cells in reader:
                    number += 1
                    if any(cells) and any(cell.strip() for cell in cells):
                        self._check(number, cells)
                        yield number, cells
            except UnicodeDecodeError as error:
                raise self._not_that_encoding() from error
            except csv.Error as error:
                raise _unreadable_row(number + 1) from error

    def _check(self, number: int, cells: list[str]) -> None:
        most = self._limits.cell_characters
        if sum(map(len, cells)) > most and any(len(cell) > most for cell in cells):
            raise _long_cell(number, most)


def _lines(stream: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := stream.readline(_LONGEST_LINE):
        number += 1
        if len(line) >= _LONGEST_LINE and line[-1] not in "\r\n":
            raise TableError(
                "line_too_long",
                f"Line {number} has more than {_LONGEST_LINE:,} characters, so it is not a row of a table. "
                "Check the export, or choose another delimiter.",
            )
        yield line.replace("\x00", "") if "\x00" in line else line


def _unreadable_row(number: int) -> TableError:
    return TableError(
        "cell_too_long",
        f"Row {number} has a cell that does not end. A quotation mark is opened there and not closed; add it or take it out.",
    )


def _long_cell(number: int, most: int) -> TableError:
    return TableError(
        "cell_too_long", f"Row {number} has a cell with more than {most:,} characters. Shorten it."
    )


def _row(number: int, cells: list[str], width: int) -> Row:
    if len(cells) == width:
        return Row(number, cells)
    if len(cells) < width:
        return Row(number, cells + [""] * (width - len(cells)))
    surplus = [cell for cell in cells[width:] if cell.strip()]
    if not surplus:
        return Row(number, cells[:width])
    problem = Problem(
        kind="too_many_cells",
        column="",
        found=text.clean(" | ".join(surplus), 200),
        expected=f"{width} cells, found {len(cells)}",
        repair="Put quotation marks around cells that contain the delimiter",
        severity=Severity.REJECT,
    )
    return Row(number, cells[:width], (problem,))

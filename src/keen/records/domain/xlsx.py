"""Excel workbooks, read by a small process that may fail without harm."""

import json
import shutil
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from keen.records.domain.sniff import TableError

_CHILD: Final = Path(__file__).with_name("xlsx_child.py")
_TOO_LARGE: Final = "This workbook unpacks to more than Keen reads at once. Save the sheet with the list as CSV and upload that."
_SENTENCES: Final = {
    "zip_bomb": _TOO_LARGE,
    "too_large": _TOO_LARGE,
    "encrypted": "This workbook is protected with a password. Save a copy without password, then upload that.",
    "unreadable": "This workbook is damaged. Open it in Excel, save it under a new name, and upload that.",
    "empty": "This workbook is empty. Check that the list is on a visible sheet, save, and upload it again.",
    "no_such_sheet": "This workbook has no sheet of that name. Choose another sheet.",
    "too_many_rows": "This sheet has more than {rows:,} rows. Split it into several files.",
    "too_many_columns": "This sheet has {detail} columns; {columns:,} are read. Delete the columns you do not need.",
    "cell_too_long": "Row {detail} has a cell with more than {cell_characters:,} characters. Shorten it.",
    "wrong_type_docx": "This is a Word document, not a table. Save the list as CSV or .xlsx.",
    "wrong_type_pptx": "This is a presentation, not a table. Save the list as CSV or .xlsx.",
    "wrong_type_xlsb": "This is a binary Excel workbook (.xlsb). Save it as Excel workbook (.xlsx) or CSV.",
    "wrong_type_ods": "This is an OpenDocument table (.ods). Save it as .xlsx or CSV.",
    "wrong_type_zip": "This is a packed file (.zip). Unpack it first, then upload the file inside.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class XlsxLimits:
    """What the small process may use, and how much a workbook may hold."""

    rows: int = 200_000
    columns: int = 500
    cell_characters: int = 100_000
    zip_entries: int = 2_000
    unpacked_bytes: int = 256 << 20
    ratio: int = 200
    ratio_from_bytes: int = 4 << 20
    memory_bytes: int = 512 << 20
    cpu_seconds: int = 30


class Workbook:
    """The rows of one sheet, kept in a temporary file that disappears with this object."""

    def __init__(self, source: Path, sheet: str, limits: XlsxLimits) -> None:
        """Read the sheet.

        Raises: TableError with what to mend.
        """
        folder = tempfile.mkdtemp(prefix="keen-table-")
        self._cleanup = weakref.finalize(self, shutil.rmtree, folder)
        self._rows = Path(folder) / "rows.jsonl"
        try:
            answer = _ask_child(source, self._rows, sheet, limits)
        except TableError:
            self.close()
            raise
        self.sheet = str(answer["sheet"])
        self.sheets = tuple(str(name) for name in answer["sheets"])
        self.row_count = int(answer["rows"])

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Row numbers as the spreadsheet shows them, with the cells as text."""
        with self._rows.open(encoding="utf-8") as lines:
            for line in lines:
                number, cells = json.loads(line)
                yield number, cells

    def close(self) -> None:
        """Delete the temporary file."""
        self._cleanup()


def _ask_child(source: Path, target: Path, sheet: str, limits: XlsxLimits) -> dict[str, Any]:
    order = json.dumps(
        {"source": str(source), "target": str(target), "sheet": sheet, "limits": asdict(limits)}
    )
    try:
        done = subprocess.run(  # noqa: S603 - Keen's own file; the upload goes in as data
            [sys.executable, "-I", str(_CHILD)],
            input=order,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=limits.cpu_seconds * 4,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TableError("too_large", _TOO_LARGE) from None
    if done.returncode < 0 or "MemoryError" in done.stderr:
        # Killed by its limits: out of memory aborts, out of time is a signal.
        raise TableError("too_large", _TOO_LARGE)
    if "PanicException" in done.stderr:
        raise TableError("unreadable", _SENTENCES["unreadable"])
    if done.returncode != 0:
        raise RuntimeError(f"The workbook reader failed: {done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    if "error" in answer:
        code = str(answer["error"])
        values = {**asdict(limits), "detail": str(answer["detail"])}
        raise TableError(code, _SENTENCES[code].format(**values))
    return answer

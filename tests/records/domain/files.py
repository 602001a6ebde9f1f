"""Workbooks and files for the tests of reading tables."""

import io
import zipfile
from collections.abc import Iterable

import openpyxl
import pytest

from keen.records.domain import tabular
from keen.records.domain.tabular import Choices, Limits, TableError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def workbook(rows: Iterable[Iterable[object]], title: str = "People") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rezipped(original: bytes, changed: dict[str, bytes], *, also: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(original)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changed.get(name, old.read(name)))
        for name, content in (also or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def sheet_xml(rows: str) -> bytes:
    head = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return f"{head}{rows}</sheetData></worksheet>".encode()


SHEET = "xl/worksheets/sheet1.xml"
SMALL = workbook([["Name", "Phone"], ["Anna", "030"]])


def cells(content: bytes, filename: str = "people.csv", choices: Choices | None = None) -> list[list[str]]:
    return [row.values for row in tabular.read(content, filename, choices=choices)]


def refusal(content: bytes, filename: str = "people.csv", limits: Limits | None = None) -> TableError:
    with pytest.raises(TableError) as caught:
        list(tabular.read(content, filename, limits))
    return caught.value

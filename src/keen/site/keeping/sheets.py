"""Records as a CSV file: their fields under their labels, nothing in it that a spreadsheet would run."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from keen.lib import safe_cells
from keen.lib.addresses import Address
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain.fieldvalues import phone_words
from keen.site.keeping.reading import Row
from keen.site.keeping.tables import Table

LINES = 500
Names = dict[str, dict[int, str]]
Told = Callable[[dict[str, Any]], Any]


def sheet(kind: RecordType, table: Table, rows: Iterable[Row], names: Names) -> Iterator[bytes]:
    """The lines of the file, many at a time; those in the trash and those merged away are marked."""
    tellers = [(field.label, _teller(field, names)) for field in kind.fields]
    held = io.StringIO()
    held.write("\ufeff")  # so that a spreadsheet reads the file as UTF-8
    writer = csv.writer(held)
    writer.writerow(["Id", *(label for label, _ in tellers), "In the trash since", "Merged into"])
    for number, row in enumerate(rows, 1):
        cells = dict(zip(table.names, row, strict=True))
        cells |= cells.get("own") or {}
        told = [teller(cells) for _, teller in tellers]
        merged = f"{kind.code}-{cells['merged_into_id']}" if cells.get("merged_into_id") else ""
        line = [f"{kind.code}-{cells['id']}", *told, cells.get("deleted_at") or "", merged]
        writer.writerow([safe_cells.neutralise(cell) for cell in line])
        if number % LINES == 0:
            yield held.getvalue().encode()
            held.seek(0)
            held.truncate()
    yield held.getvalue().encode()


def _teller(field: Field, names: Names) -> Told:
    """What writes the field of a row."""
    column = field.column
    if field.kind is Kind.REFERENCE:
        return lambda cells: cells.get(field.shadow) or ""
    if field.kind in _PARTS:
        part = _PARTS[field.kind]
        return lambda cells: "; ".join(part(entry) for entry in cells.get(column) or ())
    if field.kind is Kind.MONEY:
        return lambda cells: " ".join(map(str, (cells.get(column) or {}).values()))
    labels = _labels(field, names)
    if field.kind is Kind.CHOICES:
        return lambda cells: "; ".join(labels.get(key, key) for key in cells.get(column) or ())
    if labels:
        return lambda cells: _word(labels.get(cells.get(column), cells.get(column)))
    return lambda cells: _word(cells.get(column))


def _labels(field: Field, names: Names) -> dict[Any, str]:
    """What stands for a value of the field, where that is not the value itself."""
    if field.kind in {Kind.USER, Kind.TEAM}:
        return dict(names["users" if field.kind is Kind.USER else "teams"])
    return dict(field.choices)


def _word(value: Any) -> Any:
    if isinstance(value, bool):
        return "Yes" if value else ""
    return "" if value is None else value


_PARTS: dict[Kind, Callable[[Any], str]] = {
    Kind.EMAILS: lambda entry: str(entry["address"]),
    Kind.PHONES: phone_words,
    Kind.ADDRESSES: lambda entry: Address.from_dict(entry).one_line(),
    Kind.TAGS: str,
    Kind.IDS: str,
    Kind.LINES: lambda entry: json.dumps(entry, ensure_ascii=False),
}

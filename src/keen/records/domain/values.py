"""Rows of an uploaded table turned into values of a record, with what is wrong said in words."""

import re
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from typing import Any, Final

from keen.lib import names, safe_cells, text
from keen.records.domain import cells, dates
from keen.records.domain.mapping import Mapping
from keen.records.domain.problems import Problem, Severity
from keen.records.domain.targets import TargetField

_EXCEL_TEXT: Final = re.compile(r'^="(.*)"$', re.DOTALL)
_EXCEL_ERRORS: Final = frozenset(
    ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#NV", "#WERT!", "#BEZUG!"]
)
_NOTHING: Final = frozenset(["NULL", "N/A", "n/a", "null", "(null)", "<null>", "None", "\\N", "nan", "NaN"])
_NAMED: Final = ("last_name", "first_name", "account.name", "emails", "phones")
_MULTILINE: Final = frozenset(["long_text", "street"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the file does not say itself.

    Shape: `default_region` and `country` are ISO 3166-1 alpha-2 codes; the first reads local phone numbers, the
    second is written to addresses without country ("" writes none). `date_order` is "dmy" or "mdy" for columns that
    do not tell; `date_orders` decides single columns by place.
    """

    default_region: str = ""
    country: str = ""
    date_order: str = "dmy"
    date_orders: MappingOf[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class CleanRow:
    """One row as values to save.

    Shape: `values` by field: "emails" [{address, label}], "phones" [{raw, e164, label, extension?}], "addresses"
    [{street, city, region, postal_code, country, label}], "tags" [str], links as "account.name", "owner.email";
    days are dates, numbers Decimal, the rest str or bool; what is empty is missing.
    """

    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    skipped: bool = False

    @property
    def rejected(self) -> bool:
        """Whether the row must stay out."""
        return any(problem.severity is Severity.REJECT for problem in self.problems)


@dataclass(frozen=True, slots=True)
class _Step:
    place: int
    column: str
    target: TargetField
    read: Callable[[cells.Cell], None]
    order: str
    label_place: int = -1


class Cleaner:
    """Reads the rows of one file by one mapping.

    Cost: 10,000 to 20,000 rows of 15 filled columns in a second.
    """

    def __init__(
        self, mapping: Mapping, fields: Sequence[TargetField], options: Options | None = None
    ) -> None:
        """Prepare to read; targets of the mapping that are not among the fields are left out."""
        self._options = options or Options()
        by_name = {target.name: target for target in fields}
        self._is_account = "name" in by_name and "last_name" not in by_name
        self._keeps_ids = mapping.template.startswith("goldmine")
        self._labels = _label_places(mapping)
        steps = [
            self._step(column.place, column.column, by_name[column.target])
            for column in mapping.columns
            if column.target in by_name
        ]
        # Countries are read before phone numbers, which are read as dialled there.
        self._steps = sorted(steps, key=lambda step: step.target.kind != "country")
        self._constants = [
            (self._step(-1, "", by_name[name]), value)
            for name, value in mapping.constants.items()
            if name in by_name
        ]

    def _step(self, place: int, column: str, target: TargetField) -> _Step:
        order = self._options.date_orders.get(place) or self._options.date_order
        return _Step(
            place,
            column,
            target,
            cells.READERS.get(target.kind, cells.read_text),
            order,
            self._labels.get(place, -1),
        )

    def clean(self, row: Sequence[str], problems: Iterable[Problem] = ()) -> CleanRow:
        """The values of a row; a row without any content is skipped, one without any name rejected."""
        result = CleanRow(problems=list(problems))
        if not any(row) or not any(cell.strip() for cell in row):
            result.skipped = True
            return result
        width = len(row)
        for step in self._steps:
            raw = row[step.place] if step.place < width else ""
            if raw:
                self._read(result, step, raw, row[step.label_place] if 0 <= step.label_place < width else "")
        for step, value in self._constants:
            if step.target.kind == "tags" or not _has(result.values, step.target.name):
                self._read(result, step, value)
        self._finish(result)
        return result

    def _read(self, result: CleanRow, step: _Step, raw: str, said_label: str = "") -> None:
        kind = step.target.kind
        if kind == "id" and self._keeps_ids:
            # GoldMine's account numbers may end in blanks and hold any printable sign.
            result.values[step.target.name] = raw.replace("\x00", "")
            return
        value = raw
        if raw[0] in "='" or not raw.isascii():
            value = _unwrapped(raw)
        value = text.clean(value, multiline=kind in _MULTILINE)
        if not value:
            return
        cell = cells.Cell(
            value,
            step.target,
            step.column,
            result.values,
            result.problems,
            step.order,
            self._region(result.values),
            said_label,
        )
        if value[0] == "#" and value in _EXCEL_ERRORS:
            cell.report(cells.EXCEL_ERROR)
            return
        if kind != "name" and value in _NOTHING:
            return
        if not value.isascii() and (mended := cells.mended_mojibake(value)):
            cell.report(cells.MOJIBAKE, expected=mended[:200])
        step.read(cell)

    def _region(self, values: MappingOf[str, Any]) -> str:
        places = values.get("addresses") or {}
        for label in ("work", "billing"):
            if code := places.get(label, {}).get("country"):
                return str(code)
        return self._options.default_region

    def _finish(self, result: CleanRow) -> None:
        values = result.values
        if "addresses" in values:
            values["addresses"] = _addresses(values["addresses"], self._options.country)
        _settle_names(values)
        named = ("name",) if self._is_account else _NAMED
        missing = not any(values.get(name) for name in named)
        if missing:
            expected = "a company name" if self._is_account else "a name, company, e-mail or phone number"
            repair = "Fill in a name, or leave these rows out"
            result.problems.append(Problem("no_name", "", "", expected, repair, Severity.REJECT))


def clean_row(
    row: Sequence[str], mapping: Mapping, fields: Sequence[TargetField], options: Options | None = None
) -> CleanRow:
    """The values of one row, for a preview; a whole file is read with one Cleaner."""
    return Cleaner(mapping, fields, options).clean(row)


def date_orders(
    mapping: Mapping, fields: Sequence[TargetField], rows: Iterable[Sequence[str]]
) -> dict[int, dates.DateOrder]:
    """How each column of dates writes day and month, by place; look at many rows, the first ones rarely tell."""
    kinds = {target.name: target.kind for target in fields}
    places = [c.place for c in mapping.columns if kinds.get(c.target) in {"date", "datetime"}]
    found: dict[int, list[str]] = {place: [] for place in places}
    for row in rows:
        for place in places:
            if place < len(row) and row[place]:
                found[place].append(row[place])
    return {place: dates.order_of(values) for place, values in found.items()}


def _label_places(mapping: Mapping) -> dict[int, int]:
    """Where Google says in a column of its own whether "Phone 2 - Value" is a mobile, by the place of the value."""
    if not mapping.template.startswith("google_native"):
        return {}
    places = {column.column: column.place for column in mapping.columns}
    found = {}
    for column in mapping.columns:
        stem = column.column.removesuffix(" - Value")
        label = places.get(f"{stem} - Label", places.get(f"{stem} - Type"))
        if stem != column.column and label is not None:
            found[column.place] = label
    return found


def _unwrapped(raw: str) -> str:
    """The cell without the apostrophe of a safe export, and without ="…", by which Excel keeps leading zeros."""
    restored = safe_cells.restore(raw)
    value = restored if isinstance(restored, str) else raw
    return found.group(1).replace('""', '"') if (found := _EXCEL_TEXT.match(value)) else value


def _has(values: MappingOf[str, Any], target: str) -> bool:
    if target in values:
        return True
    name, _, rest = target.partition(".")
    if name in {"emails", "phones"}:
        return any(entry["label"] == rest for entry in values.get(name, ()))
    if name == "addresses":
        label, _, part = rest.partition(".")
        return bool(values.get(name, {}).get(label, {}).get(part))
    return False


def _addresses(found: dict[str, dict[str, str]], country: str) -> list[dict[str, str]]:
    parts = ("street", "city", "region", "postal_code")
    kept = []
    for label, place in found.items():
        if not any(place.values()):
            continue
        entry = {part: place.get(part, "") for part in parts}
        kept.append({**entry, "country": place.get("country") or country, "label": label})
    return kept


def _settle_names(values: dict[str, Any]) -> None:
    """Split a full name where no parts came, and join middle name and suffix, which have no field of their own."""
    whole = values.pop("full_name", "")
    if whole and not (values.get("first_name") or values.get("last_name")):
        parts = names.split(whole)
        found = {
            "salutation": values.get("salutation") or parts.salutation,
            "first_name": f"{parts.first} {parts.middle}".strip(),
            "last_name": f"{parts.last} {parts.suffix}".strip(),
        }
        values.update({name: value for name, value in found.items() if value})
    elif whole and not values.get("first_name") and (first := _without(whole, values["last_name"])):
        values["first_name"] = first
    if middle := values.pop("middle_name", ""):
        values["first_name"] = f"{values.get('first_name', '')} {middle}".strip()
    if suffix := values.pop("suffix", ""):
        values["last_name"] = f"{values.get('last_name', '')} {suffix}".strip()
    if values.get("first_name") and not values.get("last_name"):
        # Lists are sorted and searched by the last name; a single name takes its place.
        values["last_name"] = values.pop("first_name")


def _without(whole: str, last: str) -> str:
    """The first name of a full name when the last name stands in a column of its own, as in GoldMine."""
    parts = names.split(whole)
    return f"{parts.first} {parts.middle}".strip() if text.fold(last) in text.fold(whole) else ""

"""One row on its way in: its cells, the record it would be, and what becomes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone

from keen.core.models.fresh import fresh
from keen.lib import safe_cells, text
from keen.lib.errors import RuleError
from keen.records.actions import asked
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain import fieldvalues
from keen.records.domain.own import Definition
from keen.records.domain.problems import Problem, Severity
from keen.records.models import Record

MOST_TAGS = 30
_CUT = "Shorten the text; it was cut"
_RANGE = "Write a whole number that fits, such as 250"


@dataclass(slots=True)
class Line:
    """One row with everything known of it: `raw` as it came, `cells` as somebody mended it.

    Shape: `record` is not saved; `match_id` is the record that the row is or may be.
    """

    number: int
    raw: list[str]
    cells: list[str] = field(default_factory=list)
    hash: str = ""
    mended: bool = False
    decision: str = ""
    problems: list[Problem] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    record: Record | None = None
    outcome: str = ""
    reason: str = ""
    note: str = ""
    repair: str = ""
    column: str = ""
    match_id: int | None = None
    found: Any = None
    link: Any = None
    keys: Sequence[tuple[str, str]] = ()
    erased_on: date | None = None

    def close(self, outcome: str, reason: str = "", note: str = "", repair: str = "") -> None:
        """Say what becomes of the row."""
        self.outcome, self.reason, self.note, self.repair = outcome, reason, note, repair

    def warn(self, kind: str, found: str, expected: str, repair: str) -> None:
        """Note that a value stays out although the row comes in."""
        self.problems.append(Problem(kind, "", found[:200], expected, repair, Severity.WARN))


def storable(cells: Sequence[str]) -> list[str]:
    """The cells as every database can keep them."""
    return [
        cell
        if cell.isascii() and "\x00" not in cell
        else cell.replace("\x00", "").encode("utf-8", "replace").decode()
        for cell in cells
    ]


def rejection(problems: Sequence[Problem], headers: Sequence[str]) -> tuple[str, str, str, str]:
    """Why a row stays out: code, sentence, what to mend, and the column."""
    worst = next((problem for problem in problems if problem.severity is Severity.REJECT), problems[0])
    where = f"{worst.column}: " if worst.column and worst.column in headers else ""
    found = f"found “{worst.found[:120]}”, " if worst.found else ""
    sentence = f"{where}{found}expected {worst.expected}."
    return worst.kind, sentence[0].upper() + sentence[1:], worst.repair, worst.column


def record_from(record_type: RecordType, line: Line) -> Record:
    """The row as a record that is not saved; what does not fit its column is cut or left out, and said."""
    columns: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for name, value in line.values.items():
        declared = record_type.by_name.get(name)
        if declared is not None and declared.kind not in {Kind.REFERENCE, Kind.USER, Kind.TEAM}:
            fitting = _fitting(record_type, declared, value, line)
            if fitting is not None:
                (columns if declared.own is None else own)[name] = fitting
    made = fresh(record_type.model, columns)
    for name, value in own.items():
        setattr(made, name, value)  # they share one column, which the row itself takes apart
    return made


def _fitting(record_type: RecordType, declared: Field, value: Any, line: Line) -> Any:
    if declared.own is not None:
        return _own(declared, declared.own, value, line)
    limit = _limits(record_type).get(declared.name)
    if isinstance(value, str):
        if limit and len(value) > limit:
            line.problems.append(
                Problem("too_long", "", value[:200], f"at most {limit} characters", _CUT, Severity.FIXED)
            )
            value = value[:limit].rstrip()
        return _checked(declared, value, line)
    if isinstance(value, Decimal):
        return _number(record_type, declared, value, line)
    if isinstance(value, datetime) and timezone.is_naive(value):
        return timezone.make_aware(value)
    return value


def _checked(declared: Field, value: str, line: Line) -> str | None:
    """The text as its field wants it; what the field refuses stays out, and the refusal's own words say what to mend."""
    if declared.check is None:
        return value
    try:
        checked: str = declared.check(value)
    except RuleError as error:
        line.warn("refused_value", value, f"what fits {declared.label}", f"{declared.label}: {error.message}")
        return None
    return checked


def _own(declared: Field, made: Definition, value: Any, line: Line) -> Any:
    """The value of a field of one's own, within the limits that were set for it; else nothing, and a warning."""
    try:
        return fieldvalues.read(declared.kind, value, replace(asked.reading(declared, made), exact=True))
    except RuleError as error:
        line.warn("not_fitting", str(value), f"what fits {declared.label}", error.message[:200])
        return None


def _number(record_type: RecordType, declared: Field, value: Decimal, line: Line) -> Decimal | int | None:
    column = record_type.model._meta.get_field(declared.name)  # noqa: SLF001
    if not isinstance(column, models.IntegerField):
        if abs(value) < Decimal(10) ** 12:
            return value
    elif value == value.to_integral_value() and 0 <= value <= 2_147_483_647:
        return int(value)
    line.warn("out_of_range", str(value)[:40], "a whole number", _RANGE)
    return None


_known_limits: dict[str, dict[str, int]] = {}


def _limits(record_type: RecordType) -> Mapping[str, int]:
    """How long the texts of the kind's columns may be."""
    if record_type.kind not in _known_limits:
        fields = record_type.model._meta.concrete_fields  # noqa: SLF001
        _known_limits[record_type.kind] = {
            column.attname: column.max_length
            for column in fields
            if isinstance(column, models.CharField) and column.max_length
        }
    return _known_limits[record_type.kind]


def completed(
    record_type: RecordType, target: Record, new: Record, names: set[str], *, overwrite: bool
) -> dict[str, Any]:
    """The columns of the target that the row changes: empty ones filled, lists joined, others only to overwrite."""
    changed: dict[str, Any] = {}
    for name in sorted(names):
        declared = record_type.by_name[name]
        theirs, mine = getattr(new, declared.column), getattr(target, declared.column)
        if theirs in (None, "", []) or theirs == mine or (declared.kind is Kind.USER and not overwrite):
            continue
        value = _joined(declared, mine, theirs, overwrite=overwrite)
        if value != mine:
            changed[declared.column] = value
            if declared.shadow:
                changed[declared.shadow] = getattr(new, declared.shadow)
    return changed


def _joined(declared: Field, mine: Any, theirs: Any, *, overwrite: bool) -> Any:
    if declared.kind is Kind.BOOLEAN:
        # A refusal of mail or calls is never taken back by a file, only by one that may overwrite.
        return theirs if overwrite else bool(mine or theirs)
    if isinstance(mine, list):
        return _joined_lists(declared, mine, theirs)
    return theirs if overwrite or mine in (None, "") else mine


def _joined_lists(declared: Field, mine: list[Any], theirs: list[Any]) -> list[Any]:
    if declared.kind is Kind.CHOICES:
        return [*mine, *(key for key in theirs if key not in mine)]
    if declared.kind is Kind.IDS:
        return sorted({*mine, *theirs})[:MOST_TAGS]
    if declared.kind is Kind.TAGS:
        known = {tag.casefold() for tag in mine}
        return sorted([*mine, *(tag for tag in theirs if tag.casefold() not in known)], key=str.casefold)[
            :MOST_TAGS
        ]
    if declared.kind is Kind.ADDRESSES:
        return [*mine, *(entry for entry in theirs if not any(_is_within(entry, one) for one in mine))]
    known = {_key(entry) for entry in mine} | {entry["raw"] for entry in mine if "raw" in entry}
    new = (entry for entry in theirs if _key(entry) not in known and entry.get("raw") not in known)
    return [*mine, *new]


def _key(entry: Mapping[str, Any]) -> str:
    return str(entry.get("address") or entry.get("e164") or entry.get("raw")).casefold()


def _is_within(entry: Mapping[str, Any], whole: Mapping[str, Any]) -> bool:
    """Whether an address says nothing that the other one does not say too."""
    told = {
        part: text.fold(str(entry.get(part) or "")) for part in ("street", "postal_code", "city", "region")
    }
    country = entry.get("country") or whole.get("country")
    same_country = not whole.get("country") or country == whole.get("country")
    parts = (text.fold(str(whole.get(part) or "")) == said for part, said in told.items() if said)
    return same_country and all(parts)


def plain_cell(value: str) -> str:
    """A cell of a file that no spreadsheet takes for a formula."""
    return str(safe_cells.neutralise(value))

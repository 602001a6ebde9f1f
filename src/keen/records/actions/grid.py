"""A table of records edited like a spreadsheet: cells are texts, what they mean is read here, all is written at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction

from keen.core import queries as core
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Receipt
from keen.lib import numbers, phones, text
from keen.lib.errors import KeenError, RuleError
from keen.records import declare
from keen.records.actions.batch import Item, write_batch
from keen.records.actions.conflicts import Clash, ConflictError, clashes_since
from keen.records.actions.save import columns
from keen.records.actions.values import InvalidError, as_held, inputs_of, read_values
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain import dates
from keen.records.domain.fieldvalues import is_empty, plain
from keen.records.models import Handle, Record
from keen.records.queries import unseen

WRITABLE = frozenset(
    {
        Kind.TEXT, Kind.URL, Kind.CHOICE, Kind.CHOICES, Kind.BOOLEAN, Kind.DATE, Kind.NUMBER, Kind.MONEY, Kind.USER,
        Kind.TEAM, Kind.TAGS, Kind.IDS, Kind.EMAILS, Kind.PHONES, Kind.REFERENCE,
    }
)  # fmt: skip
NEVER = object()
"""A value that no record ever had."""
MAIN = {Kind.EMAILS: "address", Kind.PHONES: "raw"}


@dataclass(frozen=True)
class Typed:
    """One line of the table: the texts that differ from what the record has, by field."""

    place: int
    texts: Mapping[str, str]
    record_id: int | None = None
    version: int | None = None


@dataclass
class Outcome:
    """What became of the table: a receipt, and for what stays out the sentence by (place, field); "" is the whole line.

    Shape: `failed` are the places of lines of which nothing was written though something could be read; `rows` are the records as the write left them, while nobody else could write them.
    """

    receipt: Receipt
    errors: dict[tuple[int, str], str] = field(default_factory=dict)
    written: set[int] = field(default_factory=set)
    failed: set[int] = field(default_factory=set)
    rows: Mapping[int, Record] = field(default_factory=dict)


class Cells:
    """Reads and writes the texts of cells; people and teams are read once.

    Cost: 2 queries where people or teams are among the fields, 2 for each different name of a linked record.
    """

    def __init__(self, record_type: RecordType, actor: Actor, fields: Sequence[Field]) -> None:
        kinds = {one.kind for one in fields}
        self.record_type, self.actor = record_type, actor
        self.people = [(row.pk, row.name, row.email) for row in core.people()] if Kind.USER in kinds else []
        self.teams = [(row.pk, row.name) for row in core.teams()] if Kind.TEAM in kinds else []
        self._linked: dict[tuple[str, str], int] = {}
        self._shut: dict[str, set[int]] = {}

    def look(self, records: Sequence[Record]) -> None:
        """Know which of the records that these lead to the actor may not see.

        Cost: 1 query for each kind to which fields of one's own lead.
        """
        self._shut = unseen.shut(self.actor, unseen.ids_in(self.record_type, records))

    def is_writable(self, declared: Field) -> bool:
        """Whether the cell can be written here: the actor may, and one line of text can say it."""
        if declared.kind not in WRITABLE or declared not in self.record_type.writable(self.actor):
            return False
        return declared.kind is not Kind.REFERENCE or declare.get(declared.to).name_field == "name"

    def text(self, declared: Field, record: Record) -> str:
        """What the record has, as it can be typed."""
        value = getattr(record, declared.column)
        if is_empty(value) or unseen.is_shut(self.record_type, declared, record, self._shut):
            return ""
        match declared.kind:
            case Kind.USER | Kind.TEAM:
                known = self.people if declared.kind is Kind.USER else self.teams
                return next((str(row[1]) for row in known if row[0] == value), "")
            case Kind.REFERENCE:
                return str(getattr(record, declared.shadow, "") if declared.shadow else value)
            case Kind.EMAILS:
                return "; ".join(entry["address"] for entry in value)
            case Kind.PHONES:
                return "; ".join(
                    phones.pretty(entry["e164"]) if entry.get("e164") else entry["raw"] for entry in value
                )
            case _:
                return _said(declared, value)

    def value(self, declared: Field, typed: str, record: Record | None) -> Any:
        """What the text means, as an input takes it.

        Raises: RuleError.
        """
        said = typed.strip()
        match declared.kind:
            case Kind.USER | Kind.TEAM:
                return self._named(declared, said)
            case Kind.REFERENCE:
                return self._link(declared, said, record)
            case Kind.EMAILS | Kind.PHONES:
                return _entries(declared, said, getattr(record, declared.column) if record else [])
            case Kind.DATE:
                found = dates.parse(said) if said else None
                return found.isoformat() if found else said
            case Kind.BOOLEAN:
                return said.casefold() in {"x", "✓", "ja", "oui", "sí"} or said
            case _:
                return said

    def _named(self, declared: Field, said: str) -> int | None:
        if not said:
            return None
        known = self.people if declared.kind is Kind.USER else self.teams
        found = [row[0] for row in known if text.fold(said) in {text.fold(word) for word in row[1:]}]
        if len(found) != 1:
            who = "colleague" if declared.kind is Kind.USER else "team"
            many = f"Several {who}s are called “{said[:40]}”. Use the e-mail address."
            raise RuleError(
                "not_found", many if found else f"No {who} is called “{said[:40]}”.", declared.name
            )
        return int(found[0])

    def _link(self, declared: Field, said: str, record: Record | None) -> int | None:
        if not said:
            return None
        if record is not None and declared.shadow and said == getattr(record, declared.shadow):
            return getattr(record, declared.column)  # type: ignore[no-any-return]
        key = (declared.to, said)
        if key not in self._linked:
            self._linked[key] = self._by_name(declared, said)
        return self._linked[key]

    def _by_name(self, declared: Field, said: str) -> int:
        """The one record that is called so, as far as the actor can see.

        Raises: RuleError.
        """
        other = declare.get(declared.to)
        keys = [value for kind, value in other.model(**{other.name_field: said}).handles() if kind == "name"]
        held = Handle.objects.filter(kind="name", value__in=keys, record_kind=other.kind)
        rows = other.model.objects.visible_to(self.actor).filter(pk__in=held.values("record_id"))[:20]
        found = [row.pk for row in rows if text.fold(row.title) == text.fold(said)] or [
            row.pk for row in rows
        ]
        if len(found) != 1:
            noun = other.label.lower()
            none = f"No {noun} that you can see is called “{said[:40]}”. Add it first."
            many = f"{len(found)} {other.plural.lower()} are called “{said[:40]}”. Open the record to choose one."
            raise RuleError("not_found", many if found else none, declared.name)
        return int(found[0])


def _said(declared: Field, value: Any) -> str:
    if declared.kind is Kind.BOOLEAN:
        return "yes" if value else "no"
    if declared.kind is Kind.CHOICE:
        return str(dict(declared.choices).get(value, value))
    if declared.kind is Kind.CHOICES:
        return ", ".join(dict(declared.choices).get(key, key) for key in value)
    if declared.kind is Kind.MONEY:
        return f"{numbers.again(value['amount'])} {value['currency']}"
    if isinstance(value, Decimal):
        return numbers.again(value)
    return ", ".join(value) if isinstance(value, list) else str(plain(value))


def _entries(declared: Field, said: str, held: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The addresses or numbers of the cell; those that were there keep what they are for."""
    main = MAIN[declared.kind]
    known = {_key(declared, entry): entry for entry in held}
    parts = [part.strip() for part in said.replace("\n", ";").split(";")]
    return [known.get(_key(declared, {main: part}), {main: part}) for part in parts if part]


def _key(declared: Field, entry: Mapping[str, Any]) -> str:
    if declared.kind is Kind.EMAILS:
        return str(entry["address"]).casefold()
    return text.digits(phones.pretty(entry["e164"]) if entry.get("e164") else str(entry["raw"]))


def try_out(cells: Cells, lines: Sequence[Typed]) -> dict[tuple[int, str], str]:
    """What would stay out, and why, by (place, field); nothing is written.

    Cost: that of reading the records.
    """
    return _tried(cells, lines, _rows(cells, lines))[1]


def _tried(
    cells: Cells, lines: Sequence[Typed], rows: Mapping[int, Record]
) -> tuple[dict[int, dict[str, Any]], dict[tuple[int, str], str]]:
    """What the texts mean by the place of their line, and what cannot be read."""
    known = inputs_of(cells.record_type, cells.actor)
    errors: dict[tuple[int, str], str] = {}
    meant: dict[int, dict[str, Any]] = {}
    for line in lines:
        meant[line.place] = values = _values(cells, line, rows.get(line.record_id or 0), errors)
        try:
            read_values(cells.record_type, cells.actor, values, creating=line.record_id is None, known=known)
        except InvalidError as error:
            for name, message in error.errors.items():
                errors.setdefault((line.place, name), message)
    return meant, errors


def drafts(cells: Cells, lines: Sequence[Typed]) -> dict[int, Record]:
    """The new records of the lines by their places, not saved, as far as what was typed can be read."""
    new = [line for line in lines if line.record_id is None]
    meant, errors = _tried(cells, new, {})
    known = inputs_of(cells.record_type, cells.actor)
    made = {}
    for line in new:
        fine = {name: value for name, value in meant[line.place].items() if (line.place, name) not in errors}
        try:
            values = read_values(cells.record_type, cells.actor, fine, creating=True, known=known)
        except InvalidError:
            continue  # the line says what it lacks
        made[line.place] = record = cells.record_type.model(**columns(cells.record_type, values))
        for name in fine:
            if cells.record_type.by_name[name].shadow:
                setattr(record, cells.record_type.by_name[name].shadow, line.texts[name].strip())
    return made


def write(cells: Cells, lines: Sequence[Typed], held: Collection[int] = ()) -> Outcome:
    """What became of the lines: those that can be written are, together and with one undo; the others say why not.

    Shape: `held` are the places of lines that wait for a word of the person.
    Raises: ForbiddenError for a field that is not the actor's to write.
    """
    waiting, lines = len(held), [line for line in lines if line.place not in held]
    with transaction.atomic():
        rows = _rows(cells, lines, lock=True)
        meant, errors = _tried(cells, lines, rows)
        items = []
        for line in lines:
            record = rows.get(line.record_id or 0)
            if record is None and line.place in _places(errors):
                continue  # a new record is made whole or not yet
            fine = {
                name: value for name, value in meant[line.place].items() if (line.place, name) not in errors
            }
            kept = _without_clash(cells, line, record, fine, errors)
            _name_writers(cells, line, record, errors)
            if kept:
                version = record.version if record else None
                items.append(Item(line.place, kept, record_id=line.record_id, version=version))
        results, receipt = write_batch(
            cells.record_type, actor=cells.actor, items=items, before={"": len(_places(errors)) + waiting}
        )
        rows = _rows(cells, lines)
    for place, result in results.items():
        if result.error is not None:
            errors |= {(place, name): message for name, message in _told(result.error).items()}
    written = {place for place, result in results.items() if result.outcome}
    failed = {place for place, result in results.items() if result.error is not None}
    return Outcome(receipt, errors, written, failed, rows)


def _places(errors: Mapping[tuple[int, str], str]) -> set[int]:
    return {place for place, _ in errors}


def _rows(cells: Cells, lines: Sequence[Typed], *, lock: bool = False) -> dict[int, Record]:
    ids = [line.record_id for line in lines if line.record_id]
    rows = cells.record_type.model.objects.visible_to(cells.actor).filter(pk__in=ids).order_by("pk")
    return {row.pk: row for row in (rows.select_for_update() if lock else rows)} if ids else {}


def _values(
    cells: Cells, line: Typed, record: Record | None, errors: dict[tuple[int, str], str]
) -> dict[str, Any]:
    """What the texts of the line mean; what cannot be read is told in the errors."""
    values: dict[str, Any] = {}
    for name, typed in line.texts.items():
        declared = cells.record_type.by_name[name]
        try:
            values[name] = cells.value(declared, typed, record)
        except RuleError as error:
            errors[line.place, name] = error.message
    return values


def _without_clash(
    cells: Cells,
    line: Typed,
    record: Record | None,
    values: dict[str, Any],
    errors: dict[tuple[int, str], str],
) -> dict[str, Any]:
    """The values without those that the person did not touch while somebody else wrote them; a clash is told."""
    if record is None or line.version is None or line.version >= record.version:
        return values
    known = inputs_of(cells.record_type, cells.actor)
    read = as_held(
        cells.record_type,
        record,
        read_values(cells.record_type, cells.actor, values, creating=False, known=known),
    )
    kept, clashes = clashes_since(cells.record_type, record, line.version, read)
    for clash in clashes:
        told = _meanwhile(cells, clash, record)
        errors[line.place, clash.field] = f"{told} Save again to keep yours."
    return {name: values[name] for name in kept}


def _name_writers(
    cells: Cells, line: Typed, record: Record | None, errors: dict[tuple[int, str], str]
) -> None:
    """Beside what cannot be read, say also what somebody else wrote there: to mend it is to write over that."""
    if record is None or line.version is None or line.version >= record.version:
        return
    wrong = {name: NEVER for name in line.texts if (line.place, name) in errors}
    if not wrong:
        return
    _, clashes = clashes_since(cells.record_type, record, line.version, wrong)
    for clash in clashes:
        told, said = _meanwhile(cells, clash, record), errors[line.place, clash.field]
        if told not in said:
            errors[line.place, clash.field] = f"{said} {told}"


def _meanwhile(cells: Cells, clash: Clash, record: Record) -> str:
    now = cells.text(cells.record_type.by_name[clash.field], record) or "nothing"
    return f"{clash.who} wrote “{now}” meanwhile."


def _told(error: KeenError) -> dict[str, str]:
    if isinstance(error, InvalidError):
        return error.errors
    if isinstance(error, ConflictError):
        return {"": error.message}
    name = error.field if isinstance(error, RuleError) and error.field else ""
    return {name: error.message if isinstance(error, RuleError) else "This record is not there any more."}

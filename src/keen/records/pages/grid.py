"""A list as a table to edit: cells like in a spreadsheet, blocks pasted with a preview, one write and one undo."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse, QueryDict

from keen.core import pages
from keen.core.access import KeenRequest
from keen.lib.errors import RuleError
from keen.records.actions import grid
from keen.records.actions.grid import Cells, Outcome, Typed
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain import blocks
from keen.records.domain.fieldvalues import id_of
from keen.records.models import Record
from keen.records.pages import lists
from keen.records.pages.doubles import Double, doubles
from keen.records.queries import listing

NEW_LINES = 2
LISTS_OF = {Kind.USER: "g-people", Kind.TEAM: "g-teams", Kind.BOOLEAN: "g-yesno"}


@dataclass
class Cell:
    """One cell: what the record has, what was typed over it, and what is to be mended."""

    field: Field
    name: str
    was: str
    text: str
    writable: bool
    list: str = ""
    error: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether something else was typed than the record has."""
        return self.text != self.was


@dataclass
class Line:
    """One row of the table: a record, or one that is to be made."""

    key: str
    record: Record | None = None
    version: int = 0
    title: str = ""
    href: str = ""
    cells: list[Cell] = field(default_factory=list)
    error: str = ""
    double: Double | None = None
    sure: bool = False

    @property
    def waits(self) -> bool:
        """Whether it may be here already, and nobody has said to add it all the same."""
        return self.double is not None and not self.sure


def list_or_grid(request: KeenRequest, record_type: RecordType) -> HttpResponse:
    """The list, or the list as a table to edit when its address says so."""
    wanted = request.GET.get("grid") == "1" and request.actor.may_write
    may = request.actor.rights.scope(record_type.kind, "edit").reach > 0
    return show(request, record_type) if wanted and may else lists.show(request, record_type)


def show(request: KeenRequest, record_type: RecordType) -> HttpResponse:
    """The rows of this page of the list, each cell ready to be written."""
    wanted = lists.read_listing(request, record_type)
    found = listing.page(record_type, request.actor, wanted, ["id"])
    table = _Table(request, record_type, _columns(request, record_type))
    table.read(found.ids, {})
    table.add_new(NEW_LINES)
    return _page(request, record_type, table, found=found)


def edit(request: KeenRequest, record_type: RecordType) -> HttpResponse:
    """What was typed or pasted: shown again with marks, or written."""
    if request.method != "POST":
        return _new(request, record_type)
    posted = request.POST
    readable = {one.name: one for one in record_type.readable(request.actor)}
    names = [
        name for name in _once(posted.get("cols", "").split(","), "column", most=blocks.MOST_CELLS) if name
    ]
    ids = _once(posted.getlist("ids"), "record", most=blocks.MOST_LINES)
    table = _Table(request, record_type, [readable[name] for name in names if name in readable])
    table.read([pk for pk in map(id_of, ids) if pk is not None], posted)
    table.add_typed(posted)
    if posted.get("act") == "paste":
        try:
            pasted = table.paste(posted.get("block", ""), posted.get("at", ""))
        except RuleError as error:
            return _page(request, record_type, table, errors={"block": error.message})
        table.mark(grid.try_out(table.cells, table.typed()))
        table.compare()
        return _page(request, record_type, table, pasted=pasted)
    return _save(request, record_type, table)


def _once(said: list[str], noun: str, *, most: int) -> list[str]:
    """What the table was said to hold; no page of Keen names anything twice.

    Raises: RuleError for more than fits, and for what is named twice.
    """
    if len(said) > most:
        raise RuleError("too_much", f"A table has room for {most} {noun}s.")
    if len(set(said)) < len(said):
        raise RuleError("twice", f"The table names a {noun} twice. Open the list again.")
    return said


def _save(request: KeenRequest, record_type: RecordType, table: "_Table") -> HttpResponse:
    typed = table.typed()
    back = pages.local_address(request, request.POST.get("back", ""), f"/{record_type.path}/?grid=1")
    table.compare()
    outcome = grid.write(table.cells, typed, {place for place, line in enumerate(table.lines) if line.waits})
    if outcome.receipt.outcome == "saved" and not outcome.errors and outcome.receipt.operation:
        return pages.answer(request, outcome.receipt, to=back)
    table.forget(outcome, typed)
    table.mark(outcome.errors)
    message = "" if typed else "Nothing was changed. Type into a cell first."
    return _page(
        request, record_type, table, errors={"": message} if message else {}, receipt=outcome.receipt
    )


def _new(request: KeenRequest, record_type: RecordType) -> HttpResponse:
    """An empty table, into which rows of a spreadsheet are pasted as new records."""
    table = _Table(request, record_type, _columns(request, record_type))
    table.add_new(NEW_LINES + 1)
    return _page(request, record_type, table, is_new=True)


def _columns(request: KeenRequest, record_type: RecordType) -> list[Field]:
    """What the name is made of, then the columns of the list, as many of them as fit into a block."""
    chosen = lists.chosen_columns(request, record_type, request.actor)
    readable = record_type.readable(request.actor)
    naming = [one for one in readable if one.name in record_type.title_names]
    return [*naming, *(one for one in chosen if one not in naming)][: blocks.MOST_CELLS]


class _Table:
    """The table while it is put together."""

    def __init__(self, request: KeenRequest, record_type: RecordType, fields: Sequence[Field]) -> None:
        self.actor, self.record_type, self.fields = request.actor, record_type, list(fields)
        self.cells = Cells(record_type, request.actor, fields)
        self.lines: list[Line] = []
        self.writable = {one.name for one in fields if self.cells.is_writable(one)}
        self.may_add = request.actor.rights.scope(record_type.kind, "add").reach > 0

    def read(self, ids: Sequence[int], posted: Mapping[str, Any]) -> None:
        """Add the records in their order, with what was typed over them and the version that was shown."""
        found = self.record_type.model.objects.visible_to(self.actor).filter(pk__in=ids)
        rows = {row.pk: self.record_type.as_read_by(self.actor, row) for row in found}
        self.cells.look(list(rows.values()))
        for pk in ids:
            if pk in rows:
                # A form that does not say what it showed may have shown anything.
                version = (id_of(str(posted.get(f"v-{pk}", ""))) or 0) if posted else rows[pk].version
                self._add(str(pk), rows[pk], version, posted)

    def _add(self, key: str, record: Record | None, version: int, posted: Mapping[str, Any]) -> None:
        line = Line(key, record, version)
        if record is not None:
            line.title, line.href = record.title, f"/{self.record_type.path}/{record.pk}/"
        may = record is None or record.allows(self.actor, "edit")
        for one in self.fields:
            name, was = f"c-{key}-{one.name}", self.cells.text(one, record) if record else ""
            writable = may and one.name in self.writable
            text = str(posted.get(name, was)) if writable else was
            line.cells.append(Cell(one, name, was, text, writable, _list_of(one)))
        line.sure = bool(posted.get(f"sure-{key}"))
        self.lines.append(line)

    def add_new(self, count: int, posted: Mapping[str, Any] | None = None) -> None:
        """Add empty lines for new records."""
        taken = sum(1 for line in self.lines if line.record is None)
        for number in range(taken + 1, taken + count + 1 if self.may_add else 0):
            self._add(f"new{number}", None, 0, posted or {})

    def add_typed(self, posted: QueryDict) -> None:
        """Add the lines for new records that the form held.

        Raises: RuleError for more than any page shows.
        """
        count = id_of(posted.get("new", "")) or 0
        if count > blocks.MOST_LINES:
            raise RuleError("too_much", f"A table has room for {blocks.MOST_LINES} new lines.")
        self.add_new(count, posted)

    def paste(self, block: str, at: str) -> dict[str, int]:
        """Lay a block over the table, from the cell at which it was pasted; counts of what it would do.

        Raises: RuleError.
        """
        lines = blocks.parse(block)
        labels = [(one.name, (one.label, *one.synonyms, one.name)) for one in self.fields]
        heads = blocks.headed(lines, labels)
        key, _, name = at.partition(":")
        first = next((place for place, line in enumerate(self.lines) if line.key == key), self._first_new())
        column = next((place for place, one in enumerate(self.fields) if one.name == name), 0)
        names = heads or [one.name for one in self.fields[column:]]
        lines = lines[1:] if heads else lines
        more = max(0, first + len(lines) - len(self.lines)) if self.may_add else 0
        new = sum(1 for line in self.lines if line.record is None)
        blocks.check_room(len(self.lines) - new, new + more, len(self.fields))
        self.add_new(more)
        left = 0
        for line, texts in zip(self.lines[first:], lines, strict=False):
            by_name = {cell.field.name: cell for cell in line.cells}
            for said, text in zip(names, texts, strict=False):
                cell = by_name.get(said)
                if cell is not None and cell.writable:
                    cell.text = text
                elif text and (cell is None or text != cell.was):
                    left += 1
        return {"left": left, "missing": max(0, len(lines) - len(self.lines[first:]))}

    def _first_new(self) -> int:
        return next((place for place, line in enumerate(self.lines) if line.record is None), len(self.lines))

    def typed(self) -> list[Typed]:
        """The lines in which something was typed."""
        found = []
        for place, line in enumerate(self.lines):
            texts = {cell.field.name: cell.text for cell in line.cells if cell.writable and cell.is_changed}
            if texts:
                pk = line.record.pk if line.record else None
                found.append(Typed(place, texts, pk, line.version if pk else None))
        return found

    def compare(self) -> None:
        """Say of each new line whether it may be here already."""
        drafts = grid.drafts(self.cells, self.typed())
        found = doubles(self.record_type, self.actor, drafts) if drafts else {}
        for place, line in enumerate(self.lines):
            line.double = found.get(place)

    def mark(self, errors: Mapping[tuple[int, str], str]) -> None:
        """Say beside each cell what is to be mended."""
        for (place, name), message in errors.items():
            line = self.lines[place]
            cell = next((one for one in line.cells if one.field.name == name), None)
            if cell is None:
                line.error = message
            else:
                cell.error = message

    def forget(self, outcome: Outcome, typed: Sequence[Typed]) -> None:
        """Show the records as they are now, with what is to be mended over it; lines that became records are empty.

        The version goes on only here: each cell either says what somebody else wrote into it, or shows it.
        """
        for place in (one.place for one in typed):
            line = self.lines[place]
            now = outcome.rows.get(line.record.pk) if line.record else None
            if line.record is None and place in outcome.written:
                line.double = None
                for cell in line.cells:
                    cell.text = ""
            elif now is not None and place not in outcome.failed:
                self._renew(line, now, {name for at, name in outcome.errors if at == place})

    def _renew(self, line: Line, now: Record, left: Collection[str]) -> None:
        line.record, line.version = self.record_type.as_read_by(self.actor, now), now.version
        for cell in line.cells:
            cell.was = self.cells.text(cell.field, line.record)
            if cell.field.name not in left:
                cell.text = cell.was


def _list_of(one: Field) -> str:
    """The list of what can be typed into a cell of the field."""
    return f"g-{one.name}" if one.kind in {Kind.CHOICE, Kind.CHOICES} else LISTS_OF.get(one.kind, "")


def _page(
    request: KeenRequest,
    record_type: RecordType,
    table: _Table,
    *,
    errors: Mapping[str, str] | None = None,
    **more: Any,
) -> HttpResponse:
    cells = [cell for line in table.lines for cell in line.cells]
    wrong = sum(1 for cell in cells if cell.error) + sum(1 for line in table.lines if line.error)
    waiting = sum(1 for line in table.lines if line.waits)
    context = {
        "type": record_type,
        "block": request.POST.get("block", "") if "block" in (errors or {}) else "",
        "fields": table.fields,
        "writable": table.writable,
        "lines": table.lines,
        "new_count": sum(1 for line in table.lines if line.record is None),
        "changed": sum(1 for cell in cells if cell.is_changed),
        "wrong": wrong,
        "waiting": waiting,
        "people": [name for _, name, _ in table.cells.people],
        "teams": [name for _, name in table.cells.teams],
        "may_add": table.may_add,
        "errors": errors or {},
        "back": request.POST.get("back") or (request.get_full_path() if request.method == "GET" else ""),
        "list": _plain_address(request, record_type),
        **more,
    }
    failed = bool(errors) or (request.POST.get("act") == "save" and wrong + waiting > 0)
    return pages.render(request, "records/grid.html", context, 422 if failed else 200)


def _plain_address(request: KeenRequest, record_type: RecordType) -> str:
    """The same list as it is read."""
    given = request.GET.copy()
    given.pop("grid", None)
    given.pop("r", None)
    return f"/{record_type.path}/?{given.urlencode()}".rstrip("?")

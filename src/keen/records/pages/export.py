"""A list as a file: CSV or XLSX, with nothing in it that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone

from keen.core import pages
from keen.core.access import KeenRequest
from keen.core.domain.actor import Actor
from keen.core.models import User
from keen.lib import safe_cells
from keen.lib.errors import ForbiddenError, RuleError
from keen.records.actions.exports import note_export
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain.fieldvalues import id_of
from keen.records.domain.shadows import leads_nowhere
from keen.records.pages import lists
from keen.records.pages.shown import columns, shown
from keen.records.queries import listing, unseen
from keen.records.queries.patience import within
from keen.telemetry.capture import note as note_usage
from keen.telemetry.domain.properties import count_class

MOST_ROWS = 100_000
BATCH = 1000
MOST_IN_CELL = 32_767


class Echo:
    """A file that hands every line straight on."""

    def write(self, line: str) -> str:
        """The line itself."""
        return line


def export(request: KeenRequest, record_type: RecordType) -> HttpResponse | StreamingHttpResponse:
    """The file, when a format is named; else the choice of one with what it will hold."""
    wanted = request.GET.get("format", "")
    rows = _rows(request, record_type)
    fields = record_type.readable(request.actor)
    if wanted not in {"csv", "xlsx"}:
        with within():
            count = listing.count(rows)
        given = request.GET.copy()
        context = {
            "type": record_type,
            "count": count,
            "capped": count > listing.COUNT_CAP,
            "address": given.urlencode(),
        }
        return pages.render(request, "records/export.html", context)
    with within():
        total = rows.count()
    if total > MOST_ROWS:
        raise RuleError(
            "too_many", f"{total:,} rows are more than one file takes ({MOST_ROWS:,}). Filter the list first."
        )
    note_export(actor=request.actor, record_type=record_type, count=total, form=wanted)
    note_usage("export_made", kind=record_type.kind, rows=count_class(total), format=wanted)
    name = f"{record_type.path}-{timezone.localdate():%Y-%m-%d}.{wanted}"
    ids = rows.order_by("pk").values_list("pk", flat=True)
    lines = _lines(record_type, request.actor, fields, ids)
    return _csv(lines, name) if wanted == "csv" else _xlsx(lines, name)


def _rows(request: KeenRequest, record_type: RecordType) -> Any:
    model = record_type.model
    given = request.GET.copy()
    named = "ids" in given
    ids = [pk for pk in map(id_of, given.get("ids", "").split(",")) if pk is not None]
    for name in ("ids", "format"):
        given.pop(name, None)
    request.GET = given  # type: ignore[assignment]
    allowed = model.allowed(request.actor, "export")
    if named:
        return model.objects.visible_to(request.actor).filter(allowed, pk__in=ids)
    return listing.matching(record_type, request.actor, lists.read_listing(request, record_type)).filter(
        allowed
    )


def _lines(record_type: RecordType, actor: Actor, fields: Sequence[Field], ids: Any) -> Iterator[list[Any]]:
    """The head and the rows, read a thousand at a time, each time within the rights of that moment.

    Raises: ForbiddenError once they are other ones: who was shut out in the middle does not get the rest.
    """
    yield ["Id", *(field.label for field in fields)]
    every, rights = list(ids), _rights_of(actor)
    wanted = ["id", *unseen.needed(record_type, columns(fields))]
    for at in range(0, len(every), BATCH):
        if _rights_of(actor) != rights:
            raise ForbiddenError(
                "rights_changed", "Your rights changed meanwhile, so the export stopped. Start it again."
            )
        rows = record_type.model.objects.visible_to(actor).filter(
            record_type.model.allowed(actor, "export"), pk__in=every[at : at + BATCH]
        )
        found = list(rows.order_by("pk").values(*wanted))
        unseen.blank(record_type, actor, found, "export")
        for row in found:
            cells = [_cell(field, row) for field in fields]
            yield [f"{record_type.code}-{row['id']}", *cells]


def _rights_of(actor: Actor) -> list[Any]:
    """What the one who exports may do now, and whoever looks as them; nobody's where an account is closed."""
    ids = [pk for pk in (actor.user_id, actor.acting_by) if pk is not None]
    people = User.objects.filter(pk__in=ids, is_active=True)
    return list(people.order_by("pk").values_list("pk", "rights"))


def _cell(field: Field, row: dict[str, Any]) -> Any:
    value = row[field.column]
    if field.kind in {Kind.NUMBER, Kind.AMOUNT}:
        return value
    if field.kind is Kind.REFERENCE and leads_nowhere(str(row[field.shadow] or "")):
        return ""  # brought in again, the name of what is in the trash would make another one
    if field.kind in {Kind.DATE, Kind.DATETIME}:
        return value.isoformat() if value else ""
    if field.kind is Kind.MONEY:
        return f"{value['amount']} {value['currency']}" if value else ""
    return "; ".join(part.text for part in shown(field, row))


def _csv(lines: Iterator[list[Any]], name: str) -> StreamingHttpResponse:
    writer = csv.writer(Echo())
    first = "\ufeff"  # so that a spreadsheet reads the file as UTF-8

    def streamed() -> Iterator[str]:
        yield first
        for line in lines:
            yield writer.writerow([safe_cells.neutralise(cell) for cell in line])

    return StreamingHttpResponse(streamed(), content_type="text/csv; charset=utf-8", headers=_headers(name))


def _xlsx(lines: Iterator[list[Any]], name: str) -> HttpResponse:
    from openpyxl import Workbook  # noqa: PLC0415  eight megabytes that no other page needs
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Keen")
    for line in lines:
        cells = []
        for value in line:
            kept = ILLEGAL_CHARACTERS_RE.sub("", value)[:MOST_IN_CELL] if isinstance(value, str) else value
            cell = WriteOnlyCell(sheet, value=kept)
            if isinstance(value, str):
                cell.data_type = "s"  # text, also where it looks like a formula
            cells.append(cell)
        sheet.append(cells)
    held = io.BytesIO()
    book.save(held)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return HttpResponse(held.getvalue(), content_type=kind, headers=_headers(name))


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}

"""The rows that did not come in, as a file that can be mended and imported again."""

import csv
from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse

from keen.lib import safe_cells
from keen.records.models import ImportRow, ImportRun

REASON, REPAIR = "Keen: why it did not come in", "Keen: what to mend"
LEFT_OUT = ("rejected", "review", "skipped")


class _Echo:
    """A file that hands every line straight on."""

    def write(self, line: str) -> str:
        return line


def reject_file(run: ImportRun) -> StreamingHttpResponse:
    """The file: the columns as they came, the reason and what to mend; nothing in it that a spreadsheet would run."""
    stem = "".join(
        c if c.isascii() and (c.isalnum() or c in "-_") else "-"
        for c in run.name.rpartition(".")[0] or run.name
    )
    headers = {
        "Content-Disposition": f'attachment; filename="{stem[:80] or "import"}-not-imported.csv"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return StreamingHttpResponse(_lines(run), content_type="text/csv; charset=utf-8", headers=headers)


def _lines(run: ImportRun) -> Iterator[str]:
    writer = csv.writer(_Echo())
    own = [name for name in run.headers if name not in (REASON, REPAIR)]
    places = [place for place, name in enumerate(run.headers) if name in own]
    yield "\ufeff"  # so that a spreadsheet reads the file as UTF-8
    yield writer.writerow([_safe(name) for name in [*own, REASON, REPAIR]])
    left = ImportRow.objects.filter(run=run, outcome__in=LEFT_OUT).order_by("line")
    for row in left.iterator(chunk_size=500):
        cells = row.mended or row.raw or []
        kept = [_safe(cells[place]) if place < len(cells) else "" for place in places]
        yield writer.writerow([*kept, _safe(row.note), _safe(row.repair)])


def _safe(value: str) -> Any:
    return safe_cells.neutralise(value)

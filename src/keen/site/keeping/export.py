"""The whole company as one ZIP file of open formats: JSON Lines, CSV and the files themselves."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import timezone

from keen.privacy.actions.journal import NAME as JOURNAL
from keen.records import declare
from keen.records.queries.tombstones import KEY, folder
from keen.site.keeping.archive import Manifest, Writer, written
from keen.site.keeping.backup import Counted, Done, Hashed, data_files, in_chunks, keen_version, write_file
from keen.site.keeping.openly import STAYS, WITHHELD, Open, open_tables, schema
from keen.site.keeping.reading import Row, Snapshot, snapshot
from keen.site.keeping.sheets import sheet

ERASURES = "erasures"
FORMAT, VERSION = "keen-export", 1
ROWS, SHEETS, FILES, SCHEMA, README = "data", "csv", "files", "schema.json", "README.txt"


def export_all(target: Path, pause: Callable[[], None] = lambda: None) -> Done:
    """The export that was written to the file, which did not exist before. `pause` is called between tables.

    Raises: ArchiveError when the name is taken; OSError when it cannot be written, which leaves nothing behind.
    """
    with written(target) as file:
        hashed = Hashed(file)
        with Writer(hashed) as writer:
            manifest = _write(writer, pause)
    files = len(manifest.files(FILES))
    return Done(
        target, hashed.size, hashed.sha256, len(manifest.tables), manifest.rows, files, tuple(manifest.notes)
    )


def _write(writer: Writer, pause: Callable[[], None]) -> Manifest:
    manifest = Manifest(FORMAT, VERSION, keen_version(), timezone.now().isoformat(), connection.vendor)
    every = open_tables(apps.get_models(include_auto_created=True))
    writer.add(README, [readme(every).encode()])
    writer.add(SCHEMA, [orjson.dumps(schema(every), option=orjson.OPT_INDENT_2)])
    with snapshot() as read:
        manifest.migrations = [list(one) for one in read.applied()]
        for one in every:
            pause()
            manifest.tables.append(_write_table(writer, read, one))
        names = _names(read, every)
        for kind in declare.types():
            pause()
            one = next(one for one in every if one.name == kind.path)
            lines = sheet(kind, one.table, read.rows(one.table), names)
            writer.add(f"{SHEETS}/{kind.path}.csv", in_chunks(lines))
        manifest.counters = read.counters([one.table for one in every])
    for path in sorted(data_files(settings.KEEN.data)):
        if path.is_relative_to(settings.MEDIA_ROOT):
            name = f"{FILES}/{path.relative_to(settings.MEDIA_ROOT).as_posix()}"
            manifest.notes += write_file(writer, path, name)
    for name in (KEY, JOURNAL):
        if (folder() / JOURNAL).exists():  # without it nobody was erased here
            manifest.notes += write_file(writer, folder() / name, f"{ERASURES}/{name}")
    writer.finish(manifest)
    return manifest


def _write_table(writer: Writer, read: Snapshot, one: Open) -> dict[str, Any]:
    counted = Counted(read.rows(one.table))
    member = writer.add(f"{ROWS}/{one.name}.jsonl", in_chunks(_lines(one.table.names, counted)))
    return {
        "name": one.name,
        "columns": [asdict(column) for column in one.table.columns],
        "rows": counted.number,
        "sha256": member.sha256,
    }


def _lines(names: list[str], rows: Iterable[Row]) -> Iterator[bytes]:
    return (
        orjson.dumps(dict(zip(names, row, strict=True)), option=orjson.OPT_APPEND_NEWLINE) for row in rows
    )


def _names(read: Snapshot, every: list[Open]) -> dict[str, dict[int, str]]:
    """What people and teams are called, by kind and id."""
    found: dict[str, dict[int, str]] = {}
    for name in ("users", "teams"):
        table = next(one.table for one in every if one.name == name)
        key, called = table.names.index("id"), table.names.index("name")
        found[name] = {row[key]: row[called] for row in read.rows(table)}
    return found


def readme(every: list[Open]) -> str:
    """What the archive holds, for whoever opens it in ten years."""
    about = "\n".join(f"  data/{one.name}.jsonl: {one.about or 'which belongs to which'}" for one in every)
    stays = ", ".join(sorted(STAYS))
    columns = ", ".join(sorted(f"{table}.{column}" for table, names in WITHHELD.items() for column in names))
    return README_TEXT.format(about=about, stays=stays, columns=columns, keen=keen_version())


README_TEXT = """\
A whole company, written by Keen {keen}, in formats that any program reads.

data/*.jsonl   everything: one JSON object a line, UTF-8, one file a table. Times are UTC (ISO 8601).
csv/*.csv      records with their labels, for spreadsheets. The same content, easier to look at: no other data.
files/         what was uploaded, under the names that the data has for it.
erasures/      by what those are recognised who were erased on request, as hashes under a key: so that no later file brings
               them back. It names nobody, but whoever guesses an address can try it against them. Keep it as safe as the rest.
schema.json    a JSON Schema of a line of each file in data/; says which column points at which file.
manifest.json  how many lines each file has, with the SHA-256 of every file.

Records in the trash have deleted_at, records that were merged have merged_into_id: leave them out for a plain list.
In the CSV files a text that a spreadsheet would take for a formula has an apostrophe in front.

`./keen import FILE.zip` takes all of it into an empty installation and gives the same company.
Not in here: passwords and keys ({columns}), and the tables {stays}.

{about}
"""

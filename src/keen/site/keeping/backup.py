"""Writing a backup while Keen runs: every table at one moment, the files, the settings and the key."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import timezone

from keen.site.config import Config, signing_key
from keen.site.keeping.archive import CHUNK, Manifest, Writer, written
from keen.site.keeping.reading import Row, Snapshot, snapshot
from keen.site.keeping.sealing import Sealer
from keen.site.keeping.tables import NOT_MODELS, Table, tables
from keen.telemetry.queries import USAGE
from keen.telemetry.store import reading

FORMAT, VERSION = "keen-backup", 1
ROWS, FILES, KEY, SETTINGS = "tables", "data", "secret.key", "settings.env"
DERIVED = {"backups", "cache", "exports", "static", KEY}
"""In the data directory, and not copied: what follows from others, other copies, and the key, which goes by itself."""
NOT_OURS = {
    "KEEN_BACKUP_PASSPHRASE",
    "KEEN_DATA",
    "KEEN_DATABASE_URL",
    "KEEN_DEBUG",
    "KEEN_DEMO",
    "KEEN_RESTORE_INTO",
    "KEEN_SECRET_KEY",
}
"""Settings that belong to a place and not to the company."""


@dataclass(frozen=True, slots=True)
class Done:
    """A backup that was written."""

    path: Path
    size: int
    sha256: str
    tables: int
    rows: int
    files: int
    notes: tuple[str, ...]


class Hashed:
    """A file that knows the digest of all that was written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: Any, /) -> int:
        """How many bytes were taken."""
        self._digest.update(data)
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        """Hand on what is held."""
        self._file.flush()

    @property
    def sha256(self) -> str:
        """The digest so far."""
        return self._digest.hexdigest()


def back_up(target: Path, passphrase: str = "") -> Done:
    """The backup that was written to the file, which did not exist before; encrypted when there is a passphrase.

    Raises: ArchiveError when the name is taken; OSError when it cannot be written, which leaves nothing behind.
    """
    with written(target) as file:
        hashed = Hashed(file)
        sealer = Sealer(hashed, passphrase) if passphrase else None
        with Writer(sealer or hashed) as writer:
            manifest = _write(writer)
        if sealer:
            sealer.close()
    data = len(manifest.files(FILES))
    return Done(
        target, hashed.size, hashed.sha256, len(manifest.tables), manifest.rows, data, tuple(manifest.notes)
    )


def _write(writer: Writer) -> Manifest:
    manifest = Manifest(FORMAT, VERSION, keen_version(), timezone.now().isoformat(), connection.vendor)
    with snapshot() as read:
        manifest.migrations = [list(one) for one in read.applied()]
        kept = tables(apps.get_models(include_auto_created=True))
        manifest.notes += unknown_tables(read, kept)
        for table in kept:
            manifest.tables.append(write_table(writer, read, table))
        manifest.counters = read.counters(kept)
    # After the tables: a row tells of a file that is there before it, so no row of these misses its file.
    manifest.notes += write_files(writer, settings.KEEN.data)
    config: Config = settings.KEEN
    writer.add(KEY, [signing_key(config).encode()])
    writer.add(SETTINGS, [settings_of(os.environ)])
    writer.finish(manifest)
    return manifest


def write_table(writer: Writer, read: Snapshot, table: Table) -> dict[str, Any]:
    """What the manifest says of the table, whose rows are now in the archive: a JSON array a line."""
    counted = Counted(read.rows(table))
    member = writer.add(f"{ROWS}/{table.name}.jsonl", in_chunks(map(line, counted)))
    return {
        "name": table.name,
        "key": table.key,
        "columns": [asdict(column) for column in table.columns],
        "rows": counted.number,
        "sha256": member.sha256,
    }


class Counted:
    """Rows that are counted as they go by."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = rows
        self.number = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.number += 1
            yield row


def line(row: Row) -> bytes:
    """The row as a line of the archive."""
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def in_chunks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines, many at a time."""
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= CHUNK:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def unknown_tables(read: Snapshot, kept: list[Table]) -> list[str]:
    """A note for each table of the database that no backup knows of."""
    known = {table.name for table in kept} | set(NOT_MODELS)
    known |= {model._meta.db_table for model in apps.get_models(include_auto_created=True)}  # noqa: SLF001
    others = sorted(
        name for name in read.names() - known if not name.startswith(("records_searchtokens", "sqlite_"))
    )
    return [f"The table {name} is not Keen's and was left out." for name in others]


def write_files(writer: Writer, data: Path) -> list[str]:
    """Notes on what could not be copied of the data directory."""
    usage = data / USAGE
    notes: list[str] = []
    with (
        reading(usage) if usage.is_dir() else nullcontext()
    ):  # else events could move from file to file meanwhile
        for path in sorted(one for one in data_files(data) if usage in one.parents and one.suffix != ".lock"):
            notes += write_file(writer, path, f"{FILES}/{path.relative_to(data).as_posix()}")
    for path in sorted(one for one in data_files(data) if usage not in one.parents):
        notes += write_file(writer, path, f"{FILES}/{path.relative_to(data).as_posix()}")
    return notes


def write_file(writer: Writer, path: Path, name: str) -> list[str]:
    """A note when the file is there no more; else it is in the archive."""
    try:
        source = path.open("rb")
    except FileNotFoundError:
        return [f"{name} was removed meanwhile."]
    with source:
        writer.add(name, _as_long_as_now(source))
    return []


def is_data(top: str) -> bool:
    """Whether what bears this name in the data directory is copied as it is."""
    return top not in DERIVED and not top.startswith((".", "keen.sqlite3", "before-restore-"))


def data_files(data: Path) -> Iterator[Path]:
    """The plain files of the data directory that no other part of a backup holds."""
    for top in data.iterdir():
        if not is_data(top.name) or top == settings.KEEN.backups:
            continue
        found = top.rglob("*") if top.is_dir() and not top.is_symlink() else (top,)
        yield from (path for path in found if path.is_file() and not path.is_symlink())


def _as_long_as_now(source: BinaryIO) -> Iterator[bytes]:
    """The file's content as of now: one that others add to is cut where it ended."""
    left = os.fstat(source.fileno()).st_size
    while left and (chunk := source.read(min(CHUNK, left))):
        left -= len(chunk)
        yield chunk


def settings_of(environment: Iterable[str]) -> bytes:
    """The settings that were made, one a line, as a shell or a service reads them."""
    lines = [
        f"{name}={_quoted(os.environ[name])}\n"
        for name in sorted(environment)
        if name.startswith("KEEN_") and not name.startswith("KEEN_TEST_") and name not in NOT_OURS
    ]
    return "".join(lines).encode()


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def keen_version() -> str:
    """The version of the program."""
    try:
        return version("keen")
    except PackageNotFoundError:  # run from the source tree
        project = Path(__file__).resolve().parents[4] / "pyproject.toml"
        return next(
            line.split('"')[1] for line in project.read_text().splitlines() if line.startswith("version")
        )

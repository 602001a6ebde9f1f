"""Making an installation from a backup: the data directory is new, and the database holds nothing of Keen's."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from keen.core import stamps
from keen.core.actions.keeping import Closed, close_old_doors, hold
from keen.privacy.actions.again import reapply_erasures
from keen.privacy.actions.journal import NAME as JOURNAL
from keen.records import search
from keen.records.actions import indexes
from keen.records.queries.tombstones import FOLDER as ERASURES
from keen.records.queries.tombstones import KEY as ERASURES_KEY
from keen.site.keeping import backup, loading
from keen.site.keeping.archive import Manifest, Reader, bad
from keen.site.keeping.loading import Load, rows_of
from keen.site.keeping.reading import snapshot
from keen.site.keeping.sealing import opened
from keen.site.keeping.tables import Table, tables

DIFFERS = "differs"
OLD_SETTINGS = "settings-of-the-backup.env"
Node = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Restored:
    """What is there now."""

    manifest: Manifest
    files: int
    set_aside: str = ""
    erased: int = 0
    closed: Closed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How it is to be done: `force` sets aside what a PostgreSQL database holds, `check` compares all rows at the end.

    `doors` leaves API tokens, invitations and sessions as they were in the backup.
    `erasures` is a directory whose journal names more people who were erased than the backup knows.
    """

    force: bool = False
    check: bool = False
    erasures: Path | None = None
    rest: bool = True
    doors: bool = False


def restore(source: BinaryIO, name: str, wish: Wish) -> Restored:
    """What was restored from the archive into the data directory and the database of the settings.

    Raises: ArchiveError before anything is written when the archive is not as it was made, or made by a newer Keen.
    """
    reader = Reader(opened(source, settings.KEEN.backup_passphrase), {backup.FORMAT})
    check_version(reader.manifest)
    if wish.check:
        check_same_version(reader.manifest)
    reader.check_room(shutil.disk_usage(settings.KEEN.data).free, loading.beside_database(backup.FILES))
    reader.verify()
    files = unpack(reader, settings.KEEN.data)  # first: what fails here leaves the database as it is
    aside = _fill(reader, name, wish)
    if wish.check:
        compare(reader)
        compare_files(reader, settings.KEEN.data)
    if wish.erasures:
        bring_erasures(wish.erasures, settings.KEEN.data)
    closed = close_old_doors() if wish.rest and not wish.doors else None
    erased = reapply_erasures()
    indexes.bring_into_step()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = FULL")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    if hasattr(os, "sync"):
        os.sync()
    return Restored(reader.manifest, files, aside, erased, closed)


def check_version(manifest: Manifest) -> None:
    """Raises: ArchiveError when a newer Keen made it."""
    if manifest.version > backup.VERSION:
        raise bad(f"Keen {manifest.keen} made this archive: update this Keen first.", "newer")


def check_same_version(manifest: Manifest) -> None:
    """Raises: ArchiveError when this Keen would change the tables of the archive, so that no row is as it was."""
    known = {(str(app), str(name)) for app, name in MigrationLoader(None).disk_migrations}
    if known != {(app, name) for app, name in manifest.migrations}:
        raise bad(
            "Another version made this backup, so its rows cannot be compared: restore it without --check."
        )


def _fill(reader: Reader, name: str, wish: Wish) -> str:
    """Where the old tables are, after the new ones hold what the archive does."""
    with ExitStack() as stack:
        if connection.vendor == "postgresql":  # one transaction for all of it; a new SQLite file needs none
            stack.enter_context(transaction.atomic())
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 0")
                cursor.execute("SET LOCAL lock_timeout = '10s'")
        else:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous = OFF")
        aside = _make_room(wish)
        _load(reader)
        call_command("migrate", interactive=False, verbosity=0)
        stamps.look()  # the fields of one's own are there only now
        search.index_all()
        if wish.rest:
            hold(file=name, made_at=datetime.fromisoformat(reader.manifest.made_at))
    return aside


def _load(reader: Reader) -> None:
    manifest = reader.manifest
    executor = MigrationExecutor(connection)
    had = {(app, name) for app, name in manifest.migrations}
    executor.loader = _way(had)
    targets = _targets(executor.loader, had)
    state = executor.migrate(targets)
    models = state.apps.get_models(include_auto_created=True)
    made = {table.name: table for table in tables(models)}
    everything = set(made) | {model._meta.db_table for model in models if model._meta.managed}  # noqa: SLF001
    given = {str(told["name"]): agreed(told, made) for told in manifest.tables}
    if missing := set(made) - set(given):
        raise bad(f"The archive has no table {min(missing)}.")
    loads = (Load(table, rows_of(table, reader.rows(member_of(name)))) for name, table in given.items())
    with loading.unchecked(), transaction.atomic():
        loading.empty(everything)
        try:
            loading.load(loads, manifest.counters)
        except DatabaseError as error:
            raise bad(f"The database refused what the archive holds: {error}") from error


def member_of(table: str) -> str:
    """The name of the table's rows in the archive."""
    return f"{backup.ROWS}/{table}.jsonl"


def agreed(told: dict[str, Any], made: dict[str, Table]) -> Table:
    """The table with its columns in the order of the archive.

    Raises: ArchiveError when the two do not have the same columns.
    """
    table = made.get(str(told["name"]))
    if table is None:
        raise bad(f"The archive holds a table {told['name']} that this Keen does not know.")
    by_name = {column.name: column for column in table.columns}
    names = [str(column["name"]) for column in told["columns"]]
    if sorted(names) != sorted(by_name):
        odd = ", ".join(sorted(set(names) ^ set(by_name)))
        raise bad(f"The table {table.name} has other columns here than in the archive: {odd}.")
    return Table(table.name, table.key, tuple(by_name[name] for name in names), table.label)


def _way(had: set[Node]) -> MigrationLoader:
    """The migrations in single steps where the archive is older than the one that takes their place."""
    loader = MigrationLoader(connection, replace_migrations=False)
    for key, migration in loader.replacements.items():
        if key in had:
            loader.graph.remove_replaced_nodes(key, migration.replaces)
        else:
            loader.graph.remove_replacement_node(key, migration.replaces)
    return loader


def _targets(loader: MigrationLoader, applied: set[Node]) -> list[Node]:
    """The last migrations of each app that the archive's database had had.

    Raises: ArchiveError for one that this Keen does not have.
    """
    graph = loader.graph
    if unknown := sorted(f"{app}.{name}" for app, name in applied - set(loader.disk_migrations)):
        raise bad(
            f"A newer Keen made this archive ({unknown[0]} is not known here): update this Keen first.",
            "newer",
        )
    had = applied & set(graph.nodes)
    return sorted(
        node for node in had if not any(child in had and child[0] == node[0] for child in _after(graph, node))
    )


def _after(graph: Any, node: Node) -> Iterator[Node]:
    for child in graph.node_map[node].children:
        yield child.key


def _make_room(wish: Wish) -> str:
    """The schema that holds the old tables now, empty when there were none.

    Raises: ArchiveError when there are some and none was to be set aside.
    """
    with connection.cursor() as cursor:
        found = connection.introspection.table_names(cursor)
        if not found:
            return ""
        if connection.vendor == "sqlite":
            raise bad("The new database is not empty. Try again.", "not_empty")
        if not wish.force:
            raise bad(
                "The database is not empty: give another one with KEEN_DATABASE_URL, or restore with --force, which"
                " keeps the old tables in a schema beside.",
                "not_empty",
            )
        cursor.execute("SELECT 'before_restore_' || to_char(now(), 'YYYYMMDD_HH24MISS')")
        (schema,) = cursor.fetchone()
        cursor.execute(f'CREATE SCHEMA "{schema}"')
        for name in found:
            cursor.execute(f'ALTER TABLE "{name}" SET SCHEMA "{schema}"')
    return str(schema)


def unpack(reader: Reader, data: Path) -> int:
    """How many files were put into the data directory, with the key and the settings of then."""
    root = data.resolve()
    files = reader.manifest.files(backup.FILES)
    for member in files:
        target = root / member.name.removeprefix(f"{backup.FILES}/")
        top = target.relative_to(root).parts[0]
        if not target.resolve().is_relative_to(root) or not backup.is_data(top):
            raise bad(f"The archive holds a file of the name {member.name!r}, which no backup has.")
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with target.open("wb") as opened:
            for chunk in reader.read(member.name):
                opened.write(chunk)
    for name, place in ((backup.KEY, backup.KEY), (backup.SETTINGS, OLD_SETTINGS)):
        content = reader.whole(name)
        if content:
            target = root / place
            target.touch(mode=0o600)
            target.chmod(0o600)
            target.write_bytes(content)
    return len(files)


def bring_erasures(other: Path, data: Path) -> None:
    """Add to the journal of erasures what the other one has and it has not.

    Raises: ArchiveError when the other one is under the key of another installation.
    """
    own = data / ERASURES
    if not (other / JOURNAL).exists():
        return
    if not (own / JOURNAL).exists():  # nobody was erased here: a key that is there stands for nobody
        own.mkdir(mode=0o700, exist_ok=True)
        for name in (ERASURES_KEY, JOURNAL):
            (own / name).touch(mode=0o600)
            (own / name).write_bytes((other / name).read_bytes())
        return
    if (other / ERASURES_KEY).read_text() != (own / ERASURES_KEY).read_text():
        raise bad(f"The journal of erasures in {other} is that of another installation.")
    journal = own / JOURNAL
    known = set(journal.read_text().splitlines()) if journal.exists() else set()
    more = [line for line in (other / JOURNAL).read_text().splitlines() if line not in known]
    with journal.open("a") as file:
        file.writelines(f"{line}\n" for line in more)


def compare(reader: Reader) -> None:
    """Read all rows of the restored database, and compare them with those of the archive.

    Raises: ArchiveError for the first row that differs.
    """
    here = {table.name: table for table in tables(apps.get_models(include_auto_created=True))}
    with snapshot() as read:
        for told in reader.manifest.tables:
            table = agreed(told, here)
            place = table.names.index(table.key)
            for there, row in zip_longest(reader.rows(member_of(table.name)), read.rows(table)):
                if there is None or row is None or _canonical(there) != _canonical(row):
                    found = row or there
                    raise bad(f"Row {found[place]} of {table.name} differs from the backup.", DIFFERS)


def compare_files(reader: Reader, data: Path) -> None:
    """Read all files of the restored data directory, and compare them with those of the archive.

    Raises: ArchiveError for the first one that differs.
    """
    for member in reader.manifest.files(backup.FILES):
        with (data / member.name.removeprefix(f"{backup.FILES}/")).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != member.sha256:
                raise bad(f"The file {member.name} differs from the backup.", DIFFERS)


def _canonical(row: Any) -> bytes:
    """The row with the names in its JSON values in one order for both databases."""
    return orjson.dumps(row, option=orjson.OPT_SORT_KEYS)

"""Filling empty tables with the rows of an archive. Indexes and links between tables are made when all rows are in."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

from keen.site.keeping.archive import bad
from keen.site.keeping.reading import Row
from keen.site.keeping.tables import Column, Table
from keen.site.keeping.values import Cell, stored


@dataclass(frozen=True, slots=True)
class Load:
    """The rows that go into one table, with the columns that they have."""

    table: Table
    rows: Iterable[Row]


@contextmanager
def unchecked() -> Iterator[None]:
    """Rows may point at rows that come later; `load` checks all of them at its end. To be entered before the transaction.

    SQLite would look for each new row through all tables that may point at it, whose indexes are not there yet.
    """
    turned_off = connection.vendor == "sqlite" and connection.disable_constraint_checking()
    try:
        yield
    finally:
        if turned_off:
            connection.enable_constraint_checking()


def load(loads: Iterable[Load], counters: dict[str, int]) -> None:
    """Put the rows into their tables, which hold no others. To be called in a transaction.

    Raises: ArchiveError when a row points at one that there is not; django.db.Error for what the database refuses.
    """
    fill = {"sqlite": _load_sqlite, "postgresql": _load_postgresql}[connection.vendor]
    fill(loads, counters)


def beside_database(files: str) -> str:
    """The folder of the archive that goes to the disk of the data directory; "" for all of it, rows too."""
    return "" if connection.vendor == "sqlite" else files


def rows_of(table: Table, rows: Iterable[Any]) -> Iterator[Row]:
    """The rows of an archive, ready for the database in use.

    Raises: ArchiveError for one that is no row of the table.
    """
    return stored_rows(table, _arrays(table, rows))


def _arrays(table: Table, rows: Iterable[Any]) -> Iterator[list[Any]]:
    for row in rows:
        if not isinstance(row, list) or len(row) != len(table.columns):
            raise bad(f"The archive holds a row that {table.name} cannot take.")
        yield row


def stored_rows(table: Table, rows: Iterable[list[Any]]) -> Iterator[Row]:
    """The plain rows, ready for the database in use. The lists are changed."""
    cells = [(place, cell) for place, column in enumerate(table.columns) if (cell := _cell(column))]
    for row in rows:
        for place, cell in cells:
            if row[place] is not None:
                row[place] = cell(row[place])
            elif not table.columns[place].null:  # of columns that are never empty, JSON alone knows a null
                row[place] = "null"
        yield tuple(row)


def _cell(column: Column) -> Cell | None:
    return stored(connection.vendor, column.kind)


def _names(table: Table) -> str:
    return ", ".join(f'"{name}"' for name in table.names)


def _run(sql: str, given: Iterable[Any] = ()) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(given))
        return cursor.fetchall() if cursor.description else []


def _load_sqlite(loads: Iterable[Load], counters: dict[str, int]) -> None:
    indexes = _run("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    for name, _ in indexes:
        _run(f'DROP INDEX "{name}"')
    raw: Any = connection.connection
    known = set()
    for one in loads:
        known.add(one.table.name)
        marks = ", ".join("?" * len(one.table.columns))
        sql = f'INSERT INTO "{one.table.name}" ({_names(one.table)}) VALUES ({marks})'  # noqa: S608  names of our models
        raw.executemany(sql, one.rows)
    for _, sql in indexes:
        _run(sql)
    for name, last in counters.items():
        if name not in known:
            continue
        _run("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last, name])
        _run(
            "INSERT INTO sqlite_sequence (name, seq) SELECT %s, %s"
            " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = %s)",
            [name, last, name],
        )
    for table, row, parent, _ in _run("PRAGMA foreign_key_check"):
        raise bad(f"Row {row} of {table} points at a row of {parent} that is not in the archive.")


def _load_postgresql(loads: Iterable[Load], counters: dict[str, int]) -> None:
    _run("SET LOCAL statement_timeout = 0")
    indexes, links = _run(_LOOSE_INDEXES), _run(_LINKS)
    for table, name, _ in links:
        _run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _ in indexes:
        _run(f"DROP INDEX {name}")
    known = []
    for one in loads:
        _copy(one)
        known.append(one.table)
    for _, definition in indexes:
        _run(definition)
    for table, name, definition in links:
        _run(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    for table in known:
        if table.name in counters:
            _run(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
                [f'"{table.name}"', table.key, counters[table.name]],
            )
    _run("ANALYZE")


def _copy(one: Load) -> None:
    sql = f'COPY "{one.table.name}" ({_names(one.table)}) FROM STDIN'
    raw: Any = connection.connection
    with raw.cursor() as cursor, cursor.copy(sql) as copy:
        write: Callable[[Row], None] = copy.write_row
        for row in one.rows:
            write(row)


_LOOSE_INDEXES = (
    "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
    " JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = current_schema() AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)"
)
_LINKS = (
    "SELECT k.conrelid::regclass::text, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k"
    " JOIN pg_namespace n ON n.oid = k.connamespace WHERE k.contype = 'f' AND n.nspname = current_schema()"
)


def empty(names: Iterable[str]) -> None:
    """Take all rows out of the tables, such as those that migrations put in."""
    every = sorted(names)
    if connection.vendor == "postgresql":
        _run("TRUNCATE " + ", ".join(f'"{name}"' for name in every) + " CASCADE")
        return
    for name in every:
        _run(f'DELETE FROM "{name}"')  # noqa: S608  names of our models

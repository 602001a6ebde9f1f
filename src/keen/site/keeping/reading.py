"""The database as it was at one moment, read while others write."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, Protocol

from django.db import connection, connections

from keen.site.keeping.tables import Column, Table
from keen.site.keeping.values import Cell, plain

BATCH = 2000
Row = tuple[Any, ...]


class Snapshot(Protocol):
    """What a backup reads: nothing that is written after its making is in it."""

    def rows(self, table: Table) -> Iterator[Row]:
        """The rows of the table by their key, their cells plain."""
        ...

    def names(self) -> set[str]:
        """The tables that there are, with and without a model."""
        ...

    def applied(self) -> list[tuple[str, str]]:
        """The migrations that the database has had, sorted."""
        ...

    def counters(self, tables: list[Table]) -> dict[str, int]:
        """The highest number that each counted table has given out, also to rows that are gone."""
        ...


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """The database as of now, on a connection of its own. Nobody waits for it, and it waits for nobody."""
    make = {"sqlite": _sqlite, "postgresql": _postgresql}[connection.vendor]
    with make() as found:
        yield found


def plain_rows(table: Table, batches: Iterator[list[Row]]) -> Iterator[Row]:
    """The rows with each cell made plain."""
    cells = [(place, cell) for place, column in enumerate(table.columns) if (cell := _cell(column))]
    for batch in batches:
        for row in batch:
            made = list(row)
            for place, cell in cells:
                if made[place] is not None:
                    made[place] = cell(made[place])
            yield tuple(made)


def _cell(column: Column) -> Cell | None:
    return plain(column.kind, column.places)


def _batches(fetch: Callable[[int], list[Row]]) -> Iterator[list[Row]]:
    while batch := fetch(BATCH):
        yield batch


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


class _Sqlite:
    """A reading transaction: SQLite keeps what it sees until its end."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    def rows(self, table: Table) -> Iterator[Row]:
        sql = f'SELECT {_quoted(table.names)} FROM "{table.name}" ORDER BY "{table.key}"'  # noqa: S608  names of our models
        with closing(self._raw.execute(sql)) as cursor:
            yield from plain_rows(table, _batches(cursor.fetchmany))

    def names(self) -> set[str]:
        return {name for (name,) in self._raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def applied(self) -> list[tuple[str, str]]:
        return sorted(self._raw.execute("SELECT app, name FROM django_migrations"))

    def counters(self, tables: list[Table]) -> dict[str, int]:
        kept = {table.name for table in tables}
        found = self._raw.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name")
        return {name: int(number) for name, number in found if name in kept and number}


@contextmanager
def _sqlite() -> Iterator[Snapshot]:
    place = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(place, timeout=20, isolation_level=None)) as raw:
        raw.execute("PRAGMA query_only = ON")
        raw.execute("BEGIN")
        raw.execute("SELECT count(*) FROM django_migrations").fetchone()  # the first reading fixes the moment
        yield _Sqlite(raw)


class _Postgresql:
    """A REPEATABLE READ transaction."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def rows(self, table: Table) -> Iterator[Row]:
        # By the bytes of a text, so that SQLite has the same order.
        order = f'"{table.key}"' + (' COLLATE "C"' if table.key_column.kind == "text" else "")
        sql = f'SELECT {_quoted(table.names)} FROM "{table.name}" ORDER BY {order}'  # noqa: S608  names of our models
        with self._raw.cursor(name="keen_rows") as cursor:
            cursor.execute(sql)
            yield from plain_rows(table, _batches(cursor.fetchmany))

    def names(self) -> set[str]:
        sql = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        return {name for (name,) in self._asked(sql)}

    def applied(self) -> list[tuple[str, str]]:
        return sorted((app, name) for app, name in self._asked("SELECT app, name FROM django_migrations"))

    def counters(self, tables: list[Table]) -> dict[str, int]:
        found: dict[str, int] = {}
        for table in tables:
            place = f'"{table.name}"'
            ((sequence,),) = self._asked("SELECT pg_get_serial_sequence(%s, %s)", place, table.key)
            if sequence:
                ((last, called),) = self._asked(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608  quoted by the server
                found |= {table.name: last} if called else {}
        return found

    def _asked(self, sql: str, *given: str) -> list[Row]:
        with self._raw.cursor() as cursor:
            cursor.execute(sql, given)
            rows: list[Row] = cursor.fetchall()
            return rows


@contextmanager
def _postgresql() -> Iterator[Snapshot]:
    own = connections.create_connection(connection.alias)
    try:
        own.ensure_connection()
        raw = own.connection
        with raw.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SET idle_in_transaction_session_timeout = 0")
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT count(*) FROM django_migrations")  # the first reading fixes the moment
        yield _Postgresql(raw)
    finally:
        own.close()

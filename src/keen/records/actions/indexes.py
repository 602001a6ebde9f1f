"""The indexes of fields of one's own: made and dropped while people work, by the background."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, models
from django.utils import timezone

from keen.records.domain.own import Definition, Type
from keen.records.models import OwnField
from keen.records.models.own import model_of
from keen.records.models.ownsql import postgres, sqlite

START = "own_"
# What decides about sight stands behind the value, as in the indexes of the columns.
BESIDE = ("id", "team_id", "owner_id", "deleted_at")


@dataclass(frozen=True)
class Step:
    """What was done: indexes that were made and dropped."""

    made: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def bring_into_step(pause: Callable[[], None] = lambda: None) -> Step:
    """What was made and dropped so that each field that people filter by has its index, and no other has one.

    Cost: a walk through the table for each new index: on PostgreSQL beside the writers; SQLite lets nobody write
    meanwhile, some seconds for a million records.
    """
    fields = OwnField.objects.filter(archived_at__isnull=True, filtered=True)
    wanted = {made.name: made for one in map(OwnField.definition, fields) for made in of(one)}
    standing = _standing()
    made, dropped = [], []
    for name in sorted(standing - wanted.keys()):
        _run(f"DROP INDEX {_concurrently()} IF EXISTS {connection.ops.quote_name(name)}")
        if connection.vendor == "postgresql":
            _run(f"DROP STATISTICS IF EXISTS {connection.ops.quote_name(name)}")
        dropped.append(name)
        pause()
    for name, index in sorted(wanted.items()):
        model = model_of(index.field.kind)
        if name not in standing and model is not None:
            _run(statement(index, model))
            _describe(index, model)
            made.append(name)
            OwnField.objects.filter(pk=index.field.id).update(indexed_at=timezone.now())
            pause()
    return Step(tuple(made), tuple(dropped))


@dataclass(frozen=True)
class Index:
    """One index: of a field, or of the title beside a link."""

    name: str
    field: Definition
    column: str
    holds: str


def of(one: Definition) -> list[Index]:
    """The indexes of a field. Several choices are found by handles, so they have none."""
    if one.holds == Type.CHOICES:
        return []
    name = f"{START}{one.kind}_{one.id}"[:50]
    title = [Index(f"{name}_title", one, one.shadow, Type.TEXT)] if one.shadow else []
    return [Index(name, one, one.name, one.holds), *title]


def statement(index: Index, model: type[models.Model]) -> str:
    """The statement that makes the index."""
    quoted = connection.ops.quote_name
    by = postgres if connection.vendor == "postgresql" else sqlite
    value = by(index.holds, index.column) % {"expressions": quoted("own")}
    # Empty ones come first, as lists show them; SQLite does so by itself.
    first = f"({value}) NULLS FIRST" if connection.vendor == "postgresql" else value
    columns = ", ".join([first, *map(quoted, BESIDE)])
    table = quoted(model._meta.db_table)  # noqa: SLF001
    return (
        f"CREATE INDEX {_concurrently()} IF NOT EXISTS {quoted(index.name)} ON {table} ({columns}) "
        f"WHERE {quoted('deleted_at')} IS NULL"
    )


def _describe(index: Index, model: type[models.Model]) -> None:
    """Let PostgreSQL know how the values are spread: else it guesses, and walks another index for a rare value."""
    if connection.vendor != "postgresql":
        return
    quoted = connection.ops.quote_name
    value, table = postgres(index.holds, index.column) % {"expressions": quoted("own")}, model._meta.db_table  # noqa: SLF001
    _run(f"CREATE STATISTICS IF NOT EXISTS {quoted(index.name)} ON ({value}) FROM {quoted(table)}")
    _run(f"ANALYZE {quoted(table)}")


def _concurrently() -> str:
    """Beside the writers, where the database can and no transaction forbids it."""
    return "CONCURRENTLY" if connection.vendor == "postgresql" and not connection.in_atomic_block else ""


def _run(sql: str) -> None:
    """Run the statement however long it takes: the limits of PostgreSQL are for people who wait, and nobody waits here."""
    limited = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if limited:
            cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        try:
            cursor.execute(sql)
        finally:
            if limited and not connection.needs_rollback:
                cursor.execute("RESET statement_timeout; RESET lock_timeout")


def _standing() -> set[str]:
    """The indexes of fields of one's own that are there and whole."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                "WHERE c.relname LIKE %s AND c.relnamespace = current_schema()::regnamespace",
                [START.replace("_", r"\_") + "%"],
            )
            found = cursor.fetchall()
        else:
            cursor.execute(
                "SELECT name, 1 FROM sqlite_master WHERE type = 'index' AND name GLOB %s", [START + "*"]
            )
            found = cursor.fetchall()
    for broken in [name for name, whole in found if not whole]:
        # What a crash left half made answers nobody.
        _run(f"DROP INDEX {_concurrently()} IF EXISTS {connection.ops.quote_name(broken)}")
    return {name for name, whole in found if whole}

"""Many new rows at once, five times as fast as `bulk_create`: prepared statements on SQLite, COPY on PostgreSQL."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, models

from keen.core.models.exact import ExactField

PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)
FEW = 20
Convert = Callable[[Any], Any]


def insert(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model and give them their ids, in their order.

    Shape: what a field would fill in by itself while saving (`auto_now`) is not filled in; strings are clean text.
    Raises: RuntimeError outside a transaction, in which ids could be given twice.
    Cost: 1 statement for fewer than 20 rows, else 2.
    """
    if len(rows) < FEW:
        if rows:
            type(rows[0])._default_manager.bulk_create(rows)  # noqa: SLF001  the public way to a model's manager
        return
    if not connection.in_atomic_block:
        raise RuntimeError("Insert many rows inside the transaction of the change that makes them.")
    model = type(rows[0])
    key, names, converters = _shape(model, connection.vendor)
    if not isinstance(model._meta.pk, models.AutoField | models.BigAutoField):  # noqa: SLF001
        raise TypeError(f"{model.__name__} has no ids that the database counts.")
    for row, pk in zip(rows, _ids(model, key, len(rows)), strict=True):
        setattr(row, key, pk)
    values = [
        [convert(row.__dict__[name]) if convert else row.__dict__[name] for name, convert in converters]
        for row in rows
    ]
    write = _copy if connection.vendor == "postgresql" else _execute
    write(model._meta.db_table, names, values)  # noqa: SLF001  the public way to a table's name
    for row in rows:
        row._state.adding = False  # noqa: SLF001  as bulk_create leaves it
        row._state.db = connection.alias  # noqa: SLF001


def write(model: type[models.Model], names: Sequence[str], values: Sequence[Sequence[Any]]) -> None:
    """Write new rows of a model from the values of the named attributes; the database counts their ids, unless named.

    Shape: attributes that are not named must have a default in the database or be empty.
    Cost: 1 statement.
    """
    if not values:
        return
    _, columns, converters = _shape(model, connection.vendor)
    by_name = dict(zip((name for name, _ in converters), zip(columns, converters, strict=True), strict=True))
    chosen = [by_name[name] for name in names]
    convert = [(place, made) for place, (_, (_, made)) in enumerate(chosen) if made]
    rows = [list(row) for row in values]
    for place, made in convert:
        for row in rows:
            row[place] = made(row[place])
    into = _copy if connection.vendor == "postgresql" else _execute
    into(model._meta.db_table, [column for column, _ in chosen], rows)  # noqa: SLF001


@lru_cache(maxsize=64)
def _shape(
    model: type[models.Model], vendor: str
) -> tuple[str, tuple[str, ...], tuple[tuple[str, Convert | None], ...]]:
    fields = model._meta.concrete_fields  # noqa: SLF001
    key = model._meta.pk  # noqa: SLF001
    names = tuple(str(field.column) for field in fields)
    return key.attname, names, tuple((field.attname, _converter(field, vendor)) for field in fields)


def _converter(field: Any, vendor: str) -> Convert | None:
    """What makes a value what the database keeps; None where it is that already."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, ExactField):
        prepared: Convert = field.get_prep_value
        return prepared
    if vendor == "postgresql" or isinstance(field, PLAIN):
        return None
    if isinstance(field, models.UUIDField):
        return _hex
    if isinstance(field, models.DateTimeField):
        return _moment
    return lambda value: field.get_db_prep_save(value, connection)


def _json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def _hex(value: UUID | None) -> str | None:
    return None if value is None else value.hex


@lru_cache(maxsize=1024)
def _moment(value: datetime | None) -> str | None:
    return connection.ops.adapt_datetimefield_value(value)


def _ids(model: type[models.Model], key: str, count: int) -> range | list[int]:
    """Ids that nobody else gets: the transaction holds SQLite's one write lock, PostgreSQL counts for all."""
    table = model._meta.db_table  # noqa: SLF001
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, key, count],
            )
            return [pk for (pk,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        last = int(found[0]) if found else 0
    return range(last + 1, last + 1 + count)


def _execute(table: str, names: Sequence[str], values: list[list[Any]]) -> None:
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    marks = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {connection.ops.quote_name(table)} ({quoted}) VALUES ({marks})",  # noqa: S608
            values,
        )


def _copy(table: str, names: Sequence[str], values: list[list[Any]]) -> None:
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {connection.ops.quote_name(table)} ({quoted}) FROM STDIN") as copy,
    ):
        for row in values:
            copy.write_row(row)

"""Queries written as SQL once, for the few rows that every page asks for: to write it each time takes longer than to run it."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


class Prepared(Generic[M]):
    """One row of a model by one value.

    `ask` gives the query for a value; `sample` is one that stands nowhere else among its values.
    """

    def __init__(self, ask: Callable[[Any], QuerySet[M]], sample: object) -> None:
        self._ask, self._sample = ask, sample
        self._written: dict[str, _Written] = {}

    def first(self, value: object) -> M | None:
        """The row with what the query adds to it, None when there is none.

        Cost: 1 query.
        """
        written = self._written.get(connection.vendor)
        if written is None:
            written = self._written[connection.vendor] = _Written(self._ask(self._sample)[:1])
        with connection.cursor() as cursor:
            values: list[Any] = [value if one == self._sample else one for one in written.values]
            cursor.execute(written.sql, values)
            row = cursor.fetchone()
        return None if row is None else written.made(row)


class _Written:
    def __init__(self, rows: QuerySet[Any]) -> None:
        compiler = rows.query.get_compiler(connection=connection)
        self.sql, self.values = compiler.as_sql()
        info = compiler.klass_info or {}
        self._model, self._fields = info["model"], info["select_fields"]
        self._names = [compiler.select[place][0].target.attname for place in self._fields]
        self._added = compiler.annotation_col_map or {}
        self._convert = compiler.apply_converters
        self._converters = compiler.get_converters([column[0] for column in compiler.select])

    def made(self, row: Sequence[Any]) -> Any:
        values = next(iter(self._convert([row], self._converters)))
        found = self._model.from_db(connection.alias, self._names, [values[place] for place in self._fields])
        for name, place in self._added.items():
            setattr(found, name, values[place])
        return found

"""Queries written as SQL once, for the rows that page after page asks for: to write it each time takes longer than to run it."""

from collections.abc import Callable, Hashable, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Generic, Self, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

from keen.core.domain.actor import Actor

M = TypeVar("M", bound=Model)
MOST_SHAPES = 64
SIZES = (10, 50, 200)
# Stand for the values while the query is written; no id is like them.
SAMPLES = [-(2**62) - place for place in range(SIZES[-1])]


@dataclass(frozen=True)
class Reader:
    """Who looks at records of a kind, as the shape of a query; two are equal when they see the same."""

    kind: str
    key: str
    actor: Actor = field(compare=False)

    @classmethod
    def of(cls, actor: Actor, kind: str) -> Self:
        """The actor, at records of this kind."""
        return cls(kind, actor.key, actor)


def filled(ids: Sequence[int]) -> Sequence[int]:
    """The ids, the last one repeated up to one of few lengths, so that few queries are written."""
    length = min((size for size in SIZES if size >= len(ids)), default=len(ids))
    return [*ids, *[ids[-1]] * (length - len(ids))]


class Prepared(Generic[M]):
    """The rows of a query that is the same each time but for some ids.

    `ask` gives the query for such ids. What else it depends on is its shape, its first argument: for each shape it is
    written anew.
    """

    def __init__(self, ask: Callable[..., QuerySet[M]]) -> None:
        self._ask = ask
        self._written = lru_cache(maxsize=MOST_SHAPES)(self._write)

    def rows(self, shape: Hashable, *ids: int | str) -> list[M]:
        """The rows for these ids.

        Cost: 1 query.
        """
        if len(ids) > len(SAMPLES):
            return list(self._ask(shape, *ids))
        written = self._written(connection.vendor, shape, len(ids))
        if written is None:
            return []
        asked, compiler, sql, values = written
        given = dict(zip(SAMPLES, ids, strict=False)) | dict(zip(map(str, SAMPLES), ids, strict=False))
        # PostgreSQL's driver has numbers of its own, which are like those that they hold.
        filled = tuple(given.get(value, value) if isinstance(value, int | str) else value for value in values)
        compiler = copy(compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_, **__: (sql, filled)  # type: ignore[method-assign]
        # Copied by hand: `copy` asks the database, and a clone of the rows clones their whole query.
        rows: Any = object.__new__(type(asked))
        vars(rows).update(vars(asked), _query=_Ready(compiler, asked.query))
        found: list[M] = list(rows._iterable_class(rows))  # noqa: SLF001  what the rows iterate with
        return found

    def first(self, shape: Hashable, *ids: int | str) -> M | None:
        """The first row for these ids, None when there is none.

        Cost: 1 query.
        """
        return next(iter(self.rows(shape, *ids)), None)

    def _write(
        self, vendor: str, shape: Hashable, count: int
    ) -> tuple[QuerySet[M], SQLCompiler, str, Sequence[Any]] | None:
        del vendor  # the SQL is kept for each
        asked = self._ask(shape, *SAMPLES[:count])
        compiler = asked.query.get_compiler(connection=connection)
        try:
            sql, values = compiler.as_sql()
        except EmptyResultSet:
            return None
        return asked, compiler, sql, values


class _Ready:
    """What a set of rows asks of its query once that is written."""

    def __init__(self, compiler: SQLCompiler, query: Query) -> None:
        self._compiler, self._query = compiler, query

    def get_compiler(self, *_: object, **__: object) -> SQLCompiler:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)

"""The tables of the installation: all of them but those that follow from others or are of the moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Field, Model
from django.db.models.fields.related import ForeignKey

from keen.site.keeping.values import KINDS

LEFT_OUT = {
    "core_hold": "says that a restored installation waits, and is set anew by each restore",
    "django_session": "who was signed in signs in again",
    "records_searchentry": "made anew from the records",
}
NOT_MODELS = {
    "core_cache": "counts of failed tries, of the moment",
    "django_migrations": "in the manifest, and written by the restore itself",
    "sqlite_sequence": "in the manifest",
}
"""Tables without a model that need no copy. Those of SQLite's full-text search begin with records_searchtokens."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds is a word of keen.site.keeping.values."""

    name: str
    kind: str
    null: bool = False
    places: int = 0
    to: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table, its key and its columns in the order of their names."""

    name: str
    key: str
    columns: tuple[Column, ...]
    label: str = ""

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self.columns]

    @property
    def key_column(self) -> Column:
        """The column of the key."""
        return next(column for column in self.columns if column.name == self.key)


def tables(models: Iterable[type[Model]]) -> list[Table]:
    """The tables of these models that are to be kept, by name."""
    found = [
        _table(model)
        for model in models
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in LEFT_OUT  # noqa: SLF001
    ]
    return sorted(found, key=lambda table: table.name)


def _table(model: type[Model]) -> Table:
    about: Any = model._meta  # noqa: SLF001
    columns = [
        _column(field) for field in about.local_concrete_fields if not getattr(field, "generated", False)
    ]
    named = sorted(columns, key=lambda column: column.name)
    return Table(about.db_table, about.pk.column, tuple(named), about.label_lower)


def _column(field: "Field[Any, Any]") -> Column:
    holds: Any = field
    to = ""
    while isinstance(holds, ForeignKey):
        to = to or holds.remote_field.model._meta.db_table  # noqa: SLF001
        holds = holds.target_field
    return Column(
        name=str(field.column),
        kind=KINDS[holds.get_internal_type()],
        null=field.null,
        places=getattr(holds, "decimal_places", None) or 0,
        to=to,
    )

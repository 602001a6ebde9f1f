"""How the database finds, compares and sorts what lies in the JSON column of the fields of one's own.

The text of an expression is also that of its index: an index is used only where both are the same.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Func

from keen.records.domain import own
from keen.records.domain.own import Type


class Typed(Func):
    """The value as it is compared. Names are checked slugs, so they can stand in the statement itself."""

    arity = 1

    def __init__(self, name: str, column: "OwnColumn", source: Any = None) -> None:
        super().__init__(source or F("own"), output_field=column)
        self.name, self.holds = name, column.holds

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        """On SQLite."""
        return self.as_sql(compiler, connection, template=sqlite(self.holds, self.name))

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        """On PostgreSQL."""
        return self.as_sql(compiler, connection, template=postgres(self.holds, self.name))


def sqlite(holds: str, name: str) -> str:
    """The expression over %(expressions)s, the column."""
    path = f"json_extract(%(expressions)s, '$.{name}')"
    if holds == Type.NUMBER:
        return f"CAST({path} AS REAL)"
    if holds == Type.MONEY:
        return f"CAST(json_extract(%(expressions)s, '$.{name}.amount') AS REAL)"
    if holds in {Type.PERSON, Type.LINK}:
        return f"CAST({path} AS INTEGER)"
    return f"({path} IS NOT NULL)" if holds == Type.CHECKBOX else path


def postgres(holds: str, name: str) -> str:
    """The expression over %(expressions)s, the column."""
    path = f"(%(expressions)s ->> '{name}')"
    if holds == Type.NUMBER:
        return f"({path}::numeric)"
    if holds == Type.MONEY:
        return f"((%(expressions)s #>> '{{{name},amount}}')::numeric)"
    if holds in {Type.PERSON, Type.LINK}:
        return f"({path}::bigint)"
    return f"(({path} IS NOT NULL)::integer)" if holds == Type.CHECKBOX else path


class OwnColumn(models.Field[Any, Any]):
    """What a field of one's own is compared with. It is no column of a table."""

    holds = Type.TEXT.value

    def get_internal_type(self) -> str:
        """Text, so that no database's own conversions come between."""
        return "CharField"

    def expression(self, name: str) -> Typed:
        """The value in the row."""
        return Typed(name, self)

    def to_python(self, value: Any) -> Any:
        """The value of the audit trail, of a cursor or of an input."""
        return own.kept(self.holds, value)

    def from_db_value(self, value: Any, *_: Any) -> Any:
        """The value that the database compared by."""
        return value


class OwnText(OwnColumn, models.CharField[Any, Any]):
    """Texts, web addresses, choices."""


class OwnNumber(OwnColumn):
    """Numbers; amounts of money."""

    holds = Type.NUMBER.value

    def get_prep_value(self, value: Any) -> Any:
        """The number."""
        return None if value is None else Decimal(str(value))

    def from_db_value(self, value: Any, *_: Any) -> Any:
        """The number: of SQLite the shortest one that is the same."""
        return own.kept(Type.NUMBER, value)


class OwnMoney(OwnNumber):
    """Amounts; each keeps its currency."""

    holds = Type.MONEY.value

    def to_python(self, value: Any) -> Any:
        """The amount with its currency; the bare amount of a cursor."""
        return own.kept(self.holds, value) if isinstance(value, dict) else own.kept(Type.NUMBER, value)


class OwnDate(OwnColumn, models.DateField[Any, Any]):
    """Days, kept as text that sorts like days."""

    holds = Type.DATE.value

    def get_prep_value(self, value: Any) -> Any:
        """The day as it is kept."""
        return value.isoformat() if isinstance(value, date) else value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """The same for every database."""
        del connection, prepared
        return self.get_prep_value(value)

    def from_db_value(self, value: Any, *_: Any) -> Any:
        """The day."""
        return own.kept(self.holds, value)


class OwnTruth(OwnColumn, models.IntegerField[Any, Any]):
    """Ticks: 1 or 0."""

    holds = Type.CHECKBOX.value

    def get_internal_type(self) -> str:
        """A number."""
        return "IntegerField"

    def get_prep_value(self, value: Any) -> Any:
        """1 or 0."""
        return None if value is None else int(own.kept(self.holds, value))

    def from_db_value(self, value: Any, *_: Any) -> Any:
        """Yes or no."""
        return bool(value)


class OwnLink(OwnColumn, models.BigIntegerField[Any, Any]):
    """Ids of people and records."""

    holds = Type.LINK.value

    def get_internal_type(self) -> str:
        """A number."""
        return "BigIntegerField"

    def to_python(self, value: Any) -> Any:
        """The id, None for none."""
        return None if value in (None, "") else int(value)


class OwnList(OwnColumn):
    """Lists of choices, which are only asked whether they are there."""

    holds = Type.CHOICES.value

    def from_db_value(self, value: Any, *_: Any) -> Any:
        """The list."""
        return own.kept(self.holds, value)


class OwnPerson(OwnLink):
    """Ids of people."""

    holds = Type.PERSON.value


class OwnUrl(OwnText):
    """Web addresses."""

    holds = Type.URL.value


class OwnChoice(OwnText):
    """Keys of choices."""

    holds = Type.CHOICE.value


FILTERS: dict[str, type[OwnColumn]] = {
    made.holds: made
    for made in (
        OwnText, OwnNumber, OwnMoney, OwnDate, OwnTruth, OwnLink, OwnList, OwnPerson, OwnUrl, OwnChoice,
    )
}  # fmt: skip


class Kept(Func):
    """The value as it is kept: every digit of a number, the currency of an amount."""

    arity = 1

    def __init__(self, name: str, holds: str) -> None:
        super().__init__(F("own"), output_field=KeptValue(holds, null=True))
        self.name = name

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        """On SQLite."""
        return self.as_sql(compiler, connection, template=f"json_extract(%(expressions)s, '$.{self.name}')")

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        """On PostgreSQL."""
        return self.as_sql(compiler, connection, template=f"(%(expressions)s ->> '{self.name}')")


class KeptValue(models.Field[Any, Any]):
    """Reads back what is kept."""

    def __init__(self, holds: str = Type.TEXT, **options: Any) -> None:
        super().__init__(**options)
        self.holds = holds

    def get_internal_type(self) -> str:
        """Text, so that no database's own conversions come between."""
        return "CharField"

    def from_db_value(self, value: Any, *_: Any) -> Any:
        """The value."""
        return own.kept(self.holds, value)

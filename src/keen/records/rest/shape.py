"""Records as programs read them, made from the declarations."""

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django.conf import settings

from keen.core.domain.actor import Actor
from keen.records import declare
from keen.records.declare import Field, Kind, RecordType
from keen.records.pages.shown import columns
from keen.records.queries import unseen

# Besides its fields: a record kind declares none of these names (a test holds it).
META = ("id", "version", "title", "url")
ALWAYS = frozenset({"id", "version"})
Value = Callable[[Mapping[str, Any]], Any]


class Shape:
    """How the records of a kind are written for an actor: the fields that they may read, or those of them that are wanted."""

    def __init__(self, record_type: RecordType, actor: Actor, wanted: Collection[str] | None = None) -> None:
        self.record_type, self.actor = record_type, actor
        readable = record_type.readable(actor)
        self.fields = [field for field in readable if wanted is None or field.name in wanted]
        self.meta = [name for name in META if wanted is None or name in wanted or name in ALWAYS]
        self._naming = record_type.title_columns(actor) if "title" in self.meta else []
        self._named = record_type.model()  # one for all rows, as lists have it
        self._values: list[tuple[str, Value]] = [(field.name, _value(field)) for field in self.fields]
        self._address = f"{settings.KEEN.base_url}/{record_type.path}/"

    @property
    def columns(self) -> list[str]:
        """The model's columns that rows must hold besides their ids."""
        return unseen.needed(self.record_type, {"version", *columns(self.fields), *self._naming})

    def of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """One record."""
        found: dict[str, Any] = {"id": row["id"], "version": row["version"]}
        if "title" in self.meta:
            for name in self._naming:
                setattr(self._named, name, row[name])
            found["title"] = self._named.title
        if "url" in self.meta:
            found["url"] = f"{self._address}{row['id']}/"
        for name, value in self._values:
            found[name] = value(row)
        return found

    def one(self, record_id: int) -> dict[str, Any] | None:
        """The record of this id, None when the actor does not see one.

        Cost: 1 query.
        """
        return next(iter(self.many([record_id])), None)

    def many(self, ids: Sequence[int]) -> list[dict[str, Any]]:
        """The records of these ids that the actor sees, in the order of the ids.

        Cost: 1 query.
        """
        rows = self.record_type.model.objects.visible_to(self.actor).filter(pk__in=ids)
        found = {row["id"]: row for row in rows.values("id", *self.columns)}
        unseen.blank(self.record_type, self.actor, list(found.values()))
        return [self.of(found[pk]) for pk in ids if pk in found]


def _value(field: Field) -> Value:
    column = field.column
    if field.kind is Kind.REFERENCE:
        label, shadow = declare.get(field.to).label, field.shadow
        return lambda row: row[column] and {"id": row[column], "title": (shadow and row[shadow]) or label}
    if field.kind in {Kind.USER, Kind.TEAM}:
        named = f"{field.name}__name"
        return lambda row: row[column] and {"id": row[column], "title": row[named]}
    if field.kind is Kind.NUMBER:
        return lambda row: _number(row[column])
    if field.kind is Kind.MONEY:
        return lambda row: _money(row[column])
    if field.kind is Kind.AMOUNT:
        beside = field.currency
        return lambda row: _amount(row[column], row[beside])
    return lambda row: row[column]


def _money(value: Mapping[str, str] | None) -> dict[str, str] | None:
    """The amount with as many decimals as its currency has, at least."""
    if not value:
        return None
    amount, places = Decimal(value["amount"]), get_currency_precision(value["currency"])
    short = -int(amount.as_tuple().exponent) < places
    return {"amount": f"{amount:.{places}f}" if short else f"{amount:f}", "currency": value["currency"]}


def _amount(value: Decimal | None, currency: str) -> dict[str, str] | None:
    """The same of a column: digits that its currency does not have are left off where they are nought."""
    return None if value is None else _money({"amount": f"{value.normalize():f}", "currency": currency})


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value

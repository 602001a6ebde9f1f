"""Filters in words."""

from keen.core.domain.actor import Actor
from keen.records.declare import LINKS, Field, Kind
from keen.records.domain import filters
from keen.records.domain.fieldvalues import YES, id_of
from keen.records.domain.filters import Condition
from keen.records.queries import listing, trail


def value_words(field: Field, condition: Condition, actor: Actor) -> str:
    """What a filter compares with, in words; "" where it compares with nothing.

    Cost: 1 query for a link.
    """
    value = condition.value
    if condition.operator in filters.VALUELESS:
        return ""
    if field.kind in LINKS:
        return _link(field, value, actor)
    if field.kind is Kind.CHOICE:
        return ", ".join(dict(field.choices).get(one, one) for one in value.split(","))
    if field.kind is Kind.BOOLEAN:
        return "yes" if value.casefold() in YES else "no"
    return listing.NAMED_DAYS.get(value, value) if field.kind in {Kind.DATE, Kind.DATETIME} else value


def _link(field: Field, value: str, actor: Actor) -> str:
    found = id_of(value)
    if found is None:
        return {"me": actor.name, "mine": "my teams"}.get(value, value)
    return trail.Words(actor, [(field, found)]).of(field, found)

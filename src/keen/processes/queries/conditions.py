"""The conditions of automations: the filters of lists, asked of one record, and in words."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl

from keen.core.domain.actor import Actor
from keen.lib.errors import RuleError
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain import filters
from keen.records.domain.filters import VALUELESS, Condition
from keen.records.queries import listing
from keen.records.queries.filterwords import value_words
from keen.records.queries.listing import Listing

SAID: Final[Mapping[str, str]] = {
    "last": "is within the last",
    "before_last": "is not within the last",
}
OTHERWISE: Final[Mapping[str, str]] = {
    "is": "is not",
    "not": "is",
    "contains": "does not contain",
    "starts": "does not start with",
    "from": "is before",
    "until": "is after",
    "last": "is not within the last",
    "before_last": "is within the last",
    "min": "is below",
    "max": "is above",
    "empty": "is filled",
    "filled": "is empty",
}
DAYS: Final = frozenset({"last", "before_last"})


def parse(record_type: RecordType, actor: Actor, query: str) -> list[Condition]:
    """The conditions, as far as the actor may filter by them.

    Raises: RuleError for a field or operator that does not exist for the actor.
    """
    pairs = parse_qsl(query, keep_blank_values=True)
    return filters.parse(pairs, listing.filterable(record_type, actor))


def meeting(
    record_type: RecordType, actor: Actor, conditions: Sequence[Condition], ids: Sequence[int]
) -> set[int]:
    """Those of the records that the actor sees and that meet all conditions.

    Cost: 1 query.
    """
    wanted = Listing(conditions=tuple(conditions), counted=False)
    rows = listing.matching(record_type, actor, wanted).filter(pk__in=ids)
    return set(rows.order_by().values_list("pk", flat=True))


def unmet(record_type: RecordType, actor: Actor, conditions: Sequence[Condition], record_id: int) -> str:
    """Why the record does not meet the conditions, in words: the first one that it fails; "" when it meets all.

    Cost: 1 query, and 1 for each condition until the one that fails.
    """
    if not conditions or meeting(record_type, actor, conditions, [record_id]):
        return ""
    for one in conditions:
        if not meeting(record_type, actor, [one], [record_id]):
            return negated(record_type, actor, one)
    return "It met each condition, but not all at one moment"  # it was changed between two of these questions


def words(record_type: RecordType, actor: Actor, condition: Condition) -> str:
    """The condition as a part of a sentence: "amount is at least 5,000"."""
    field = record_type.by_name[condition.field]
    operator = SAID.get(condition.operator, filters.WORDS[condition.operator])
    if condition.operator in {"min", "max"}:
        operator = f"is {operator}"
    return f"{_label(field)} {operator} {_compared(field, condition, actor)}".rstrip()


def negated(record_type: RecordType, actor: Actor, condition: Condition) -> str:
    """Why a record does not meet the condition, as a sentence without its end: "Amount is below 5,000"."""
    field = record_type.by_name[condition.field]
    said = f"{field.label} {OTHERWISE[condition.operator]} {_compared(field, condition, actor)}".rstrip()
    return said[:1].upper() + said[1:]


def _label(field: Field) -> str:
    return field.label if field.label[:2].isupper() else field.label[:1].lower() + field.label[1:]


def _compared(field: Field, condition: Condition, actor: Actor) -> str:
    if condition.operator in VALUELESS:
        return ""
    if condition.operator in DAYS:
        return f"{condition.value} days"
    said = value_words(field, condition, actor)
    if field.kind in {Kind.NUMBER, Kind.MONEY, Kind.AMOUNT} and said.replace(".", "", 1).isdigit():
        whole, dot, rest = said.partition(".")
        return f"{int(whole):,}{dot}{rest}"
    return said


def check(record_type: RecordType, actor: Actor, query: str) -> list[Condition]:
    """The conditions, once the database has taken them.

    Raises: RuleError that names the field to mend.
    Cost: 1 query for each condition.
    """
    found = parse(record_type, actor, query)
    for one in found:
        try:
            meeting(record_type, actor, [one], [0])
        except RuleError as error:
            raise RuleError(error.code, error.message, f"if-{one.field}") from None
    return found

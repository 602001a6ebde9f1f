"""Lists of records: ids by an index first, then the rows of one page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from keen.core.domain.actor import Actor
from keen.lib import text
from keen.lib.errors import RuleError
from keen.records import search
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain import cursors
from keen.records.domain.filters import Condition, Filterable
from keen.records.models import Handle, Record, RecordQuerySet

SIZE = 50
COUNT_CAP = 1000
NULLABLE = frozenset({Kind.DATE, Kind.DATETIME, Kind.NUMBER})


@dataclass(frozen=True)
class Listing:
    """What a list shows: conditions, order, words, and where its page starts."""

    conditions: Sequence[Condition] = ()
    sort: str = ""
    q: str = ""
    after: str = ""
    before: str = ""
    size: int = SIZE


@dataclass
class Page:
    """One page of a list. `total` stops at 1,001, which means "more than a thousand"."""

    rows: list[dict[str, Any]]
    total: int
    next: str = ""
    previous: str = ""
    ids: list[int] = field(default_factory=list)


def filterable(record_type: RecordType, actor: Actor) -> list[Filterable]:
    """The fields that the actor may filter by."""
    fields = [declared for declared in record_type.readable(actor) if declared.filtered]
    return [Filterable(declared.name, declared.kind, declared.label) for declared in fields]


def matching(record_type: RecordType, actor: Actor, listing: Listing) -> RecordQuerySet:
    """The records that the actor may see and that meet the conditions, in no order.

    Cost: none by itself, and that of the search when there are words.
    """
    rows = record_type.model.objects.visible_to(actor)
    for condition in listing.conditions:
        rows = rows.filter(_meaning(record_type, actor, condition))
    if listing.q:
        hits = search.find(actor, listing.q, kinds=(record_type.kind,), most=500)
        rows = rows.filter(pk__in=[hit.record_id for hit in hits])
    return rows


def page(record_type: RecordType, actor: Actor, listing: Listing, columns: Sequence[str]) -> Page:
    """One page of the list.

    Shape: rows hold the columns and "id", in the order of the list.
    Raises: RuleError for an order or place that does not exist.
    Cost: 3 queries.
    """
    column, descending, nullable = order(record_type, actor, listing.sort)
    rows = matching(record_type, actor, listing)
    backwards = bool(listing.before)
    ordered = _ordered(rows, column, descending=descending != backwards, nullable=nullable)
    place = listing.before or listing.after
    if place:
        ordered = ordered.filter(_beyond(cursors.decode(place), column, descending != backwards, nullable))
    keys = list(ordered.values_list("pk", column)[: listing.size + 1])
    more = len(keys) > listing.size
    keys = keys[: listing.size]
    if backwards:
        keys.reverse()
    ids = [pk for pk, _ in keys]
    found = {row["id"]: row for row in record_type.model.objects.filter(pk__in=ids).values("id", *columns)}
    has_next, has_previous = (True, more) if backwards else (more, bool(place))
    return Page(
        rows=[found[pk] for pk in ids],
        ids=ids,
        total=count(rows) if len(ids) == listing.size or place else len(ids),
        next=_cursor(keys[-1]) if keys and has_next else "",
        previous=_cursor(keys[0]) if keys and has_previous else "",
    )


def count(rows: QuerySet[Any]) -> int:
    """How many rows there are, counted to 1,001.

    Cost: 1 query.
    """
    return rows.order_by().values("pk")[: COUNT_CAP + 1].count()


def order(record_type: RecordType, actor: Actor, sort: str) -> tuple[str, bool, bool]:
    """The column to sort by, whether downwards, and whether it may be empty.

    Raises: RuleError.
    """
    name = sort.removeprefix("-")
    if not name or name == record_type.name_field:
        return record_type.order.removeprefix("-"), (sort or record_type.order).startswith("-"), False
    declared = record_type.by_name.get(name)
    if declared is None or not declared.sorts or actor.rights.hides(record_type.kind, name):
        raise RuleError("unknown_order", f"This list cannot be sorted by “{name[:40]}”.", "sort")
    return declared.shadow or declared.column, sort.startswith("-"), declared.kind in NULLABLE


def _ordered(rows: RecordQuerySet, column: str, *, descending: bool, nullable: bool) -> RecordQuerySet:
    if nullable:
        key = F(column).desc(nulls_last=True) if descending else F(column).asc(nulls_first=True)
        return rows.order_by(key, "-pk" if descending else "pk")
    return rows.order_by(f"-{column}", "-pk") if descending else rows.order_by(column, "pk")


def _beyond(place: list[Any], column: str, descending: bool, nullable: bool) -> Q:
    value, pk = place
    side = "lt" if descending else "gt"
    if value is None:
        same = Q(**{f"{column}__isnull": True, f"pk__{side}": pk})
        return same if descending else same | Q(**{f"{column}__isnull": False})
    further = Q(**{f"{column}__{side}": value}) | Q(**{column: value, f"pk__{side}": pk})
    # The plain bound lets the database start its walk of the index in the right place.
    bound = Q(**{f"{column}__{side}e": value})
    return (further | Q(**{f"{column}__isnull": True})) if nullable and descending else bound & further


def _cursor(key: tuple[int, Any]) -> str:
    pk, value = key
    return cursors.encode([value.isoformat() if isinstance(value, date | datetime) else value, pk])


def _meaning(record_type: RecordType, actor: Actor, condition: Condition) -> Q:
    declared = record_type.by_name[condition.field]
    if declared.kind in {Kind.EMAILS, Kind.PHONES, Kind.TAGS}:
        return _by_handle(record_type, declared, condition)
    column = declared.column
    if condition.operator in {"empty", "filled"}:
        empty = Q(**{f"{column}__isnull": True}) if _is_nullable(record_type.model, column) else Q(**{column: _nothing(declared)})
        return empty if condition.operator == "empty" else ~empty
    return _COMPARISONS.get(declared.kind, _text)(column, condition, actor)


def _is_nullable(model: type[Record], column: str) -> bool:
    return bool(next(known for known in model._meta.concrete_fields if known.attname == column).null)  # noqa: SLF001


def _nothing(declared: Field) -> Any:
    return [] if declared.kind is Kind.ADDRESSES else ""


def _text(column: str, condition: Condition, _actor: Actor) -> Q:
    lookup = {"is": "iexact", "contains": "icontains", "starts": "istartswith", "not": "iexact"}[condition.operator]
    if condition.operator == "is":
        return Q(**{column: condition.value})
    found = Q(**{f"{column}__{lookup}": condition.value})
    return ~found if condition.operator == "not" else found


def _choice(column: str, condition: Condition, _actor: Actor) -> Q:
    found = Q(**{f"{column}__in": condition.value.split(",")})
    return ~found if condition.operator == "not" else found


def _boolean(column: str, condition: Condition, _actor: Actor) -> Q:
    return Q(**{column: condition.value.casefold() in {"1", "true", "yes", "on"}})


def _link(column: str, condition: Condition, actor: Actor) -> Q:
    value = str(actor.user_id or 0) if condition.value == "me" else condition.value
    if value == "mine":
        return Q(**{f"{column}__in": sorted(actor.rights.teams)})
    if not value.isdigit() or len(value) > 18:
        raise RuleError("not_a_record", "Choose somebody or something from the list.", condition.field)
    found = Q(**{column: int(value)})
    return ~found if condition.operator == "not" else found


def _number(column: str, condition: Condition, _actor: Actor) -> Q:
    try:
        value = float(condition.value)
    except ValueError:
        raise RuleError("not_a_number", f"“{condition.value}” is not a number.", condition.field) from None
    return Q(**{f"{column}__{'gte' if condition.operator == 'min' else 'lte'}": value})


def _time(column: str, condition: Condition, _actor: Actor) -> Q:
    if condition.operator in {"last", "before_last"}:
        if not condition.value.isdigit() or len(condition.value) > 5:
            raise RuleError("not_a_number", "Give a number of days.", condition.field)
        since = timezone.now() - timedelta(days=int(condition.value))
        recent = Q(**{f"{column}__gte": since})
        return recent if condition.operator == "last" else (Q(**{f"{column}__lt": since}) | Q(**{f"{column}__isnull": True}))
    try:
        on = date.fromisoformat(condition.value)
    except ValueError:
        raise RuleError("not_a_date", f"“{condition.value}” is not a date. Write it like 2026-11-24.", condition.field) from None
    day = timezone.make_aware(datetime(on.year, on.month, on.day))  # noqa: DTZ001  made aware in the reader's zone
    return Q(**{f"{column}__gte": day}) if condition.operator == "from" else Q(**{f"{column}__lt": day + timedelta(days=1)})


_COMPARISONS: Mapping[Kind, Any] = {
    Kind.CHOICE: _choice,
    Kind.BOOLEAN: _boolean,
    Kind.REFERENCE: _link,
    Kind.USER: _link,
    Kind.TEAM: _link,
    Kind.NUMBER: _number,
    Kind.DATE: _time,
    Kind.DATETIME: _time,
}
_HANDLES = {Kind.EMAILS: "email", Kind.PHONES: "phone", Kind.TAGS: "tag"}


def _by_handle(record_type: RecordType, declared: Field, condition: Condition) -> Q:
    handles = Handle.objects.filter(kind=_HANDLES[declared.kind], record_kind=record_type.kind)
    if condition.operator == "contains":
        wanted = text.digits(condition.value).lstrip("0") if declared.kind is Kind.PHONES else condition.value.casefold()
        handles = handles.filter(value__contains=wanted)
    elif condition.operator == "is":
        handles = handles.filter(value=text.fold(condition.value))
    found = Q(pk__in=handles.values("record_id"))
    return ~found if condition.operator == "empty" else found

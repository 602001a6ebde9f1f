"""Lists of records: ids by an index first, then the rows of one page."""

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from keen.core.domain.actor import Actor
from keen.lib import text
from keen.lib.errors import RuleError
from keen.records import search
from keen.records.declare import LISTS, Field, Kind, RecordType
from keen.records.domain import cursors, fieldvalues
from keen.records.domain.fieldvalues import NO, YES, Reading, id_of, tag_key
from keen.records.domain.filters import Condition, Filterable
from keen.records.models import Handle, Record, RecordQuerySet, own
from keen.records.queries import unseen
from keen.records.queries.patience import within

SIZE = 50
COUNT_CAP = 1000
MOST_DAYS = 36_500
TODAY, MONTH, NOW = "today", "month", "now"
NAMED_DAYS = {TODAY: "today", MONTH: "the end of this month"}


@dataclass(frozen=True)
class Listing:
    """What a list shows: conditions, order, words, and where its page starts; whether all of it is counted."""

    conditions: Sequence[Condition] = ()
    sort: str = ""
    q: str = ""
    after: str = ""
    before: str = ""
    size: int = SIZE
    counted: bool = True


@dataclass
class Page:
    """One page of a list. `total` stops at 1,001, which means "more than a thousand"; it is 0 where nobody counted."""

    rows: list[dict[str, Any]]
    total: int
    next: str = ""
    previous: str = ""
    ids: list[int] = field(default_factory=list)


def filterable(record_type: RecordType, actor: Actor) -> list[Filterable]:
    """The fields that the actor may filter by."""
    fields = [
        declared
        for declared in record_type.readable(actor)
        if declared.filtered and unseen.is_told(record_type, actor, declared)
    ]
    return [Filterable(declared.name, declared.kind, declared.label) for declared in fields]


def matching(record_type: RecordType, actor: Actor, listing: Listing) -> RecordQuerySet:
    """The records that the actor may see and that meet the conditions, in no order.

    Cost: none by itself, and that of the search when there are words.
    """
    rows = record_type.model.objects.visible_to(actor)
    for condition in listing.conditions:
        rows = rows.filter(_meaning(record_type, actor, condition))
    if listing.q:
        rows = rows.filter(pk__in=search.ids(actor, listing.q, record_type.kind))
    return rows


def page(record_type: RecordType, actor: Actor, listing: Listing, columns: Sequence[str]) -> Page:
    """One page of the list; what filters ask for has a limit of time.

    Shape: rows hold the columns and "id", in the order of the list.
    Raises: RuleError for an order or place that does not exist, and for filters that take too long.
    Cost: 3 queries; 1 more where a page goes over from what has a value to what has none.
    """
    with within() if listing.conditions else nullcontext():
        return _page(record_type, actor, listing, columns)


def _page(record_type: RecordType, actor: Actor, listing: Listing, columns: Sequence[str]) -> Page:
    by = order(record_type, actor, listing.sort)
    rows = matching(record_type, actor, listing)
    backwards = bool(listing.before)
    walked = replace(by, descending=by.descending != backwards)
    ordered = _ordered(rows, walked)
    place = listing.before or listing.after
    # What is hidden from the actor may be part of what the list is sorted by: then a place is the id alone.
    unsaid = bool(actor.rights.hidden.get(record_type.kind))
    found_at = _place_of if unsaid else _place
    stretches = _beyond(found_at(record_type.model, walked, place), walked) if place else [Q()]
    keys: list[tuple[int, Any]] = []
    for stretch in stretches:
        wanted = listing.size + 1 - len(keys)
        if wanted:
            keys += ordered.filter(stretch).values_list("pk", by.column)[:wanted]
    more = len(keys) > listing.size
    keys = keys[: listing.size]
    if backwards:
        keys.reverse()
    ids = [pk for pk, _ in keys]
    read = unseen.needed(record_type, columns)
    found = {row["id"]: row for row in record_type.model.objects.filter(pk__in=ids).values("id", *read)}
    unseen.blank(record_type, actor, list(found.values()))
    has_next, has_previous = (True, more) if backwards else (more, bool(place))
    return Page(
        rows=[found[pk] for pk in ids],
        ids=ids,
        total=_total(rows, len(ids), whole=not (more or place), counted=listing.counted),
        next=_cursor(keys[-1], unsaid) if keys and has_next else "",
        previous=_cursor(keys[0], unsaid) if keys and has_previous else "",
    )


def _total(rows: QuerySet[Any], shown: int, *, whole: bool, counted: bool) -> int:
    if whole:
        return shown
    return count(rows) if counted else 0


def count(rows: QuerySet[Any]) -> int:
    """How many rows there are, counted to 1,001.

    Cost: 1 query.
    """
    return rows.order_by().values("pk")[: COUNT_CAP + 1].count()


@dataclass(frozen=True)
class Order:
    """The column to sort by, whether downwards, and whether it may be empty. Empty ones come first, or last downwards."""

    column: str
    descending: bool
    nullable: bool


def order(record_type: RecordType, actor: Actor, sort: str) -> Order:
    """What the list is sorted by.

    Raises: RuleError for a field that does not sort or that the actor may not see.
    """
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    if not name:
        name, descending = "", record_type.order.startswith("-")
    column = record_type.order.removeprefix("-")
    if name and not (name == record_type.name_field and record_type.sorts_by_name):
        declared = record_type.by_name.get(name)
        if declared is None or not sorts(record_type, actor, declared):
            raise RuleError("unknown_order", f"This list cannot be sorted by “{name[:40]}”.", "sort")
        column = declared.weighs or declared.shadow or declared.column
    elif name and actor.rights.hides(record_type.kind, name):
        raise RuleError("unknown_order", f"This list cannot be sorted by “{name[:40]}”.", "sort")
    return Order(column, descending, _is_nullable(record_type.model, column))


def sorts(record_type: RecordType, actor: Actor, declared: Field) -> bool:
    """Whether the actor may sort by the field."""
    readable = declared.sorts and not declared.is_hidden(actor, record_type.kind)
    return readable and unseen.orders(record_type, actor, declared)


def _ordered(rows: RecordQuerySet, by: Order) -> RecordQuerySet:
    if by.nullable:
        key = F(by.column).desc(nulls_last=True) if by.descending else F(by.column).asc(nulls_first=True)
        return rows.order_by(key, "-pk" if by.descending else "pk")
    return rows.order_by(f"-{by.column}", "-pk") if by.descending else rows.order_by(by.column, "pk")


def _place(model: type[Record], by: Order, cursor: str) -> tuple[Any, int]:
    """The value and the id at which a page ends.

    Raises: RuleError for what was never a place in this list.
    """
    value, pk = cursors.decode(cursor)
    column = _column(model, by.column)
    if value is None and by.nullable:
        return None, pk
    # A date is written as text, too; of the rest, text must be text.
    if isinstance(column, models.CharField | models.TextField | models.DateField) and not isinstance(
        value, str
    ):
        raise cursors.no_such_place()
    try:
        typed = column.to_python(value)
    except ValidationError:
        typed = None
    if typed is None:
        raise cursors.no_such_place()
    return typed, pk


def _place_of(model: type[Record], by: Order, cursor: str) -> tuple[Any, int]:
    """The same where the value is not said: it is that of the record now.

    Raises: RuleError for what was never a place in this list.
    """
    _, pk = cursors.decode(cursor)
    found = model.objects.filter(pk=pk).values_list(by.column, flat=True)[:1]
    if not found:
        raise cursors.no_such_place()
    return found[0], pk


def _beyond(place: tuple[Any, int], by: Order) -> list[Q]:
    """What comes after the place: with a value and without one apart, so that each is a stretch of the index."""
    value, pk = place
    column, side = by.column, "lt" if by.descending else "gt"
    empty = Q(**{f"{column}__isnull": True})
    if value is None:
        same = empty & Q(**{f"pk__{side}": pk})
        return [same] if by.descending else [same, ~empty]
    further = Q(**{f"{column}__{side}": value}) | Q(**{column: value, f"pk__{side}": pk})
    # The plain bound lets the database start its walk of the index in the right place.
    bounded = Q(**{f"{column}__{side}e": value}) & further
    return [bounded, empty] if by.nullable and by.descending else [bounded]


def _cursor(key: tuple[int, Any], unsaid: bool) -> str:
    pk, value = key
    return cursors.encode([None if unsaid else fieldvalues.plain(value), pk])


def _meaning(record_type: RecordType, actor: Actor, condition: Condition) -> Q:
    declared = record_type.by_name[condition.field]
    if condition.operator in {"empty", "filled"}:
        empty = _is_empty(record_type.model, declared)
        return empty if condition.operator == "empty" else ~empty
    if declared.kind in _HANDLES:
        return _by_handle(record_type, declared, condition)
    return _COMPARISONS.get(declared.kind, _text)(record_type.model, declared, condition, actor)


def filled(record_type: RecordType, declared: Field) -> Q:
    """The condition that something is in the field."""
    return ~_is_empty(record_type.model, declared)


def _is_empty(model: type[Record], declared: Field) -> Q:
    if declared.kind in LISTS and declared.own is None:
        return Q(**{declared.column: []})
    if _is_nullable(model, declared.column):
        return Q(**{f"{declared.column}__isnull": True})
    if isinstance(_column(model, declared.column), models.CharField | models.TextField):
        return Q(**{declared.column: ""})
    return Q(pk__in=[])  # a date that every record has, or a yes or no


def _is_nullable(model: type[Record], column: str) -> bool:
    return bool(_column(model, column).null)


def _column(model: type[Record], name: str) -> Any:
    fields = own.columns(model.KIND)
    if name in fields:
        return fields[name]
    return next(known for known in model._meta.concrete_fields if known.attname == name)  # noqa: SLF001


def _text(_model: type[Record], declared: Field, condition: Condition, _actor: Actor) -> Q:
    column, value = declared.column, condition.value
    if condition.operator == "is":
        return Q(**{column: value})
    lookup = {"contains": "icontains", "starts": "istartswith"}[condition.operator]
    found = Q(**{f"{column}__{lookup}": value})
    if not value.isascii():
        # SQLite knows no capitals beyond ASCII.
        for spelling in (value.lower(), value.upper(), value.capitalize()):
            found |= Q(**{f"{column}__{lookup}": spelling})
    return found


def _choice(_model: type[Record], declared: Field, condition: Condition, _actor: Actor) -> Q:
    found = Q(**{f"{declared.column}__in": condition.value.split(",")})
    return ~found if condition.operator == "not" else found


def _boolean(_model: type[Record], declared: Field, condition: Condition, _actor: Actor) -> Q:
    value = condition.value.casefold()
    if value not in YES | NO:
        raise RuleError("not_yes_or_no", f"{declared.label}: filter with yes or no.", condition.field)
    return Q(**{declared.column: value in YES})


def _link(_model: type[Record], declared: Field, condition: Condition, actor: Actor) -> Q:
    if condition.value == "mine" and declared.kind is Kind.TEAM:
        return Q(**{f"{declared.column}__in": sorted(actor.rights.teams)})
    me = condition.value == "me" and declared.kind is Kind.USER
    wanted = actor.user_id or 0 if me else id_of(condition.value)
    if wanted is None:
        raise RuleError("not_a_record", f"{declared.label}: choose from the list.", condition.field)
    found = Q(**{declared.column: wanted})
    return ~found if condition.operator == "not" else found


def _number(model: type[Record], declared: Field, condition: Condition, actor: Actor) -> Q:
    wanted = Reading(condition.field, declared.label, region=settings.KEEN.region, exact=actor.via == "api")
    value = fieldvalues.read(Kind.NUMBER, condition.value, wanted)
    least, column = condition.operator == "min", declared.weighs or declared.column
    if isinstance(_column(model, column), models.IntegerField):
        value = math.ceil(value) if least else math.floor(value)
    return Q(**{f"{column}__{'gte' if least else 'lte'}": value})


def _time(_model: type[Record], declared: Field, condition: Condition, _actor: Actor) -> Q:
    whole_days, column = declared.kind is Kind.DATE, declared.column
    if condition.operator in {"last", "before_last"}:
        since = _days_ago(condition)
        start: date | datetime = timezone.localdate(since) if whole_days else since
        if condition.operator == "last":
            return Q(**{f"{column}__gte": start})
        return Q(**{f"{column}__lt": start}) | Q(**{f"{column}__isnull": True})
    if condition.value == NOW and not whole_days:
        return Q(**{f"{column}__{'lt' if condition.operator == 'until' else 'gte'}": timezone.now()})
    on: date = _named_day(condition.value) or fieldvalues.read(
        Kind.DATE, condition.value, Reading(condition.field, declared.label)
    )
    until = condition.operator == "until"
    day = on + timedelta(days=1) if until else on
    bound = day if whole_days else timezone.make_aware(datetime.combine(day, time()))
    return Q(**{f"{column}__{'lt' if until else 'gte'}": bound})


def _named_day(value: str) -> date | None:
    """The day of a word that means another day every day, so that a view stays right: "today", or the month's last."""
    today = timezone.localdate()
    if value == TODAY:
        return today
    next_month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return next_month - timedelta(days=1) if value == MONTH else None


def _days_ago(condition: Condition) -> datetime:
    days = id_of(condition.value)
    if days is None or days > MOST_DAYS:
        message = f"Give a number of days, at most {MOST_DAYS:,}."
        raise RuleError("not_a_number", message, condition.field)
    return timezone.now() - timedelta(days=days)


_COMPARISONS: Mapping[Kind, Callable[[type[Record], Field, Condition, Actor], Q]] = {
    Kind.CHOICE: _choice,
    Kind.BOOLEAN: _boolean,
    Kind.REFERENCE: _link,
    Kind.USER: _link,
    Kind.TEAM: _link,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.AMOUNT: _number,
    Kind.DATE: _time,
    Kind.DATETIME: _time,
}
_HANDLES = {
    Kind.EMAILS: "email",
    Kind.PHONES: "phone",
    Kind.TAGS: "tag",
    Kind.IDS: "outside",
    Kind.CHOICES: own.CHOSEN,
}


def _by_handle(record_type: RecordType, declared: Field, condition: Condition) -> Q:
    handles = Handle.objects.filter(kind=_HANDLES[declared.kind], record_kind=record_type.kind)
    if declared.kind is Kind.TAGS:
        handles = handles.filter(value=tag_key(condition.value))
    elif declared.kind is Kind.IDS:
        system, _, name = condition.value.partition(":")
        handles = handles.filter(value=f"{system.strip().lower()}:{name.strip()}")
    elif declared.kind is Kind.CHOICES:
        keys = condition.value.split(",")
        handles = handles.filter(value__in=[f"{declared.name}={key}" for key in keys])
    elif declared.kind is Kind.PHONES:
        digits = text.digits(condition.value).lstrip("0")
        handles = handles.filter(value__contains=digits) if digits else handles.none()
    else:
        handles = handles.filter(value__contains=condition.value.casefold())
    return Q(pk__in=handles.values("record_id"))

"""The records whose moment came: by a date, by being overdue, by meeting conditions today."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from keen.activities.domain.choices import Status
from keen.core.domain.actor import Actor
from keen.processes.domain.guard import MOST_A_DAY
from keen.processes.domain.rules import Trigger, When
from keen.processes.queries import conditions
from keen.records.declare import Kind, RecordType
from keen.records.queries import listing
from keen.records.queries.listing import Listing


def due_between(
    record_type: RecordType, actor: Actor, trigger: Trigger, since: datetime, now: datetime
) -> list[tuple[int, str]]:
    """The records whose moment lies between, with the value that made it so.

    Shape: a date is due from the first minute of its day on, so one of today counts whenever it is looked at.
    Cost: 1 query.
    """
    if trigger.when is When.OVERDUE:
        return _overdue(record_type, actor, since, now)
    field = record_type.by_name.get(trigger.field)
    if field is None or field.is_hidden(actor, record_type.kind):
        return []
    offset = timedelta(days=trigger.days)
    column = field.column
    first: Any = since - offset
    last: Any = now - offset
    if field.kind is Kind.DATE:
        first, last = timezone.localdate(first), timezone.localdate(last)
    rows = record_type.model.objects.visible_to(actor).filter(
        **{f"{column}__gte": first, f"{column}__lte": last}
    )
    found = rows.order_by("pk").values_list("pk", column)[:MOST_A_DAY]
    return [(pk, _stamp(value)) for pk, value in found]


def _stamp(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _overdue(record_type: RecordType, actor: Actor, since: datetime, now: datetime) -> list[tuple[int, str]]:
    """Open activities whose day is over, or whose promise was broken."""
    yesterday = timezone.localdate(now) - timedelta(days=1)
    first = min(timezone.localdate(since), yesterday)
    late = Q(due_at__gt=since, due_at__lte=now) | Q(due_at=None, plan_on__gte=first, plan_on__lte=yesterday)
    rows = record_type.model.objects.visible_to(actor).filter(late, status=Status.OPEN.value)
    found = rows.order_by("pk").values_list("pk", "due_at", "plan_on")[:MOST_A_DAY]
    return [(pk, _stamp(due or plan)) for pk, due, plan in found]


def meeting_today(record_type: RecordType, actor: Actor, query: str) -> list[int]:
    """The records that meet the conditions now.

    Raises: RuleError for a condition that cannot be asked any more.
    Cost: 1 query.
    """
    wanted = Listing(conditions=tuple(conditions.parse(record_type, actor, query)), counted=False)
    rows = listing.matching(record_type, actor, wanted)
    return list(rows.order_by("pk").values_list("pk", flat=True)[: MOST_A_DAY * 5])

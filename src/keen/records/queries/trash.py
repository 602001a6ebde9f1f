"""What lies in the trash."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from keen.core.domain.actor import Actor
from keen.records.declare import RecordType
from keen.records.queries import unseen

Place = tuple[datetime, int]


def lying(record_type: RecordType, actor: Actor) -> QuerySet[Any]:
    """The records in the trash that the actor may take out of it, the latest first."""
    model = record_type.model
    gone = model.objects.filter(
        model.allowed(actor, "delete"), deleted_at__isnull=False, merged_into__isnull=True
    )
    ordered: QuerySet[Any] = gone.order_by("-deleted_at", "-pk")
    return ordered


def page(
    record_type: RecordType, actor: Actor, after: Place | None, most: int, columns: Sequence[str]
) -> list[dict[str, Any]]:
    """So many rows of them, from the place on.

    Cost: 1 query.
    """
    rows = lying(record_type, actor)
    if after is not None:
        at, pk = after
        rows = rows.filter(Q(deleted_at__lt=at) | Q(deleted_at=at, pk__lt=pk))
    found = list(rows.values("id", *unseen.needed(record_type, columns))[:most])
    unseen.blank(record_type, actor, found)
    return found

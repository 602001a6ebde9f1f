"""What follows from fields of one's own, made anew for records that are there already."""

from collections.abc import Callable, Collection
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from keen.records.actions import store
from keen.records.declare import RecordType
from keen.records.domain.own import Type
from keen.records.models import OwnField

BATCH = 500
USED_FOR = timedelta(days=1)
_noted: dict[int, float] = {}


def refresh(record_type: RecordType, pause: Callable[[], None] = lambda: None) -> int:
    """How many records have their formulas, choices and search made anew. No history is written: nobody changed them.

    Cost: 5 queries for each 500 records; each batch is a transaction of its own.
    """
    last = count = 0
    while True:
        with transaction.atomic():
            rows = record_type.model.objects.select_for_update().filter(pk__gt=last).order_by("pk")
            batch = list(rows[:BATCH])
            if not batch:
                return count
            store.rederive(record_type, batch)
        last, count = batch[-1].pk, count + len(batch)
        pause()


def count_fills(record_type: RecordType) -> None:
    """Write beside each field of the kind how many records are filled.

    Cost: 1 query, and 2 for each field.
    """
    total = record_type.model.objects.living().count()
    for row in OwnField.objects.filter(kind=record_type.kind, archived_at__isnull=True):
        if row.name not in record_type.by_name:
            continue
        living = record_type.model.objects.living()
        ticked = row.type == Type.CHECKBOX or (row.type == Type.FORMULA and row.result == Type.CHECKBOX)
        filled = living.filter(**({row.name: True} if ticked else {f"{row.name}__isnull": False})).count()
        numbers = {"filled": filled, "counted_of": total, "counted_at": timezone.now()}
        OwnField.objects.filter(pk=row.pk).update(**numbers)


def note_use(field_ids: Collection[int]) -> None:
    """Remember that a list was filtered, sorted or shown by these fields; at most once a day for each.

    Cost: 1 query, none when it is known already.
    """
    now = timezone.now()
    fresh = [pk for pk in field_ids if now.timestamp() - _noted.get(pk, 0) > USED_FOR.total_seconds()]
    if fresh:
        stale = Q(used_at__isnull=True) | Q(used_at__lt=now - USED_FOR)
        OwnField.objects.filter(stale, pk__in=fresh).update(used_at=now)
        transaction.on_commit(lambda: _noted.update(dict.fromkeys(fresh, now.timestamp())))

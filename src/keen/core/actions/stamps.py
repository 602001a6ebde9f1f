"""Telling every process that what it remembers is no longer so."""

from uuid import uuid4

from django.db import transaction

from keen.core import stamps
from keen.core.models import Stamp


def hold() -> None:
    """Wait until nobody else changes fields; whoever comes next waits until this transaction ends."""
    Stamp.objects.get_or_create(name=stamps.FIELDS, defaults={"value": ""})
    list(Stamp.objects.select_for_update().filter(name=stamps.FIELDS))


def renew() -> None:
    """Another mark: this thread sees it now, all others with the first request after the change is saved.

    Raises: RuntimeError outside of a transaction, in which others would see the mark before the change.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Renew the mark inside the transaction of the change that it stands for.")
    mark = uuid4().hex
    Stamp.objects.update_or_create(name=stamps.FIELDS, defaults={"value": mark})
    stamps.see_here(mark)

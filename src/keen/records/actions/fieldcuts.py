"""Making a field of one's own cost less, in one click."""

from django.db import transaction

from keen.core.actions import operations
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Receipt
from keen.records.actions.fields import field_link, locked, require, tell


def make_optional(*, actor: Actor, field_id: int) -> Receipt:
    """The receipt of a field without which records can be saved from now on.

    Raises: ForbiddenError; NotVisibleError.
    """
    require(actor)
    with transaction.atomic():
        row = locked(field_id)
        before = row.facts()
        work = operations.start(actor=actor, verb="saved")
        row.required = False
        row.save()
        link = field_link(row)
        if row.facts() == before:
            return operations.finish(work, Receipt("saved", f"{row.label} is optional already.", object=link))
        tell(work, row, before)
        told = Receipt("saved", f"{row.label} is optional now.", object=link, also=("forms still offer it",))
        return operations.finish(work, told)

"""What leaves the house as a file is noted."""

from dataclasses import replace

from django.db import transaction

from keen.core.actions.operations import Entry, finish, note, start
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Receipt
from keen.lib.errors import ForbiddenError
from keen.records.declare import RecordType


def note_export(*, actor: Actor, record_type: RecordType, count: int, form: str) -> None:
    """A line of the audit trail: who took how many records along, while looking as whom.

    Raises: ForbiddenError for nobody, who takes nothing along.
    Cost: 2 queries.
    """
    person = actor.acting_by or actor.user_id
    if person is None:
        raise ForbiddenError
    with transaction.atomic():
        work = start(actor=replace(actor, user_id=person), verb="exported")
        told: dict[str, object] = {"records": record_type.plural, "count": count, "format": form}
        if actor.acting_by is not None:
            told["seen_as"] = actor.name
        note(work, Entry("user", person, 0, "exported", {}, told))
        noun = record_type.label if count == 1 else record_type.plural
        finish(work, Receipt("saved", f"Exported {count:,} {noun.lower()} ({form})."), undoable=False)

"""Taking all that is recorded about one person out again."""

from django.db import transaction
from django.urls import reverse

from keen.core.actions.operations import Entry, finish, note, start
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.lib.errors import ForbiddenError
from keen.telemetry import store
from keen.telemetry.domain.person import Person
from keen.telemetry.queries import codes_of, usage_root


def erase_own(*, actor: Actor) -> Receipt:
    """The receipt of erasing one's own events, whichever file they are in.

    Raises: ForbiddenError while looking at the app as somebody else.
    """
    if actor.user_id is None or not actor.may_write:
        raise ForbiddenError
    count = store.erase(usage_root(), Person(actor.user_id, tuple(codes_of(actor.user_id))))
    with transaction.atomic():
        work = start(actor=actor, verb="erased usage")
        note(work, Entry("user", actor.user_id, 0, "erased usage", {}, {"events": count}))
        noun = "event is" if count == 1 else "events are"
        told = Receipt(
            "saved",
            f"{count:,} recorded {noun} erased.",
            object=Link("What is recorded about you", reverse("usage-mine")),
            next=Link("Back to Today", reverse("today")),
            nothing_next="This cannot be taken back.",
        )
        return finish(work, told, undoable=False)

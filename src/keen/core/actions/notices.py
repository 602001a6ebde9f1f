"""What waits for somebody, and taking it off the list."""

from django.utils import timezone

from keen.core import queries
from keen.core.domain.actor import Actor
from keen.lib.errors import ForbiddenError


def read_notices(*, actor: Actor, notice_id: int | None = None) -> int:
    """How many notices of the actor's own were taken off the list: this one, or all.

    Raises: ForbiddenError while looking at the app as somebody else.
    """
    if not actor.may_write:
        raise ForbiddenError("looking_only", "You see the app as somebody else, so nothing can be changed.")
    waiting = queries.waiting(actor)
    chosen = waiting if notice_id is None else waiting.filter(pk=notice_id)
    return chosen.update(read_at=timezone.now())

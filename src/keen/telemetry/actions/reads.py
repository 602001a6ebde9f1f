"""Every look at figures about one person is written down for that person."""

from django.utils import timezone

from keen.core.domain.actor import Actor
from keen.lib import text
from keen.telemetry.models import NamedRead


def note_named_read(*, actor: Actor, person_id: int, page: str, purpose: str) -> None:
    """Write down that the actor looked; looking at one's own figures is nobody's business.

    Shape: to be called before the figures are shown, in every place that shows them, exports included.
    Cost: 1 query.
    """
    reader = actor.acting_by or actor.user_id
    if reader == person_id:
        return
    NamedRead.objects.create(
        person_id=person_id,
        reader_id=reader,
        page=page[:60],
        purpose=text.clean(purpose, 200),
        at=timezone.now(),
    )

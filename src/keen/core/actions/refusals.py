"""What somebody tried and was refused, noted without giving anybody a way to flood the audit trail."""

from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from keen.core.actions.operations import AlreadyDoneError, Entry, finish, note, start
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Receipt
from keen.core.models import Operation

VERB = "refused"
KIND = "refusal"
WITHIN = timedelta(minutes=1)
MOST_WITHIN = 20


@dataclass(frozen=True)
class Refusal:
    """What was asked for: the route's name, the address without its query, the method, and why not."""

    route: str
    address: str
    method: str
    why: str


def note_refusal(*, actor: Actor, refusal: Refusal) -> bool:
    """Whether it was noted: the same route and object once a minute, and 20 refusals of one person in a minute.

    Shape: it is the administrator who is noted, not whom they look at the app as.
    Cost: 1 query, 5 where it is noted.
    """
    doer = replace(actor, user_id=actor.acting_by or actor.user_id)
    asked = sha256(f"{refusal.method} {refusal.route} {refusal.address}".encode()).hexdigest()[:32]
    now = timezone.now()
    lately = Operation.objects.filter(actor_id=doer.user_id, verb=VERB, at__gt=now - WITHIN)
    noted = [str(once).rpartition(":")[2] for once in lately.values_list("once", flat=True)[:MOST_WITHIN]]
    if asked in noted or len(noted) >= MOST_WITHIN:
        return False
    minute = int(now.timestamp() // WITHIN.total_seconds())
    try:
        with transaction.atomic():
            work = start(actor=doer, verb=VERB, once=f"{VERB}:{minute}:{asked}")
            told = {name: text[:300] for name, text in vars(refusal).items()}
            note(work, Entry(KIND, doer.user_id or 0, 0, VERB, {}, told))
            finish(work, Receipt("not_saved", f"{refusal.method} {refusal.address}"), undoable=False)
    except AlreadyDoneError:
        return False
    return True

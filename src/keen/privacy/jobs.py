"""Ways into background work: cleaning the copies of the erased, and the rules by which data goes."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from keen.core.jobs import LONG, Policy, job
from keen.privacy.actions import sweep
from keen.privacy.models import Erasure

PATIENT = Policy(limit=timedelta(hours=2))
FORGOTTEN_AFTER = timedelta(minutes=10)


@job(queue=LONG, policy=PATIENT)
def clean_copies(erasure_id: str) -> None:
    """Look through every copy of somebody who was erased."""
    erasure = Erasure.objects.filter(pk=UUID(erasure_id), state="cleaning").first()
    if erasure is not None:
        sweep.remember(erasure)
        sweep.sweep(erasure)


@job()
def finish_erasures() -> int:
    """How many erasures are looked at again whose cleaning never came to its end."""
    waiting = Erasure.objects.filter(state="cleaning", at__lt=timezone.now() - FORGOTTEN_AFTER)
    ids = [str(pk) for pk in waiting.values_list("pk", flat=True)]
    for pk in ids:
        clean_copies.enqueue(erasure_id=pk)
    return len(ids)

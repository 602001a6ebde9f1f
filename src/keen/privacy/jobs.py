"""Ways into background work: cleaning the copies of the erased, and the rules by which data goes."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from keen.core.domain.actor import SYSTEM
from keen.core.jobs import LONG, Policy, job
from keen.privacy.actions import consent, retention, sweep
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


@job(queue=LONG, policy=PATIENT)
def keep_rules() -> int:
    """How many contacts went by the rules of retention."""
    return retention.run_rules(
        now=timezone.now(), swept=lambda erasure_id: clean_copies.enqueue(erasure_id=str(erasure_id))
    )


@job()
def end_consents() -> int:
    """How many contacts are no longer reached because their consent has run out."""
    return consent.end_expired(actor=SYSTEM, today=timezone.localdate())

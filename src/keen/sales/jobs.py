"""Background work of sales."""

from django.utils import timezone

from keen.core.jobs import job
from keen.sales.actions import answers, entries, measures


@job()
def measure_stages() -> None:
    """See how long deals usually stand at each stage."""
    measures.measure_stages()


@job()
def keep_values() -> None:
    """Let open deals be worth what the rates of the day say."""
    measures.keep_values(timezone.localtime())


@job()
def tell_missed_promises() -> None:
    """Tell whoever a lead is with that it was not answered as soon as its form promised."""
    entries.tell_missed(timezone.now())


@job()
def forget_spam() -> None:
    """Let go of what forms kept back and nobody wanted."""
    entries.forget(timezone.now())


@job()
def expire_quotes() -> None:
    """Say of sent quotes whose day is over that they have expired."""
    answers.expire(now=timezone.now())

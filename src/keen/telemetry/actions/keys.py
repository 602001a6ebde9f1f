"""The keys of pseudonyms: one a quarter, made when first needed, destroyed when somebody decides so."""

from datetime import date
from secrets import token_hex

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from keen.core.actions.operations import Entry, finish, note, start
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.lib.errors import NotVisibleError
from keen.telemetry.domain.codes import quarter_of
from keen.telemetry.models import PseudonymKey


def key_of_quarter(day: date) -> str:
    """The key in use on the day; a new one where there is none, or where the last one was destroyed.

    Cost: 1 query, 2 when a key is made.
    """
    quarter = quarter_of(day)
    last = PseudonymKey.objects.filter(quarter=quarter).order_by("-serial").first()
    if last is not None and last.destroyed_at is None:
        return last.secret
    serial = last.serial + 1 if last else 1
    made, _ = (
        PseudonymKey.objects.get_or_create(  # of two processes at once, the second finds the key of the first
            quarter=quarter, serial=serial, defaults={"secret": token_hex(32), "made_at": timezone.now()}
        )
    )
    return made.secret


def destroy_key(*, actor: Actor, key_id: int) -> Receipt:
    """The receipt of destroying a key: what was recorded under it can never again be traced to anybody.

    Raises: NotVisibleError for a key that is not there any more.
    """
    with transaction.atomic():
        key = PseudonymKey.objects.select_for_update().filter(pk=key_id, destroyed_at=None).first()
        if key is None:
            raise NotVisibleError
        key.secret, key.destroyed_at = "", timezone.now()
        key.save()
        work = start(actor=actor, verb="destroyed key")
        note(work, Entry("usage_key", key.pk, 0, "destroyed", {}, {"quarter": key.quarter}))
        told = Receipt(
            "saved",
            f"The key of {key.quarter} is destroyed. Nobody can tell any more whose its codes were.",
            object=Link("What is recorded", reverse("usage-level")),
            nothing_next="This cannot be taken back.",
        )
        return finish(work, told, undoable=False)

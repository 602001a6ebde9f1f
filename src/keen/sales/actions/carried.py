"""The yes that somebody gave in a web form, carried from their lead into the consent log of their contact."""

from collections.abc import Sequence

from django.utils import timezone

from keen.core.actions.operations import Entry, Work, note
from keen.core.models import Change
from keen.people.models import Contact
from keen.privacy.domain.consents import flags
from keen.privacy.models import Consent
from keen.privacy.queries.consents import standing_of
from keen.records import declare
from keen.records.actions import store
from keen.sales.models import FormEntry, Lead

CARRIED = "carried_consent"
CHANNEL = "email"


def carry_consent(work: Work, lead: Lead, contact: Contact) -> int:
    """How many times a yes was carried over, each with its day, its form and its words.

    Shape: a newer no of the contact stays the last word.
    Cost: 1 query; 2 more and those of `store.alter` where there is a yes.
    """
    given = list(
        FormEntry.objects.filter(lead_id__in=[lead.pk, *lead.absorbed], consented=True)
        .select_related("form")
        .order_by("at")
    )
    rows = [
        Consent(
            contact=contact, channel=CHANNEL, granted=True, basis="consent", source=f"Form: {entry.form.name}"[:120],
            wording=entry.wording, given_on=timezone.localdate(entry.at), noted_by_id=work.actor.user_id,
            noted_at=work.at,
        )
        for entry in given
    ]  # fmt: skip
    for row in rows:
        row.save(force_insert=True)
    if rows:
        wanted = flags(standing_of(contact, timezone.localdate(work.at)))
        store.alter(work, declare.get(Contact.KIND), [store.Alteration(contact, wanted, "consent")])
    # Noted last, so that undo takes the yes back before it looks at what the contact says.
    for row in rows:
        note(work, Entry(CARRIED, row.pk, 1, "created", {}, {"contact_id": contact.pk}))
    return len(rows)


def undo_carried(work: Work, changes: Sequence[Change]) -> None:
    """What was carried over by mistake is not in the log of the contact; it stays where it was given, at the lead."""
    for change in changes:
        if Consent.objects.filter(pk=change.record_id, contact_id=change.after.get("contact_id")).delete()[0]:
            note(work, Entry(CARRIED, change.record_id, 1, "deleted", dict(change.after), {}))

"""Webhooks listen to what happens to records."""

from collections.abc import Sequence

from django.conf import settings

from keen.activities.events import ActivityCompleted
from keen.core.events import only_when, together
from keen.core.jobs.mail import send_mail
from keen.integrations.actions.deliveries import Happening, note
from keen.integrations.domain import letters
from keen.integrations.domain.topics import COMPLETED
from keen.integrations.events import WebhookSwitchedOff
from keen.integrations.jobs import wake
from keen.integrations.queries import endpoints
from keen.integrations.queries.endpoints import REASONS, listening
from keen.records.events import (
    RecordChanged,
    RecordCreated,
    RecordDeleted,
    RecordRestored,
    RecordsMerged,
)

VERBS = {
    RecordCreated: "created",
    RecordChanged: "updated",
    RecordDeleted: "deleted",
    RecordRestored: "restored",
    RecordsMerged: "merged",
}
OfRecord = RecordCreated | RecordChanged | RecordDeleted | RecordRestored | RecordsMerged


@only_when(listening)
@together
def tell_webhooks(events: Sequence[OfRecord]) -> None:
    """Something happened to records."""
    _note([_happening(event) for event in events])


def _happening(event: OfRecord) -> Happening:
    told: dict[str, object] = {}
    if isinstance(event, RecordChanged):
        told = {"columns": list(event.fields)}
    elif isinstance(event, RecordsMerged):
        told = {"absorbed": event.absorbed_id}
    return Happening(event, f"{event.kind}.{VERBS[type(event)]}", event.kind, event.record_id, told)


@only_when(listening)
@together
def tell_webhooks_of_completion(events: Sequence[ActivityCompleted]) -> None:
    """Planned activities are done."""
    _note(
        [
            Happening(
                event,
                COMPLETED,
                "activity",
                event.activity_id,
                {"outcome": event.outcome, "on_time": event.on_time},
            )
            for event in events
        ]
    )


def _note(happenings: Sequence[Happening]) -> None:
    if note(happenings):
        wake()


def mail_of_switched_off(event: WebhookSwitchedOff) -> None:
    """Nothing is sent to a webhook any more: its owner and those who can mend it get a mail."""
    row = endpoints.living().select_related("owner").filter(pk=event.endpoint_id).first()
    if row is None:
        return
    since = f"{row.failing_since:%Y-%m-%d %H:%M} UTC" if row.failing_since else ""
    for person in endpoints.responsible(row):
        subject, body = letters.switched_off(
            person=person.first_name,
            webhook=row.name,
            why=REASONS[event.reason],
            since=since,
            address=settings.KEEN.base_url + row.get_absolute_url(),
        )
        send_mail.enqueue(to=person.email, subject=subject, body=body)

"""Webhooks listen to what happens to records."""

from keen.activities.events import ActivityCompleted
from keen.core.events import Event, only_when
from keen.integrations.actions.deliveries import Happening, note_happening
from keen.integrations.domain.topics import COMPLETED
from keen.integrations.jobs import wake
from keen.integrations.queries.endpoints import listening
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


@only_when(listening)
def tell_webhooks(
    event: RecordCreated | RecordChanged | RecordDeleted | RecordRestored | RecordsMerged,
) -> None:
    """Something happened to a record."""
    told: dict[str, object] = {}
    if isinstance(event, RecordChanged):
        told = {"columns": list(event.fields)}
    elif isinstance(event, RecordsMerged):
        told = {"absorbed": event.absorbed_id}
    topic = f"{event.kind}.{VERBS[type(event)]}"
    _note(event, Happening(topic, event.kind, event.record_id, told))


@only_when(listening)
def tell_webhooks_of_completion(event: ActivityCompleted) -> None:
    """A planned activity is done."""
    told = {"outcome": event.outcome, "on_time": event.on_time}
    _note(event, Happening(COMPLETED, "activity", event.activity_id, told))


def _note(event: Event, happening: Happening) -> None:
    if note_happening(event, happening):
        wake()

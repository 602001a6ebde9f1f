"""Automations listen to what happens to records."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from keen.activities.events import ActivityCompleted
from keen.core.events import only_when, together
from keen.processes.actions.noting import Happening, note
from keen.processes.domain.rules import When
from keen.processes.jobs import wake
from keen.processes.models import waiting_for
from keen.records.events import RecordChanged, RecordCreated
from keen.sales.events import OpportunityLost, OpportunityMoved, OpportunityWon


def listening() -> bool:
    """Whether any automation is on."""
    return bool(waiting_for())


@only_when(listening)
@together
def note_records(events: Sequence[RecordCreated | RecordChanged]) -> None:
    """Records came to be, or were changed."""
    _note(
        [
            Happening(
                When.CREATED if isinstance(event, RecordCreated) else When.CHANGED,
                event.kind,
                event.record_id,
                event.at,
                event.event_id.hex,
                columns=getattr(event, "fields", ()),
            )
            for event in events
        ]
    )


@only_when(listening)
@together
def note_deals(events: Sequence[OpportunityMoved | OpportunityWon | OpportunityLost]) -> None:
    """Deals moved, were won or lost."""
    _note([_of_deal(event) for event in events])


def _of_deal(event: Any) -> Happening:
    if isinstance(event, OpportunityMoved):
        when, moved = When.MOVED, (event.before, event.stage)
    else:
        when, moved = When.WON if isinstance(event, OpportunityWon) else When.LOST, ("", "")
    return Happening(when, "opportunity", event.opportunity_id, event.at, event.event_id.hex, moved=moved)


@only_when(listening)
@together
def note_completions(events: Sequence[ActivityCompleted]) -> None:
    """Planned activities are done."""
    _note(
        [Happening(When.COMPLETED, "activity", one.activity_id, one.at, one.event_id.hex) for one in events]
    )


def _note(happenings: Sequence[Happening]) -> None:
    if note(happenings, timezone.now()):
        wake()

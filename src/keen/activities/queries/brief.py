"""What somebody should know before a meeting: the last contacts, what was promised, who is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from keen.activities.domain.choices import What
from keen.activities.models import Activity
from keen.activities.queries.links import Reader, as_told
from keen.activities.queries.steps import Step, next_steps
from keen.activities.queries.timeline import Place
from keen.core.domain.actor import Actor
from keen.people import queries as people
from keen.people.models import Account, Contact
from keen.records import declare
from keen.records.models import Record

MOST_CONTACTS = 3
MOST_PEOPLE = 4
SPOKEN = (What.CALL.value, What.MEETING.value, What.EMAIL.value, What.NOTE.value)


@dataclass(frozen=True)
class Brief:
    """The last contacts, the latest first; what is promised, what is planned besides, and the people."""

    lately: Sequence[Activity]
    promised: Sequence[Step]
    planned: Sequence[Step]
    people: Sequence[Record]


def brief(actor: Actor, place: Place, record: Record, now: datetime) -> Brief:
    """What the actor may know of the record before a meeting.

    Cost: 3 queries.
    """
    links = Reader.of(actor, place.kind).links(*place.ids).filter(at__isnull=False, activity__kind__in=SPOKEN)
    latest = links.select_related("activity__owner").order_by("-at", "-activity_id")[:MOST_CONTACTS]
    steps = next_steps(actor, place, now)
    promised = [step for step in steps if step.activity.promised_to_customer or step.activity.due_at]
    return Brief(
        as_told(actor, (link.activity for link in latest)),
        promised,
        [step for step in steps if step not in promised],
        _people(actor, record),
    )


def _people(actor: Actor, record: Record) -> list[Record]:
    found: list[Contact] = []
    if isinstance(record, Account):
        found = list(people.contacts_of(actor, record)[:MOST_PEOPLE])
    if isinstance(record, Contact):
        found = list(people.colleagues(actor, record)[:MOST_PEOPLE])
    shown = declare.get(Contact.KIND)
    return [shown.as_read_by(actor, one) for one in found]

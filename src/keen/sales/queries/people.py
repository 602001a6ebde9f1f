"""Who has to do with a deal, and the deals of a person or a company."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q

from keen.core.domain.actor import Actor
from keen.people.models import Contact
from keen.records import declare
from keen.records.models import Record, RecordQuerySet
from keen.sales.domain.reasons import ROLES
from keen.sales.models import Involvement, Opportunity


@dataclass(frozen=True)
class Involved:
    """A contact with what they have to do with a deal."""

    id: int
    contact: Record
    role: str


def involved(actor: Actor, deal: Opportunity) -> list[Involved]:
    """The contacts of the deal that the actor can see, whoever decides first. A merged one is the one that took it in.

    Cost: 2 queries.
    """
    order = {key: place for place, (key, _) in enumerate(ROLES)}
    rows = sorted(
        Involvement.objects.filter(opportunity_id=deal.pk).annotate(into=F("contact__merged_into_id")),
        key=lambda row: (order[row.role], row.pk),
    )
    ids = {row.into or row.contact_id for row in rows}
    contacts = {row.pk: row for row in Contact.objects.visible_to(actor).filter(pk__in=ids)}
    record_type = declare.get(Contact.KIND)
    return [
        Involved(
            row.pk, record_type.as_read_by(actor, contacts[row.into or row.contact_id]), dict(ROLES)[row.role]
        )
        for row in rows
        if (row.into or row.contact_id) in contacts
    ]


def deals_of(actor: Actor, kind: str, record: Record) -> RecordQuerySet:
    """The deals of the company, or those that the person has to do with, which the actor can see; open ones first."""
    ids = [record.pk, *record.absorbed]
    deals: RecordQuerySet = Opportunity.objects.visible_to(actor)
    if kind == Contact.KIND:
        mine = Involvement.objects.filter(contact_id__in=ids).values("opportunity_id")
        found = deals.filter(pk__in=mine)
    elif actor.rights.hides(Opportunity.KIND, "account"):
        found = deals.none()
    else:
        found = deals.filter(account_id__in=ids)
    return found.order_by(F("closed_at").desc(nulls_first=True), F("close_date").asc(nulls_last=True), "pk")


def is_involved(deal_id: int, contact_ids: Sequence[int], role: str) -> bool:
    """Whether one of the contacts has this role in the deal already."""
    return Involvement.objects.filter(
        Q(opportunity_id=deal_id, role=role), contact_id__in=contact_ids
    ).exists()

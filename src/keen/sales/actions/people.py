"""Who has to do with a deal: added, taken off, taken back."""

from collections.abc import Sequence

from django.db import transaction

from keen.core.actions import operations
from keen.core.actions.operations import Entry, Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Change
from keen.lib.errors import NotVisibleError, RuleError
from keen.people.models import Contact
from keen.records import declare
from keen.records.actions.save import address, for_change
from keen.records.models import Record
from keen.sales.domain.reasons import ROLES
from keen.sales.models import Involvement, Opportunity

INVOLVED = "involvement"
USUAL = "influences"
COLUMNS = ("opportunity_id", "contact_id", "role")


def involve(*, actor: Actor, deal_id: int, contact_id: int | None, role: str) -> Receipt:
    """The receipt of noting what a contact has to do with a deal.

    Raises: NotVisibleError; ForbiddenError; RuleError for an unknown role or somebody restricted.
    """
    with transaction.atomic():
        work = operations.start(actor=actor, verb="related")
        deal = for_change(declare.get(Opportunity.KIND), actor, deal_id)
        if role not in dict(ROLES):
            message = "Say what they have to do with it: choose one from the list."
            raise RuleError("not_a_choice", message, "role")
        contact = _contact(actor, contact_id)
        ends = {"opportunity_id": deal.pk, "contact_id": contact.pk, "role": role}
        row, new = Involvement.objects.get_or_create(**ends, defaults={"made_at": work.at})
        if new:
            _note(work, row.pk, "created", ends)
            _tell(work, deal, "", role)
        who, name = (declare.get(one.KIND).told_to(actor, one) for one in (contact, deal))
        text = f"{who}: {dict(ROLES)[role].lower()}, in {name}."
        link = Link(name, address(declare.get(Opportunity.KIND), deal.pk))
        return operations.finish(work, Receipt("saved", text, object=link))


def tie(work: Work, deal: Opportunity, contact: Contact) -> None:
    """The contact has to do with the deal, unless it is said already what."""
    if Involvement.objects.filter(opportunity=deal, contact_id__in=[contact.pk, *contact.absorbed]).exists():
        return
    row = Involvement.objects.create(opportunity=deal, contact=contact, role=USUAL, made_at=work.at)
    _note(work, row.pk, "created", {name: getattr(row, name) for name in COLUMNS})


def release(*, actor: Actor, deal_id: int, involvement_id: int) -> Receipt:
    """The receipt of taking a contact off a deal.

    Raises: NotVisibleError; ForbiddenError.
    """
    with transaction.atomic():
        work = operations.start(actor=actor, verb="unrelated")
        deal = for_change(declare.get(Opportunity.KIND), actor, deal_id)
        row = (
            Involvement.objects.select_for_update().filter(pk=involvement_id, opportunity_id=deal.pk).first()
        )
        if row is None:
            raise NotVisibleError
        contact = _contact(actor, row.contact_id)
        _note(work, row.pk, "deleted", {name: getattr(row, name) for name in COLUMNS})
        _tell(work, deal, row.role, "")
        row.delete()
        who, name = (declare.get(one.KIND).told_to(actor, one) for one in (contact, deal))
        link = Link(name, address(declare.get(Opportunity.KIND), deal.pk))
        return operations.finish(work, Receipt("saved", f"{who} is taken off {name}.", object=link))


def undo_involved(work: Work, changes: Sequence[Change]) -> None:
    """Take back who was added or taken off, newest first; what is as it was already stays so.

    Raises: NotVisibleError; ForbiddenError; RuleError for somebody restricted by now.
    """
    for change in changes:
        ends = change.before or change.after
        deal = for_change(declare.get(Opportunity.KIND), work.actor, int(ends["opportunity_id"]))
        if change.verb == "deleted":
            _contact(work.actor, int(ends["contact_id"]))
            row, new = Involvement.objects.get_or_create(**ends, defaults={"made_at": work.at})
            if new:
                _note(work, row.pk, "created", ends)
                _tell(work, deal, "", ends["role"])
        elif Involvement.objects.filter(**ends).delete()[0]:
            _note(work, change.record_id, "deleted", ends)
            _tell(work, deal, ends["role"], "")


def _contact(actor: Actor, contact_id: int | None) -> Contact:
    if contact_id is None:
        raise RuleError("not_a_record", "Type a name and choose the contact from the list.", "contact")
    into = Contact.objects.filter(pk=contact_id).values_list("merged_into_id", flat=True).first()
    found: Contact | None = Contact.objects.visible_to(actor).filter(pk=into or contact_id).first()
    if found is None:
        raise NotVisibleError
    if found.is_restricted:
        raise RuleError("restricted", "This person is restricted: nothing is added until that is lifted.")
    return found


def _note(work: Work, row_id: int, verb: str, ends: dict[str, object]) -> None:
    before, after = (ends, {}) if verb == "deleted" else ({}, ends)
    operations.note(work, Entry(INVOLVED, row_id, 1, verb, dict(before), dict(after)))


def _tell(work: Work, deal: Record, before: str, after: str) -> None:
    """The line in the deal's history."""
    labels = dict(ROLES)
    was, now = {"relation": labels.get(before, "")}, {"relation": labels.get(after, "")}
    operations.note(work, Entry(deal.KIND, deal.pk, deal.version, "related", dict(was), dict(now)))

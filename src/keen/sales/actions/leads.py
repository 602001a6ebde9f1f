"""What people decide about a lead: that they work on it, that it is worth more, that it is no fit."""

from dataclasses import replace

from django.db import transaction

from keen.core.actions import operations
from keen.core.actions.operations import AlreadyDoneError, Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.lib.errors import RuleError
from keen.records import declare
from keen.records.actions import asked, store
from keen.records.actions.save import address, columns, for_change
from keen.records.actions.values import InvalidError, read_values
from keen.records.declare import RecordType
from keen.sales.domain.leads import LABELS, SAID, Status
from keen.sales.models import Lead


def own_type() -> RecordType:
    """The declaration of leads."""
    return declare.get(Lead.KIND)


def lead_for_change(actor: Actor, lead_id: int) -> Lead:
    """The lead, locked for a change.

    Raises: NotVisibleError; ForbiddenError.
    """
    lead = for_change(own_type(), actor, lead_id)
    assert isinstance(lead, Lead)  # noqa: S101  the declaration says so
    return lead


def lead_outside(actor: Actor, lead_id: int) -> Lead:
    """The lead as it is now, when the actor may change it.

    Raises: NotVisibleError; ForbiddenError.
    """
    with transaction.atomic():
        return lead_for_change(actor, lead_id)


def set_status(*, actor: Actor, lead_id: int, status: str, reason: str = "", once: str = "") -> Receipt:
    """The receipt of saying how a lead stands.

    Raises: InvalidError where it is no fit and nobody said why; RuleError for a lead that was converted; NotVisibleError;
    ForbiddenError.
    """
    try:
        with transaction.atomic():
            work = operations.start(actor=actor, verb="saved", once=once)
            return _set_status(work, lead_for_change(actor, lead_id), status, reason)
    except AlreadyDoneError as before:
        return before.receipt()


def _set_status(work: Work, lead: Lead, status: str, reason: str) -> Receipt:
    if status not in SAID:
        raise RuleError("not_a_choice", "Choose how it stands from the list.", "status")
    if lead.status == Status.CONVERTED:
        raise RuleError("converted", f"{_named(work, lead)} was converted. Take that back first.", "status")
    given = {"status": status, "reason": reason if status == Status.UNQUALIFIED else ""}
    if lead.reason == given["reason"]:
        del given["reason"]
    values = read_values(own_type(), work.actor, given, creating=False)
    if errors := asked.missing(own_type(), work.actor, values, lead):
        raise InvalidError(errors)
    store.alter(work, own_type(), [store.Alteration(lead, columns(own_type(), values))])
    return operations.finish(work, _told(work, lead))


def _told(work: Work, lead: Lead) -> Receipt:
    name, href = _named(work, lead), address(own_type(), lead.pk)
    text = (
        f"{name} is no fit."
        if lead.status == Status.UNQUALIFIED
        else f"{name}: {LABELS[lead.status].lower()}."
    )
    told = Receipt("saved", text, object=Link(name, href))
    if lead.status == Status.UNQUALIFIED:
        return replace(told, nothing_next="Nothing else to do here.")
    if lead.status == Status.QUALIFIED:
        return replace(told, next=Link("Convert it", f"{href}convert/"))
    if lead.next_step_on is None:
        return replace(told, next=Link("Plan the next step", f"/plan/?kind={lead.KIND}&id={lead.pk}"))
    return replace(told, next=Link("See the next step", href))


def _named(work: Work, lead: Lead) -> str:
    return own_type().told_to(work.actor, lead)

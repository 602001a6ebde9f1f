"""Automations: written, changed, switched on and off, put away, taken back. Whoever saves one answers for what it does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from keen.core.actions import operations, stamps
from keen.core.actions.operations import Entry, Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Change, Notice
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.processes.domain import rules
from keen.processes.domain.rules import Definition, Do
from keen.processes.models import Automation, Run, State, living
from keen.processes.queries.automations import KIND, MOST, POWER, REASONS, responsible, versions
from keen.processes.queries.checking import check
from keen.records.actions import life

FACTS = ("name", "kind", "trigger", "conditions", "steps", "state", "reason")
WRITTEN = ("name", "kind", "trigger", "conditions", "steps")


@dataclass(frozen=True)
class Wish:
    """What an automation is to be, and whether it acts from now on."""

    definition: Definition
    on: bool = False


def require(actor: Actor) -> int:
    """The id of the person, who may set up automations.

    Raises: ForbiddenError.
    """
    if not actor.rights.has(POWER) or actor.user_id is None or not actor.may_write:
        raise ForbiddenError("forbidden", "Your role does not set up automations. Ask an administrator.")
    return actor.user_id


def make(*, actor: Actor, wish: Wish, once: str = "") -> tuple[Automation, Receipt]:
    """The new automation and the receipt.

    Raises: ForbiddenError; RuleError that names what to mend; AlreadyDoneError.
    """
    person = require(actor)
    with transaction.atomic():
        stamps.hold()
        work = operations.start(actor=actor, verb="created", once=once)
        if living().count() >= MOST:
            raise RuleError("too_many", f"There are {MOST} automations. Put one away first.")
        row = Automation(owner_id=person, created_at=work.at, state_at=work.at)
        _write(work, row, wish)
        row.save(force_insert=True)
        _note(work, row, "created", {})
        return row, _finish(work, row, f"{row.name} is {_state_words(row)}.")


def change(*, actor: Actor, automation_id: int, wish: Wish) -> tuple[Automation, Receipt]:
    """The automation as wished. It acts with the rights of the actor from now on.

    Raises: NotVisibleError; ForbiddenError; RuleError that names what to mend.
    """
    with transaction.atomic():
        work, row = _begin(actor, automation_id, "saved")
        before, owner_id = facts(row), row.owner_id
        _write(work, row, wish)
        row.owner_id = actor.user_id or row.owner_id
        if any(before[name] != getattr(row, name) for name in WRITTEN):
            row.version += 1
        row.save()
        _note(work, row, "updated", before)
        also = ("it acts with your rights from now on",) if owner_id != row.owner_id else ()
        return row, _finish(work, row, f"{row.name} is saved, and {_state_words(row)}.", also)


def _write(work: Work, row: Automation, wish: Wish) -> None:
    """Fill the row from the wish.

    Raises: RuleError.
    """
    definition = rules.tidy(wish.definition)
    check(work.actor, definition, row.pk)
    row.name, row.kind = definition.name, definition.trigger.kind
    row.trigger = definition.trigger.to_json()
    row.conditions = definition.conditions
    row.steps = [step.to_json() for step in definition.steps]
    wanted = State.ON if wish.on else State.PAUSED
    if row.state != wanted:
        row.state_at = work.at
    row.state, row.reason, row.failures = wanted, "", 0


def set_state(*, actor: Actor, automation_id: int, on: bool) -> Receipt:
    """The receipt of switching the automation on or off. Switched on, it acts for the actor if its owner cannot.

    Raises: NotVisibleError; ForbiddenError; RuleError when it cannot act as it is written.
    """
    with transaction.atomic():
        work, row = _begin(actor, automation_id, "switched")
        before = facts(row)
        if on:
            check(actor, row.definition, row.pk)
        row.state, row.reason, row.state_at = (State.ON if on else State.PAUSED), "", work.at
        row.failures = 0
        row.save()
        _note(work, row, "updated", before)
        return _finish(work, row, f"{row.name} is {_state_words(row)}.")


def archive(*, actor: Actor, automation_id: int) -> Receipt:
    """The receipt of putting the automation away. What it did stays in the log.

    Raises: NotVisibleError; ForbiddenError.
    """
    with transaction.atomic():
        work, row = _begin(actor, automation_id, "deleted")
        before = facts(row)
        row.archived_at = work.at
        row.save(update_fields=["archived_at"])
        stamps.renew()
        operations.note(work, Entry(KIND, row.pk, row.version, "deleted", before, {}))
        link = Link("Automations", reverse("automation-list"))
        return operations.finish(work, Receipt("saved", f"{row.name} is put away.", object=link))


def go_back(*, actor: Actor, automation_id: int, change_id: int) -> Receipt:
    """The receipt of writing the automation as it was after an earlier change. Whether it is on stays.

    Raises: NotVisibleError; ForbiddenError; RuleError when that cannot be any more.
    """
    with transaction.atomic():
        work, row = _begin(actor, automation_id, "saved")
        before = facts(row)
        found = next((one for one in versions(row, before) if one.change.pk == change_id), None)
        if found is None:
            raise NotVisibleError
        for name in WRITTEN:
            setattr(row, name, found.facts.get(name, before[name]))
        check(actor, row.definition, row.pk)
        row.version += 1
        row.owner_id = actor.user_id or row.owner_id
        row.save()
        _note(work, row, "updated", before)
        return _finish(work, row, f"{row.name} is as it was on {found.change.at:%-d %B}.")


def take_back(*, actor: Actor, run_id: int) -> Receipt:
    """The receipt of taking back what a run did. A mail that went out, and what was told, stay as they are.

    Raises: NotVisibleError; ForbiddenError; RuleError when it is too late, or was taken back.
    """
    require(actor)
    row = Run.objects.filter(pk=run_id, operation_id__isnull=False).first()
    if row is None or row.operation_id is None:
        raise NotVisibleError
    return life.undo(actor=actor, operation_id=row.operation_id, via="automation")


def _begin(actor: Actor, automation_id: int, verb: str) -> tuple[Work, Automation]:
    require(actor)
    stamps.hold()
    row = living().select_for_update().filter(pk=automation_id).first()
    if row is None:
        raise NotVisibleError
    return operations.start(actor=actor, verb=verb), row


def facts(row: Automation) -> dict[str, Any]:
    """What the audit trail keeps of an automation."""
    return {**{name: getattr(row, name) for name in FACTS}, "owner": row.owner_id}


def _note(work: Work, row: Automation, verb: str, before: Mapping[str, Any]) -> None:
    now = facts(row)
    differing = {name: value for name, value in now.items() if not before or before.get(name) != value}
    stamps.renew()
    if differing:
        was = {name: before[name] for name in differing if name in before}
        operations.note(work, Entry(KIND, row.pk, row.version, verb, was, differing))


def _state_words(row: Automation) -> str:
    return "on" if row.state == State.ON else "off, and does nothing yet"


def _finish(work: Work, row: Automation, told: str, also: tuple[str, ...] = ()) -> Receipt:
    link = Link(row.name, row.get_absolute_url())
    mails = any(step.do in {Do.EMAIL, Do.WEBHOOK} for step in row.definition.steps)
    if row.state == State.ON and mails:
        also = (*also, "what it sends cannot be taken back")
    onward = Link("See what it does", row.get_absolute_url())
    return operations.finish(work, Receipt("saved", told, object=link, also=also[:3], next=onward))


def stop(row: Automation, reason: str, now: datetime) -> None:
    """The automation acts no more; its owner and all who may mend it know why."""
    if row.state != State.ON:
        return
    before = facts(row)
    row.state, row.reason, row.state_at = State.STOPPED, reason, now
    row.save(update_fields=["state", "reason", "state_at"])
    work = Work(actor=Actor(None, "Keen", via="system"), verb="stopped", at=now)
    _note(work, row, "updated", before)
    told = f"{row.agent} is stopped."
    link = Link(row.name, row.get_absolute_url())
    operations.finish(work, Receipt("saved", told, object=link), undoable=False)
    Notice.objects.bulk_create(
        Notice(
            user_id=person.pk,
            kind="automation",
            text=told[:300],
            detail=f"{REASONS[reason]} Look at what it did last, mend it, and switch it on again."[:300],
            href=row.get_absolute_url(),
            at=now,
            once=f"automation:{row.pk}:{now:%Y%m%d%H%M%S}",
        )
        for person in responsible(row)
    )


def undo_automations(work: Work, changes: Sequence[Change]) -> None:
    """Automations are again as they were before the changes; a new one is put away, one that was put away is back.

    Shape: they act for the one who takes back, as after any save.
    Raises: RuleError when one was changed again since; ForbiddenError without the power.
    """
    person = require(work.actor)
    stamps.hold()
    for change_ in changes:
        row = Automation.objects.select_for_update().filter(pk=change_.record_id).first()
        if row is None:
            raise RuleError("changed_since", "This automation is gone, so there is nothing to take back.")
        _take_back(work, row, change_, person)


def _take_back(work: Work, row: Automation, change_: Change, person: int) -> None:
    now = facts(row)
    if change_.verb == "deleted":
        row.archived_at, now = None, {}
    elif row.archived_at is not None or any(now[name] != value for name, value in change_.after.items()):
        raise RuleError("changed_since", f"{row.name} was changed again since. Set it by hand.")
    elif change_.verb == "created":
        row.archived_at = work.at
        row.save(update_fields=["archived_at"])
        stamps.renew()
        operations.note(work, Entry(KIND, row.pk, row.version, "deleted", now, {}))
        return
    else:
        for name in change_.before.keys() & set(FACTS):
            setattr(row, name, change_.before[name])
        row.version += 1
    # Else somebody could bring back another one's rights together with steps of their own.
    row.owner_id = person
    row.save()
    _note(work, row, "updated" if now else "restored", now)

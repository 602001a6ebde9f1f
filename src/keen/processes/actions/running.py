"""Doing what automations wait to do: each run in one transaction with all that it changes."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import F

from keen.core.actions import operations
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.lib.errors import RuleError
from keen.processes.actions.automations import stop
from keen.processes.actions.steps import Deed, Scene, do
from keen.processes.domain.guard import MOST_ATTEMPTS, MOST_FAILURES, stops
from keen.processes.models import Automation, Outcome, Run, State
from keen.processes.queries import conditions
from keen.processes.queries.automations import may_own
from keen.records import declare
from keen.records.actions.save import address
from keen.records.declare import RecordType
from keen.records.models import Record

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
"""How long a claimed run is left alone: whoever had it is dead then, and it is tried again."""
AT_ONCE = 20
HOUR = timedelta(hours=1)


def claim(now: datetime) -> list[int]:
    """The next runs that are due, now the caller's for the length of a lease.

    Shape: one that was tried too often without an end is given up here, so that it stops nobody else.
    Cost: 2 queries, 1 more where some are given up.
    """
    with transaction.atomic():
        due = Run.objects.filter(outcome=Outcome.WAITING, due_at__lte=now).order_by("due_at", "pk")
        rows = list(due.select_for_update(skip_locked=True)[:AT_ONCE])
        lost = [row.pk for row in rows if row.attempts >= MOST_ATTEMPTS]
        taken = [row.pk for row in rows if row.attempts < MOST_ATTEMPTS]
        if lost:
            told = "It was broken off each time. Look at jobs and health."
            Run.objects.filter(pk__in=lost).update(
                outcome=Outcome.FAILED, code="broken_off", reason=told, done_at=now
            )
        Run.objects.filter(pk__in=taken).update(attempts=F("attempts") + 1, due_at=now + LEASE)
    return taken


def run(run_id: int, now: datetime) -> bool:
    """Whether a message to another system waits now. What came of the run is kept with it, whatever it was."""
    try:
        with transaction.atomic():
            row = Run.objects.select_for_update(of=("self",)).select_related("automation__owner")
            found = row.filter(pk=run_id, outcome=Outcome.WAITING).first()
            return found is not None and _run(found, now)
    except RuleError as error:
        _failed(run_id, now, code=error.code, reason=_said(error))
    except DatabaseError:
        log.exception("A run of an automation broke in the database; it is tried again: %s", run_id)
    return False


def _said(error: RuleError) -> str:
    told: dict[str, str] = getattr(error, "errors", {})
    return " ".join(str(one) for one in told.values()) or str(error.message)


def _run(row: Run, now: datetime) -> bool:
    automation = row.automation
    row.version = automation.version
    if automation.state != State.ON or automation.archived_at is not None:
        _end(row, now, Outcome.NOTHING, "off", "It was switched off before it came to this")
        return False
    if not may_own(automation.owner):
        _end(
            row, now, Outcome.STOPPED, "owner", f"{automation.owner.name} may not set up automations any more"
        )
        stop(automation, "owner", now)
        return False
    if code := stops(depth=row.depth, lately=_lately(row, now)):
        _end(row, now, Outcome.STOPPED, code, circle(row, code))
        stop(automation, code, now)
        return False
    return _act(row, now)


def _lately(row: Run, now: datetime) -> int:
    """How often the automation acted on the record within the hour."""
    mine = Run.objects.filter(
        automation_id=row.automation_id, record_id=row.record_id, done_at__gt=now - HOUR, outcome=Outcome.DONE
    )
    return mine.count()


def circle(row: Run, code: str) -> str:
    """Why it was stopped, with the automations that set each other off."""
    if code == "often":
        return "It had acted on this record again and again within an hour"
    names, one = [row.automation.name], row.cause
    while one is not None and len(names) < 10:
        names.append(one.automation.name)
        one = one.cause
    return f"Automations set each other off: {' → '.join(reversed(names))}"[:300]


def actor_of(automation: Automation) -> Actor:
    """Who acts: the rights are those of the owner, the deed is nobody's own."""
    return replace(automation.owner.actor(via="automation"), agent=automation.agent)


def _act(row: Run, now: datetime) -> bool:
    automation = row.automation
    actor, record_type = actor_of(automation), declare.get(automation.kind)
    record = (
        record_type.model.objects.select_for_update(of=("self",))
        .visible_to(actor)
        .filter(pk=row.record_id)
        .first()
    )
    if record is None:
        told = f"It is in the trash, or {automation.owner.name} may not see it"
        _end(row, now, Outcome.NOTHING, "not_seen", told)
        return False
    wanted = conditions.parse(record_type, actor, automation.conditions)
    if why := conditions.unmet(record_type, actor, wanted, row.record_id):
        _end(row, now, Outcome.NOTHING, "condition", why)
        return False
    return _do(row, now, record_type, actor, record)


def _do(row: Run, now: datetime, record_type: RecordType, actor: Actor, record: Record) -> bool:
    automation = row.automation
    work = operations.start(actor=actor, verb="automated")
    scene = Scene(work, automation, record_type, record)
    deeds = []
    for scene.place, step in enumerate(automation.definition.steps):
        deeds.append(do(scene, step))
        # What a step before did to the record is what the next one finds.
        scene.record = record_type.model.objects.get(pk=record.pk)
    done = [deed.line for deed in deeds if deed.done]
    if work.changes:
        operations.finish(work, _receipt(scene, done))
        row.operation_id = work.id
    row.did = done
    _end(row, now, Outcome.DONE if done else Outcome.NOTHING, "" if done else "so_already", _left(deeds))
    Automation.objects.filter(pk=automation.pk, failures__gt=0).update(failures=0)
    return bool(scene.woken)


def _left(deeds: Sequence[Deed]) -> str:
    """What was left out, as a sentence."""
    said = "; ".join(deed.line for deed in deeds if not deed.done)
    return said[:1].upper() + said[1:]


def _receipt(scene: Scene, done: Sequence[str]) -> Receipt:
    title = scene.record_type.told_to(scene.work.actor, scene.record)
    link = Link(title, address(scene.record_type, scene.record.pk))
    text = f"{scene.automation.agent} acted on {title}: {', '.join(done)}."
    return Receipt("saved", text[:300], object=link)


def _end(row: Run, now: datetime, outcome: Outcome, code: str, reason: str) -> None:
    row.outcome, row.code, row.reason, row.done_at = outcome, code[:20], reason[:300], now
    row.save()


def _failed(run_id: int, now: datetime, *, code: str, reason: str) -> None:
    """Keep why the run failed, and stop the automation after too many of these."""
    with transaction.atomic():
        row = Run.objects.select_for_update(of=("self",)).select_related("automation__owner").get(pk=run_id)
        automation = row.automation
        row.version = automation.version
        _end(row, now, Outcome.FAILED, code, reason)
        Automation.objects.filter(pk=automation.pk).update(failures=F("failures") + 1)
        automation.refresh_from_db(fields=["failures"])
        if automation.failures >= MOST_FAILURES and automation.state == State.ON:
            stop(automation, "failing", now)

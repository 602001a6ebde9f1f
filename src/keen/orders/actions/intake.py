"""Files and calls by which papers come in: begun, read batch by batch, ended, taken back."""

import os
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from keen.core.actions import operations
from keen.core.actions.operations import Work
from keen.core.domain.actor import SYSTEM, Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Change, Operation
from keen.lib import text
from keen.lib.errors import ForbiddenError, KeenError, NotVisibleError, RuleError
from keen.orders.actions import ingest
from keen.orders.actions.customers import feeder
from keen.orders.domain.facts import Facts, Refused
from keen.orders.models import FEED, Intake
from keen.orders.queries import files
from keen.orders.queries.compare import Decision
from keen.orders.queries.files import MOST_REFUSED, Read, Wish
from keen.records import declare
from keen.records.actions.reverse import reverse as take_changes_back
from keen.records.importing import files as uploads

BATCH = 200
DRAFT_KEPT = timedelta(days=30)


class LostIntakeError(KeenError):
    """Another process reads the same file: this one stops."""


def require(actor: Actor) -> None:
    """Nothing, for those who may bring papers in.

    Raises: ForbiddenError.
    """
    if not actor.rights.has(FEED) or not actor.may_write:
        raise ForbiddenError("forbidden", "Your role may not bring in orders. Ask an administrator.")


def begin(*, actor: Actor, stored: str, name: str, sha256: str, system: str) -> Intake:
    """A file that was dropped on the page, not read yet.

    Raises: ForbiddenError; RuleError without a name of the system.
    """
    require(actor)
    called = text.clean(system, 40)
    if not called:
        raise RuleError("missing", "Say which system the file is from, such as “ERP”.", "system")
    return Intake.objects.create(
        system=called, road=Intake.PAGE, name=name[:200], path=stored, sha256=sha256, state=Intake.CHECKED,
        by_id=actor.user_id, created_at=timezone.now(),
    )  # fmt: skip


def choose(*, actor: Actor, intake: Intake, read: Read) -> None:
    """Keep how the file is read.

    Raises: ForbiddenError.
    """
    require(actor)
    Intake.objects.filter(pk=intake.pk, state=Intake.CHECKED).update(
        kind=read.kind, headers=read.headers, mapping=read.mapping, total=read.rows, message=""
    )


def begin_in_folder(*, path: Path, name: str, sha256: str, system: str) -> Intake:
    """A file of the watched folder: the one that was begun before a crash, or a new one."""
    begun = Intake.objects.filter(
        sha256=sha256, road=Intake.FOLDER, system=system, state=Intake.READING
    ).first()
    if begun is not None:
        return begun
    return Intake.objects.create(
        system=system, road=Intake.FOLDER, name=name[:200], path=os.fsencode(path).decode(errors="replace")[:300], sha256=sha256, state=Intake.READING,
        created_at=timezone.now(),
    )  # fmt: skip


def load(intake: Intake, path: Path) -> Intake:
    """The file read in, from where it was left. Each batch of papers is written together with how far it came.

    Raises: TableError or RuleError with what to mend; LostIntakeError when another process reads it.
    """
    chosen = intake.mapping or None
    read = files.read(path, intake.name, Wish(intake.system, intake.kind if chosen else "", chosen))
    papers = read.papers
    _start(intake, read)
    for start in range(intake.cursor, len(papers), BATCH):
        _batch(intake, papers[start : start + BATCH])
    return _end(intake, read)


def _start(intake: Intake, read: Read) -> None:
    with transaction.atomic():
        row = Intake.objects.select_for_update().get(pk=intake.pk)
        if row.state == Intake.CHECKED:
            row.state = Intake.READING
        row.kind, row.headers, row.mapping, row.total = read.kind, read.headers, read.mapping, read.rows
        row.save()
    intake.refresh_from_db()


def _actor(intake: Intake) -> Actor:
    return feeder(Actor(intake.by_id, intake.by.name) if intake.by else SYSTEM)


def _batch(intake: Intake, papers: Sequence[Facts]) -> None:
    with transaction.atomic():
        row = Intake.objects.select_for_update().get(pk=intake.pk)
        if row.cursor != intake.cursor or row.state != Intake.READING:
            raise LostIntakeError(f"Another process reads {intake.name}.")
        work = _work(row)
        counts, _ = ingest.take_in(work, papers)
        operations.write_changes(work.changes)
        row.counts = dict(Counter(row.counts) + counts)
        row.cursor += len(papers)
        row.save(update_fields=["counts", "cursor", "operation"])
        intake.cursor, intake.counts, intake.operation_id = row.cursor, row.counts, row.operation_id


def _work(row: Intake) -> Work:
    """The operation of the file, opened with its first batch and gone on with after."""
    work = operations.start(actor=_actor(row), verb="brought in", bulk=True)
    if row.operation_id is not None:
        work.id = row.operation_id
        return work
    row.operation = operations.open_bulk(work, f"{row.name or row.system}: orders and invoices brought in")
    # Taken back on its own page, where all that it wrote is known.
    Operation.objects.filter(pk=work.id).update(undo_until=None)
    return work


def _end(intake: Intake, read: Read) -> Intake:
    refused = refused_rows(read.refused, read)
    Intake.objects.filter(pk=intake.pk).update(
        state=Intake.DONE, finished_at=timezone.now(), refused=refused[:MOST_REFUSED], message="", path="",
        counts={**intake.counts, "refused": len(read.refused)},
    )  # fmt: skip
    uploads.discard(intake.path)
    intake.refresh_from_db()
    return intake


def forget_drafts() -> int:
    """How many files were forgotten that somebody dropped long ago and never brought in."""
    old = list(Intake.objects.filter(state=Intake.CHECKED, created_at__lt=timezone.now() - DRAFT_KEPT))
    for intake in old:
        uploads.discard(intake.path)
        intake.delete()
    return len(old)


def refused_rows(refused: Sequence[Refused], read: Read) -> list[dict[str, Any]]:
    """The rows that stay out, as they came, with why and what to mend."""
    return [
        {
            "row": number,
            "number": one.number,
            "why": one.why,
            "repair": one.repair,
            "cells": read.cells.get(number, []),
        }
        for one in refused
        for number in one.rows
    ]


def fail(intake: Intake, message: str) -> None:
    """Note that the file could not be read at all."""
    Intake.objects.filter(pk=intake.pk).update(
        state=Intake.FAILED, message=message[:300], finished_at=timezone.now()
    )


def receipt_of(intake: Intake) -> Receipt:
    """What came of the file."""
    counts = Counter(intake.counts)
    record_type = declare.find(intake.kind)
    noun = (record_type.plural if record_type else "papers").lower()
    text_ = (
        f"{counts['created']:,} new {noun}, {counts['updated']:,} changed, {counts['unchanged']:,} as before."
    )
    also = [f"{counts['refused']:,} could not be read"] if counts["refused"] else []
    also += [f"{counts['older']:,} were older than what is known"] if counts["older"] else []
    href = f"/{record_type.path}/" if record_type else reverse("order-list")
    return Receipt(
        "gap" if counts["refused"] else "saved",
        text_,
        object=Link(intake.name or intake.system, intake.get_absolute_url()),
        also=tuple(also),
        next=Link(f"See the {noun}", href),
        operation=str(intake.operation_id or ""),
    )


def discard(*, actor: Actor, intake_id: int) -> None:
    """Forget a file that was not read in.

    Raises: ForbiddenError; NotVisibleError.
    """
    require(actor)
    if not Intake.objects.filter(pk=intake_id, state=Intake.CHECKED).delete()[0]:
        raise NotVisibleError


def take_back(*, actor: Actor, intake_id: int) -> Receipt:
    """The receipt of taking a file back: what it made goes to the trash, what it changed is as before.

    Raises: ForbiddenError; NotVisibleError; RuleError when that is too late or done.
    """
    require(actor)
    with transaction.atomic():
        intake = Intake.objects.select_for_update().filter(pk=intake_id, operation__isnull=False).first()
        if intake is None or intake.operation_id is None:
            raise NotVisibleError
        if intake.state != Intake.DONE:
            raise RuleError("undone", "This file was taken back already.")
        age = timezone.now() - intake.created_at
        if age.days > settings.KEEN.undo_days_bulk:
            raise RuleError("too_late", f"A file can be taken back for {settings.KEEN.undo_days_bulk} days.")
        work = operations.start(actor=feeder(actor), verb="took back", bulk=True)
        changes = list(Change.objects.filter(operation_id=intake.operation_id).order_by("-id"))
        outcome = take_changes_back(work, changes)
        intake.state = Intake.UNDONE
        intake.save(update_fields=["state"])
        kept = tuple(f"{name} was changed since and stays" for name in outcome.kept[:3])
        receipt = Receipt(
            "gap" if kept else "saved",
            f"Taken back: {intake.name or intake.system}",
            also=kept or (f"{outcome.records:,} papers are as before",),
            nothing_next="Drop the file again to bring them back.",
        )
        told = operations.finish(work, receipt, undoable=False)
        Operation.objects.filter(pk=intake.operation_id).update(undone_by=work.id)
        return told


def deliver(*, actor: Actor, system: str, papers: Sequence[Facts]) -> tuple[Counter[str], list[Decision]]:
    """What a program brought: written at once, noted with the day's calls of the system.

    Raises: ForbiddenError.
    """
    require(actor)
    with transaction.atomic():
        now = timezone.now()
        day = Intake.objects.select_for_update().filter(
            system=system, road=Intake.API, by_id=actor.user_id, created_at__date=timezone.localdate(now)
        )
        row = day.first() or Intake.objects.create(
            system=system, road=Intake.API, by_id=actor.user_id, state=Intake.DONE, created_at=now
        )
        work = operations.start(actor=feeder(actor), verb="brought in", bulk=True)
        counts, done = ingest.take_in(work, papers)
        if work.changes:
            operations.finish(
                work,
                Receipt("saved", f"{system}: {len(work.changes):,} orders and invoices brought in"),
                undoable=False,
            )
        row.total += len(papers)
        row.counts = dict(Counter(row.counts) + counts)
        row.finished_at = now
        row.save()
        return counts, done

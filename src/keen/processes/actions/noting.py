"""Taking note of what sets automations off. What they do comes after, one by one, each in a transaction of its own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from keen.core.models import Change
from keen.core.models.fresh import fresh
from keen.processes.domain.rules import Trigger, When, matches
from keen.processes.models import Outcome, Run, waiting_for
from keen.records import declare

# What comes by these roads is no news: a file of old customers, and what is as it was before.
QUIET_ROADS = frozenset({"import"})
UNDONE = "undone"


@dataclass(frozen=True)
class Happening:
    """Something that happened to a record. `columns` are those that changed, `moved` from where to where."""

    when: When
    kind: str
    record_id: int
    at: datetime
    key: str
    columns: tuple[str, ...] = ()
    moved: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Origin:
    """How a change came about: the run that made it, and whether it counts as news."""

    changes: tuple[Change, ...] = ()
    run: Run | None = None

    @property
    def is_news(self) -> bool:
        """Whether automations hear of it."""
        return not any(one.verb == UNDONE or one.operation.via in QUIET_ROADS for one in self.changes)


def note(happenings: Sequence[Happening], now: datetime) -> int:
    """How many runs wait now: for each happening one of every automation that waits for it.

    Shape: what an automation did itself does not set it off again.
    Cost: none where none waits for it, else 3 queries.
    """
    wanted = [(one, pk, trigger) for one in happenings for pk, trigger in _listening(one)]
    if not wanted:
        return 0
    origins = _origins({one for one, _, _ in wanted})
    rows = []
    for happening, pk, trigger in wanted:
        origin = origins[happening]
        cause = origin.run
        own = cause is not None and cause.automation_id == pk
        if own or not origin.is_news or not _is_meant(trigger, origin):
            continue
        rows.append(_waiting(pk, happening, now, cause))
    return add(rows)


def add(rows: Sequence[Run]) -> int:
    """How many of the runs are new: a key comes once for each automation.

    Cost: 2 queries, none for no rows.
    """
    if not rows:
        return 0
    keys = {(row.automation_id, row.key) for row in rows}
    known = set(
        Run.objects.filter(
            automation__in={pk for pk, _ in keys}, key__in={key for _, key in keys}
        ).values_list("automation_id", "key")
    )
    fresh_ones = [row for row in rows if (row.automation_id, row.key) not in known]
    Run.objects.bulk_create(fresh_ones, ignore_conflicts=True)
    return len(fresh_ones)


def _listening(happening: Happening) -> Iterable[tuple[int, Trigger]]:
    for pk, trigger in waiting_for():
        if trigger.kind != happening.kind or trigger.when is not happening.when:
            continue
        if trigger.when is When.CHANGED and column_of(trigger) not in happening.columns:
            continue
        if trigger.when is When.MOVED and not _moved(trigger, happening.moved):
            continue
        yield pk, trigger


def _moved(trigger: Trigger, moved: tuple[str, str]) -> bool:
    return trigger.before in {"", moved[0]} and trigger.after in {"", moved[1]}


def column_of(trigger: Trigger) -> str:
    """The column of the field that the trigger watches, "" when that is gone."""
    record_type = declare.find(trigger.kind)
    field = record_type.by_name.get(trigger.field) if record_type else None
    return field.column if field else ""


def _is_meant(trigger: Trigger, origin: Origin) -> bool:
    """Whether the values that changed are those that the trigger waits for; the event itself does not tell them."""
    if trigger.when is not When.CHANGED or not (trigger.before or trigger.after):
        return True
    return any(matches(trigger, one.before, one.after, column_of(trigger)) for one in origin.changes)


def _origins(happenings: Iterable[Happening]) -> Mapping[Happening, Origin]:
    given = list(happenings)
    at = {one.at for one in given}
    found: dict[tuple[str, int, datetime], list[Change]] = defaultdict(list)
    for kind in {one.kind for one in given}:
        ids = {one.record_id for one in given if one.kind == kind}
        changes = Change.objects.filter(kind=kind, record_id__in=ids, at__in=at).select_related("operation")
        for change in changes.order_by("pk"):
            found[kind, change.record_id, change.at].append(change)
    operations: set[UUID] = {one.operation.pk for some in found.values() for one in some}
    runs = {row.operation_id: row for row in Run.objects.filter(operation_id__in=operations)}
    return {one: _origin(found[one.kind, one.record_id, one.at], runs) for one in given}


def _origin(changes: Sequence[Change], runs: Mapping[Any, Run]) -> Origin:
    made = [runs[change.operation.pk] for change in changes if change.operation.pk in runs]
    return Origin(tuple(changes), max(made, key=lambda run: run.depth) if made else None)


def _waiting(automation_id: int, happening: Happening, now: datetime, cause: Run | None) -> Run:
    return waiting(
        automation_id,
        key=happening.key,
        record=(happening.kind, happening.record_id),
        at=(happening.at, now),
        cause=cause,
    )


def waiting(
    automation_id: int,
    *,
    key: str,
    record: tuple[str, int],
    at: tuple[datetime, datetime],
    cause: Run | None = None,
) -> Run:
    """A run that waits, not saved yet. `at` is when it happened and when it is due."""
    return fresh(
        Run,
        {
            "automation_id": automation_id,
            "key": key[:80],
            "kind": record[0],
            "record_id": record[1],
            "happened_at": at[0],
            "due_at": at[1],
            "outcome": Outcome.WAITING.value,
            "depth": cause.depth + 1 if cause else 0,
            "cause_id": cause.pk if cause else None,
        },
    )

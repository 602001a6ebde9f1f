"""What an automation would have done: read from the audit trail, nothing written."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from keen.core.domain.actor import Actor
from keen.core.models import Change
from keen.processes.domain.rules import BY_CLOCK, Definition, Trigger, When, matches
from keen.processes.queries import conditions
from keen.processes.queries.automations import titles_of
from keen.processes.queries.due import due_between, meeting_today
from keen.records import declare
from keen.records.declare import RecordType
from keen.records.domain.filters import Condition
from keen.records.queries.patience import within
from keen.sales.domain.pipeline import StageType
from keen.sales.models.pipelines import pipelines

DAYS = 30
MOST = 2_000
SHOWN = 50
NOT_NEWS = frozenset({"undone"})


@dataclass(frozen=True)
class Would:
    """One time that it would have acted."""

    record_id: int
    title: str
    href: str
    at: datetime


@dataclass(frozen=True)
class Rehearsal:
    """What it would have done in the last days: how often, on which records, and why not on others.

    Shape: `shown` are the newest ones. Conditions are asked of the records as they are now.
    """

    fired: int = 0
    records: int = 0
    shown: Sequence[Would] = ()
    reasons: Sequence[tuple[str, int]] = ()
    looked_at: int = 0
    is_cut: bool = False
    days: int = DAYS

    @property
    def nothing(self) -> int:
        """How often it would have done nothing."""
        return sum(count for _, count in self.reasons)


def rehearse(actor: Actor, definition: Definition, now: datetime) -> Rehearsal:
    """What the automation would have done in the last 30 days, if the actor had had it.

    Raises: RuleError for conditions that cannot be asked, or that take too long.
    Cost: that of `judge`, and 1 query for the titles.
    """
    record_type = declare.get(definition.trigger.kind)
    judged = judge(actor, definition, now)
    acting = [(one.record_id, one.at) for one in judged if not one.why_not]
    reasons = Counter(one.why_not for one in judged if one.why_not)
    return Rehearsal(
        fired=len(acting),
        records=len({pk for pk, _ in acting}),
        shown=_shown(record_type, actor, acting[:SHOWN]),
        reasons=reasons.most_common(),
        looked_at=len(judged),
        is_cut=len(judged) >= MOST,
    )


@dataclass(frozen=True)
class Judged:
    """One time that it was set off, and why it would have done nothing, "" where it would have acted."""

    record_id: int
    at: datetime
    why_not: str


def judge(actor: Actor, definition: Definition, now: datetime) -> list[Judged]:
    """What would have set it off in the last 30 days, newest first, and what it would have come to.

    Raises: RuleError for conditions that cannot be asked, or that take too long.
    Cost: 1 query for what happened, 1 for the conditions, 1 for each condition that some failed.
    """
    record_type = declare.get(definition.trigger.kind)
    with within():
        happened = _happened(record_type, actor, definition, now - timedelta(days=DAYS), now)
        wanted = conditions.parse(record_type, actor, definition.conditions)
        ids = sorted({pk for pk, _ in happened})
        met = conditions.meeting(record_type, actor, wanted, ids)
        why = _why_not(record_type, actor, wanted, [pk for pk in ids if pk not in met])
    return [Judged(pk, at, why.get(pk, "")) for pk, at in happened]


def _shown(record_type: RecordType, actor: Actor, acting: Sequence[tuple[int, datetime]]) -> list[Would]:
    titles = titles_of(record_type.kind, actor, [pk for pk, _ in acting])
    return [Would(pk, titles.get(pk, ""), f"/{record_type.path}/{pk}/", at) for pk, at in acting]


def _why_not(
    record_type: RecordType, actor: Actor, wanted: Sequence[Condition], ids: Sequence[int]
) -> Mapping[int, str]:
    """For each record the first condition that it fails."""
    found: dict[int, str] = {}
    left = list(ids)
    for one in wanted:
        if not left:
            break
        met = conditions.meeting(record_type, actor, [one], left)
        said = conditions.negated(record_type, actor, one)
        found |= {pk: said for pk in left if pk not in met}
        left = [pk for pk in left if pk in met]
    return found | dict.fromkeys(left, "It is in the trash, or you may not see it")


def _happened(
    record_type: RecordType, actor: Actor, definition: Definition, since: datetime, now: datetime
) -> list[tuple[int, datetime]]:
    """What would have set it off, newest first."""
    trigger = definition.trigger
    if trigger.when is When.DAILY:
        return [(pk, now) for pk in meeting_today(record_type, actor, definition.conditions)[:MOST]]
    if trigger.when in BY_CLOCK:
        due = due_between(record_type, actor, trigger, since, now)
        found = [(pk, _moment(stamp, trigger)) for pk, stamp in due]
        return sorted(found, key=lambda one: one[1], reverse=True)
    changes = Change.objects.filter(kind=record_type.kind, at__gte=since).exclude(operation__via="import")
    changes = (
        changes.filter(verb="created")
        if trigger.when is When.CREATED
        else changes.exclude(verb__in=["created", *NOT_NEWS])
    )
    if trigger.when is not When.CREATED:
        changes = changes.filter(before__has_key=_column(record_type, trigger))
    rows = changes.order_by("-pk").values_list("record_id", "at", "before", "after")[:MOST]
    return [(pk, at) for pk, at in _meant(record_type, trigger, rows)]


def _moment(stamp: str, trigger: Trigger) -> datetime:
    at = datetime.fromisoformat(stamp)
    at = at if at.tzinfo else timezone.make_aware(at)
    return at + timedelta(days=trigger.days)


def _column(record_type: RecordType, trigger: Trigger) -> str:
    if trigger.when in {When.MOVED, When.WON, When.LOST}:
        return "stage"
    if trigger.when is When.COMPLETED:
        return "status"
    declared = record_type.by_name.get(trigger.field)
    return declared.column if declared else ""


def _meant(
    record_type: RecordType, trigger: Trigger, rows: Iterable[tuple[int, datetime, Any, Any]]
) -> Iterable[tuple[int, datetime]]:
    """Those of the changes that the trigger waits for."""
    for pk, at, before, after in rows:
        if trigger.when is When.CREATED or _is_it(record_type, trigger, before, after):
            yield pk, at


def _is_it(record_type: RecordType, trigger: Trigger, before: Any, after: Any) -> bool:
    column = _column(record_type, trigger)
    if trigger.when is When.COMPLETED:
        return matches(Trigger(trigger.kind, trigger.when, after="done"), before, after, column)
    if trigger.when in {When.WON, When.LOST}:
        stage = pipelines().stages.get(str(after.get(column)))
        wanted = StageType.WON if trigger.when is When.WON else StageType.LOST
        return stage is not None and stage.type is wanted and before.get(column) != after.get(column)
    return matches(trigger, before, after, column)

"""The audit trail over everything, within the reader's rights."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from keen.core.domain.actor import Actor
from keen.core.models import Change
from keen.records import declare
from keen.records.declare import RecordType
from keen.records.queries import trail
from keen.records.queries.trail import VERBS, TrailEntry

SIZE = 50
ADMINISTRATION = frozenset({"user", "team", "role", "invitation", "token", "refusal", "view"})
# What is connected to other systems, and what is done with all of it, with the power to look after it.
CONNECTIONS = {
    "webhook": "integrations.manage",
    "installation": "system.view",
    "automation": "automations.manage",
}
# What is told by the whole sentence of its operation needs no verb before it.
REFUSED = "refused"


@dataclass(frozen=True)
class AuditLine:
    """One change of anything: who, what, when, from where."""

    id: int
    at: datetime
    who: str
    did: str
    title: str
    href: str
    via: str
    rows: Sequence[tuple[str, str, str]]

    @property
    def day(self) -> object:
        """The day on which it happened, where the reader is."""
        return timezone.localtime(self.at).date()


@dataclass(frozen=True)
class AuditWish:
    """What of the trail is wanted."""

    kind: str = ""
    user_id: int = 0
    before: int = 0


def lines(actor: Actor, wish: AuditWish) -> tuple[list[AuditLine], int]:
    """The newest changes that the actor may read, and the id at which the next page starts, 0 at the end.

    Cost: 1 query, 1 for each kind and 1 for each kind of link in the changes; again where much of it is hidden.
    """
    found: list[AuditLine] = []
    before = wish.before
    for _ in range(10):
        batch = list(_wanted(wish, before)[: SIZE * 2])
        found += _readable(actor, batch)
        before = batch[-1].pk if batch else 0
        if len(found) >= SIZE or len(batch) < SIZE * 2:
            break
    more = len(found) > SIZE or len(batch) == SIZE * 2
    shown = found[:SIZE]
    return shown, (shown[-1].id if len(found) > SIZE else before) if more else 0


def _wanted(wish: AuditWish, before: int) -> QuerySet[Change]:
    changes = Change.objects.select_related("actor", "operation").order_by("-pk")
    if wish.kind:
        changes = changes.filter(kind=wish.kind)
    if wish.user_id:
        changes = changes.filter(actor_id=wish.user_id)
    return changes.filter(pk__lt=before) if before else changes


def _readable(actor: Actor, changes: Sequence[Change]) -> list[AuditLine]:
    ids: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        ids[change.kind].add(change.record_id)
    titles = {kind: _titles(actor, kind, wanted) for kind, wanted in ids.items()}
    seen = [change for change in changes if change.record_id in titles[change.kind]]
    told: dict[int, TrailEntry] = {}
    for kind in ids:
        if record_type := declare.find(kind):
            of_kind = [change for change in seen if change.kind == kind]
            told |= {entry.id: entry for entry in trail.entries(record_type, actor, of_kind)}
    return [_line(change, titles[change.kind][change.record_id], told.get(change.pk)) for change in seen]


def _titles(actor: Actor, kind: str, ids: set[int]) -> dict[int, str]:
    """The titles of the records that the actor may see, in the trash or not."""
    record_type = declare.find(kind)
    if record_type is None:
        power = CONNECTIONS.get(kind) or ("users.manage" if kind in ADMINISTRATION else "")
        allowed = actor.rights.has(power)
        return dict.fromkeys(ids, "") if allowed else {}
    model = record_type.model
    rows = model.objects.filter(model.allowed(actor, "view"), pk__in=ids)
    return {row.pk: record_type.as_read_by(actor, row).title for row in rows}


def _line(change: Change, title: str, told: TrailEntry | None) -> AuditLine:
    record_type = declare.find(change.kind)
    return AuditLine(
        id=change.pk,
        at=change.at,
        who=change.who,
        did=_did(change, record_type),
        title=title or change.operation.label,
        href=f"/{record_type.path}/{change.record_id}/history/" if record_type else "",
        via=change.operation.via,
        rows=told.rows if told else [],
    )


def _did(change: Change, record_type: RecordType | None) -> str:
    if record_type is not None:
        # The title follows: what it was done to needs no other word.
        return VERBS.get(change.verb, change.verb).replace(" this", "")
    return "was refused" if change.verb == REFUSED else "·"

"""Automations and how they are doing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

from keen.core import queries as core
from keen.core.domain.actor import Actor
from keen.core.models import Change, User
from keen.lib.errors import NotVisibleError, RuleError
from keen.processes.models import Automation, Outcome, Run, State, living
from keen.processes.queries import conditions
from keen.processes.queries.sentences import Sentence, sentence
from keen.records import declare

POWER = "automations.manage"
KIND = "automation"
MOST = 100
PAGE = 50
SHOWN_VERSIONS = 20
REASONS: Mapping[str, str] = {
    "failing": "It failed again and again.",
    "depth": "It was part of a circle: automations set each other off.",
    "often": "It acted on one record again and again within an hour.",
    "condition": "A field that it asks for is gone, or hidden from its owner.",
    "owner": "Whoever it acts for may not set up automations any more.",
}


@dataclass(frozen=True)
class Counts:
    """How often it did what lately."""

    done: int = 0
    nothing: int = 0
    failed: int = 0
    last: datetime | None = None


@dataclass(frozen=True)
class Line:
    """An automation as the list shows it."""

    automation: Automation
    sentence: Sentence
    counts: Counts
    word: str
    tone: str
    advice: str


def may_own(user: User) -> bool:
    """Whether an automation may act for this person."""
    return user.is_active and user.given.has(POWER)


def responsible(automation: Automation) -> list[User]:
    """Those who answer for the automation: its owner, and all who may mend it.

    Cost: 2 queries, and 1 for the owner where that is not read yet.
    """
    found = {person.pk: person for person in core.holders(POWER)}
    if automation.owner.is_active:
        found.setdefault(automation.owner_id, automation.owner)
    return [found[pk] for pk in sorted(found)]


def get(automation_id: int) -> Automation:
    """The automation.

    Raises: NotVisibleError.
    Cost: 1 query.
    """
    row = living().select_related("owner").filter(pk=automation_id).first()
    if row is None:
        raise NotVisibleError
    return row


def lines(actor: Actor, now: datetime) -> list[Line]:
    """All automations with what they did in the last 30 days: those in trouble first, then by name.

    Cost: 2 queries, and what their sentences cost.
    """
    rows = list(living().select_related("owner").order_by("name", "pk"))
    counted = counts([row.pk for row in rows], now - timedelta(days=30))
    found = [line(row, actor, counted.get(row.pk, Counts())) for row in rows]
    return sorted(found, key=lambda one: one.tone != "bad")


def line(row: Automation, actor: Actor, counted: Counts) -> Line:
    """The automation with its sentence and how it is doing."""
    word, tone = _word(row)
    advice = REASONS.get(row.reason, "") if row.state == State.STOPPED else ""
    return Line(row, sentence(row.definition, actor), counted, word, tone, advice)


def counts(ids: Sequence[int], since: datetime) -> dict[int, Counts]:
    """How often each automation did something, nothing, or failed since then.

    Cost: 1 query.
    """
    runs = Run.objects.filter(automation_id__in=ids, done_at__gte=since).order_by().values("automation_id")
    failed = Q(outcome__in=[Outcome.FAILED, Outcome.STOPPED])
    rows = runs.annotate(
        done=Count("pk", filter=Q(outcome=Outcome.DONE)),
        nothing=Count("pk", filter=Q(outcome=Outcome.NOTHING)),
        failed=Count("pk", filter=failed),
        last=Max("done_at"),
    )
    return {
        row["automation_id"]: Counts(row["done"], row["nothing"], row["failed"], row["last"]) for row in rows
    }


def _word(row: Automation) -> tuple[str, str]:
    if row.state == State.STOPPED:
        return "Stopped", "bad"
    if row.state == State.PAUSED:
        return "Off", ""
    return ("Failing", "warn") if row.failures > 1 else ("On", "ok")


@dataclass(frozen=True)
class Seen:
    """A run as a reader may see it: of a record that they may not see, only that it was."""

    run: Run
    title: str
    href: str
    why: str = ""

    @property
    def is_hidden(self) -> bool:
        """Whether the reader may not see the record."""
        return not self.href


def log(
    automation: Automation, actor: Actor, *, outcome: str = "", before: int = 0
) -> tuple[list[Seen], int]:
    """The newest runs, and the id at which the next page starts, 0 at the end.

    Cost: 2 queries.
    """
    found = Run.objects.filter(automation=automation).order_by("-pk")
    if outcome:
        found = found.filter(outcome=outcome)
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found[: PAGE + 1])
    titles = titles_of(automation.kind, actor, [row.record_id for row in rows])
    blind = _is_blind(automation, actor)
    seen = [_seen(row, titles, blind=blind) for row in rows[:PAGE]]
    return seen, rows[PAGE - 1].pk if len(rows) > PAGE else 0


def _is_blind(automation: Automation, actor: Actor) -> bool:
    """Whether the conditions ask for something that is hidden from the reader: why one failed would tell it."""
    record_type = declare.find(automation.kind)
    if record_type is None:
        return True
    try:
        conditions.parse(record_type, actor, automation.conditions)
    except RuleError:
        return True
    return False


def _seen(row: Run, titles: Mapping[int, str], *, blind: bool) -> Seen:
    record_type = declare.find(row.kind)
    if row.record_id not in titles or record_type is None:
        return Seen(row, "A record that you may not see", "")
    why = "A condition on what you may not see" if blind and row.code == "condition" else row.reason
    return Seen(row, titles[row.record_id], f"/{record_type.path}/{row.record_id}/", why)


def titles_of(kind: str, actor: Actor, ids: Sequence[int]) -> dict[int, str]:
    """What the records are called that the actor may see.

    Cost: 1 query.
    """
    record_type = declare.find(kind)
    if record_type is None:
        return {}
    rows = record_type.model.objects.visible_to(actor).filter(pk__in=ids)
    return {row.pk: record_type.told_to(actor, row) for row in rows}


@dataclass(frozen=True)
class Version:
    """The automation as it was after a change."""

    change: Change
    facts: Mapping[str, object]
    is_current: bool = False


def versions(automation: Automation, facts: Mapping[str, object]) -> list[Version]:
    """What it was, newest first: the present facts stepped back change by change.

    Cost: 1 query.
    """
    changes = Change.objects.filter(kind=KIND, record_id=automation.pk).select_related("actor", "operation")
    found: list[Version] = []
    now = dict(facts)
    for change in changes.order_by("-pk")[:SHOWN_VERSIONS]:
        found.append(Version(change, dict(now), is_current=not found))
        now |= change.before
    return found

"""What somebody who leads sales should know: the deals that need them and why, and what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Q

from keen.activities.domain.ranking import Moment, rank
from keen.core.domain.actor import Actor
from keen.core.domain.rights import Scope
from keen.core.models import Change
from keen.lib import money
from keen.records.models import RecordQuerySet
from keen.sales.domain import amounts
from keen.sales.domain.pipeline import StageType
from keen.sales.models import Opportunity
from keen.sales.models.pipelines import pipelines, rates
from keen.sales.queries.today import COLUMNS, candidate, hidden_columns

MOST_READ = 300
MOST_NEEDED = 10
MOST_CHANGED = 300
TOLD = ("stage", "amount", "close_date")


@dataclass(frozen=True)
class Needed:
    """A deal that needs whoever leads, why, and whose it is."""

    id: int
    name: str
    sub: str
    why: str
    owner_id: int | None
    owner: str


@dataclass(frozen=True)
class Review:
    """The deals that need somebody, the most pressing first; `count` is of all of them."""

    deals: Sequence[Needed]
    count: int

    def by_owner(self) -> list[tuple[str, list[Needed]]]:
        """The deals under the people who have them, in the order of their first one."""
        found: dict[str, list[Needed]] = {}
        for deal in self.deals:
            found.setdefault(deal.owner or "Nobody", []).append(deal)
        return list(found.items())


def led_deals(actor: Actor) -> RecordQuerySet:
    """The deals that the actor leads: of their teams, or all for who sees all."""
    deals: RecordQuerySet = Opportunity.objects.visible_to(actor)
    if actor.rights.scope(Opportunity.KIND, "view") is Scope.ALL:
        return deals
    return deals.filter(team_id__in=sorted(actor.rights.teams))


def review(actor: Actor, moment: Moment, *, most: int = MOST_NEEDED) -> Review:
    """The open deals that stand too long, whose close date has passed, or that are large and have no next step.

    Shape: large is what is worth at least the average of the open deals.
    Cost: 2 queries.
    """
    hidden = hidden_columns(actor)
    deals = led_deals(actor).filter(closed_at__isnull=True)
    asks = Q(pk__in=[])
    if "stale_on" not in hidden:
        asks |= Q(stale_on__lte=moment.today)
    if "close_date" not in hidden:
        asks |= Q(close_date__lt=moment.today)
    if not {"next_step_on", "value"} & hidden:
        average = deals.order_by().aggregate(average=Avg("value"))["average"]
        asks |= Q(next_step_on__isnull=True, value__gte=average or Decimal(0))
    rows = deals.filter(asks).order_by("-weighted", "pk").values(*COLUMNS, "owner_id", "owner__name")
    by_id = {row["id"]: row for row in rows[:MOST_READ]}
    seen = [{name: None if name in hidden else it for name, it in row.items()} for row in by_id.values()]
    ranked = rank([candidate(row, moment) for row in seen], moment)
    shown = {row["id"]: row for row in seen}
    return Review(
        [_needed(shown[one.candidate.id], one.candidate.worth, one.why) for one in ranked[:most]], len(by_id)
    )


def _needed(row: Mapping[str, Any], worth: str, why: str) -> Needed:
    stage = pipelines().stages.get(row["stage"] or "")
    parts = (row["account_name"], worth, stage.name if stage else "")
    return Needed(
        row["id"],
        row["name"] or "A deal",
        ", ".join(part for part in parts if part),
        why,
        row["owner_id"],
        row["owner__name"] or "",
    )


@dataclass(frozen=True)
class Told:
    """What changed about a deal: in words, who did it, and by how much less or more it is now worth.

    Units: `delta` in the company's currency.
    """

    id: int
    name: str
    words: str
    who: str
    at: datetime
    delta: Decimal
    owner_id: int | None
    owner: str

    @property
    def by(self) -> str:
        """The change of value in words, with its sign."""
        sign = "+" if self.delta > 0 else "\N{MINUS SIGN}"
        whole = abs(self.delta).quantize(Decimal(1))
        return f"{sign}{money.in_words(whole, rates().company)}" if whole else ""


def changed(actor: Actor, since: datetime) -> list[Told]:
    """What happened since then to the deals that the actor leads, the largest change of value first.

    Shape: nothing of fields that are hidden from the actor; a deal stands here once.
    Cost: 2 queries.
    """
    hidden = hidden_columns(actor)
    if {"stage", "amount", "value"} & hidden:
        return []
    recent = led_deals(actor).filter(updated_at__gte=since).order_by("-updated_at", "-pk")
    deals = {
        row["id"]: row
        for row in recent.values("id", "name", "value", "stage", "owner_id", "owner__name")[:MOST_CHANGED]
    }
    trail = Change.objects.filter(kind=Opportunity.KIND, record_id__in=list(deals), at__gte=since)
    by_deal: dict[int, list[Change]] = {}
    for change in trail.select_related("actor").order_by("at", "pk"):
        by_deal.setdefault(change.record_id, []).append(change)
    found = [_told(deals[pk], changes, hidden) for pk, changes in by_deal.items()]
    return sorted((one for one in found if one.words), key=lambda one: (-abs(one.delta), -one.at.timestamp()))


def _told(row: Mapping[str, Any], changes: Sequence[Change], hidden: frozenset[str]) -> Told:
    first: dict[str, Any] = {}
    last: dict[str, Any] = {}
    made = any(change.verb == "created" for change in changes)
    for change in changes:
        for name in TOLD:
            if name in change.after or name in change.before:
                first.setdefault(name, change.before.get(name))
                last[name] = change.after.get(name)
    stages = pipelines().stages
    now, was = stages.get(last.get("stage") or ""), stages.get(first.get("stage") or "")
    delta = _delta(row, first, last, made=made)
    words = _words(first, last, made=made, hidden=hidden)
    if now is not None and now.type is not StageType.OPEN and "stage" in last:
        words = [now.name.lower()]
        delta = (row["value"] or Decimal(0)) * (1 if now.type is StageType.WON else -1)
    elif now is not None and not made and was is not now:
        words = [f"now at {now.name}", *words]
    who = changes[-1].actor
    return Told(
        row["id"], row["name"] or "A deal", ", ".join(words), who.name if who else "Keen", changes[-1].at, delta,
        row["owner_id"], row["owner__name"] or "",
    )  # fmt: skip


def _words(
    first: Mapping[str, Any], last: Mapping[str, Any], *, made: bool, hidden: frozenset[str]
) -> list[str]:
    if made:
        return ["new"]
    words = []
    if "amount" in last and first.get("amount") != last["amount"]:
        words.append(
            f"{money.told(first.get('amount')) or 'no amount'} → {money.told(last['amount']) or 'none'}"
        )
    if "close_date" in last and "close_date" not in hidden and first.get("close_date") != last["close_date"]:
        words.append(
            f"closes {last['close_date'] or 'on no day'} instead of {first.get('close_date') or 'no day'}"
        )
    return words


def _delta(
    row: Mapping[str, Any], first: Mapping[str, Any], last: Mapping[str, Any], *, made: bool
) -> Decimal:
    """By how much the deal is worth more now, at the rates of now."""
    if made:
        return row["value"] or Decimal(0)
    if "amount" not in last:
        return Decimal(0)
    before = first.get("amount")
    if not before:
        return row["value"] or Decimal(0)
    then = amounts.value(Decimal(before["amount"]), before["currency"], date.max, rates())
    return Decimal(0) if then is None else (row["value"] or Decimal(0)) - then

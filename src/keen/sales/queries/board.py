"""The board: for each stage what its deals come to, and those that need somebody first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case, Count, F, IntegerField, Q, Sum, Value, When, Window
from django.db.models.functions import RowNumber

from keen.core.domain.actor import Actor
from keen.records import declare
from keen.records.models import RecordQuerySet
from keen.sales.domain.attention import Need, StepMark, days_at, need, step_mark
from keen.sales.domain.pipeline import PipelineFacts, StageFacts
from keen.sales.models import Opportunity

SHOWN = 20
MOST_SHOWN = 500
COLUMNS = (
    "id", "name", "stage", "account_id", "account_name", "amount", "value", "next_step_on", "next_step", "next_kind", "stage_since",
    "stale_on", "closed_at", "reason",
)  # fmt: skip
BEHIND = {
    "name": ("name",),
    "amount": ("amount", "value"),
    "value": ("value",),
    "account": ("account_name",),
    "next_step_on": ("next_step_on",),
    "next_step": ("next_step", "next_kind"),
    "stage_since": ("stage_since",),
    "stale_on": ("stale_on",),
    "closed_at": ("closed_at",),
    "reason": ("reason",),
}


@dataclass(frozen=True)
class Card:
    """One deal on the board, as its reader may see it."""

    id: int
    name: str
    stage: StageFacts
    account: str
    amount: Mapping[str, str] | None
    value: Decimal | None
    need: Need
    step: StepMark
    what: str
    days: int | None
    late: int
    reason: str


@dataclass
class Column:
    """One stage with its deals: how many, what they come to, and the first ones. None is what the reader may not see."""

    stage: StageFacts
    count: int = 0
    value: Decimal | None = None
    weighted: Decimal | None = None
    stale: int = 0
    cards: list[Card] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many are not shown."""
        return max(self.count - len(self.cards), 0)

    @property
    def is_over(self) -> bool:
        """Whether more deals stand here than somebody thought good."""
        return self.stage.most is not None and self.count > self.stage.most


@dataclass
class Board:
    """The stages in their order, with how the open deals stand by their next step."""

    pipeline: PipelineFacts
    columns: list[Column]
    marks: dict[str, int]

    @property
    def open_count(self) -> int:
        """How many deals are to be decided."""
        return sum(column.count for column in self.columns if column.stage.is_open)

    @property
    def open_value(self) -> Decimal | None:
        """What those come to."""
        found = [column.value for column in self.columns if column.stage.is_open and column.value is not None]
        return sum(found, Decimal(0)) if found else None


def board(
    actor: Actor, pipeline: PipelineFacts, deals: RecordQuerySet, now: datetime, *, whole: str = ""
) -> Board:
    """The board of these deals, which the actor may see: open ones, and those that were decided this month.

    Shape: a column shows 20, or up to 500 of the stage that `whole` names.
    Cost: 2 queries.
    """
    today = now.astimezone(_zone(actor)).date()
    rows = deals.filter(_on_board(pipeline, now))
    columns, marks = heads(actor, pipeline, rows, today)
    by_stage = {column.stage.key: column for column in columns}
    hides = _hidden(actor)
    for row in _first(actor, rows, today, whole):
        column = by_stage[row["stage"]]
        column.cards.append(_card(actor, hides, column.stage, row, now))
    return Board(pipeline, columns, marks)


def heads_of(actor: Actor, pipeline: PipelineFacts, deals: RecordQuerySet, now: datetime) -> list[Column]:
    """The columns without their cards.

    Cost: 1 query.
    """
    rows = deals.filter(_on_board(pipeline, now))
    return heads(actor, pipeline, rows, now.astimezone(_zone(actor)).date())[0]


def _on_board(pipeline: PipelineFacts, now: datetime) -> Q:
    month = now.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
    keys = [stage.key for stage in pipeline.offered]
    decided = Q(closed_at__isnull=True) | Q(closed_at__gte=month)
    return Q(pipeline=pipeline.key, stage__in=keys) & decided


def heads(
    actor: Actor, pipeline: PipelineFacts, rows: RecordQuerySet, today: date
) -> tuple[list[Column], dict[str, int]]:
    """The columns without their cards, and how the open deals stand by their next step.

    Cost: 1 query.
    """
    hides = _hidden(actor)
    to_do = Q(closed_at__isnull=True)
    found = {
        row["stage"]: row
        for row in rows.order_by().values("stage").annotate(
            count=Count("pk"),
            total=Sum("value"),
            weighed=Sum("weighted"),
            overdue=Count("pk", filter=to_do & Q(next_step_on__lt=today)),
            today=Count("pk", filter=to_do & Q(next_step_on=today)),
            planned=Count("pk", filter=to_do & Q(next_step_on__gt=today)),
            none=Count("pk", filter=to_do & Q(next_step_on__isnull=True)),
            late=Count("pk", filter=to_do & Q(stale_on__lte=today)),
        )
    }  # fmt: skip
    columns = []
    for stage in pipeline.offered:
        row = found.get(stage.key, {})
        columns.append(
            Column(
                stage,
                row.get("count", 0),
                None if {"amount", "value"} & hides else row.get("total") or Decimal(0),
                None if {"amount", "value", "weighted"} & hides else row.get("weighed") or Decimal(0),
                0 if "stale_on" in hides else row.get("late", 0),
            )
        )
    names = () if "next_step_on" in hides else ("overdue", "today", "planned", "none")
    return columns, {name: sum(row[name] for row in found.values()) for name in names}


def _first(actor: Actor, rows: RecordQuerySet, today: date, whole: str) -> Sequence[dict[str, Any]]:
    """The first deals of each stage, those that need somebody before the others; the latest decided ones first."""
    hides = _hidden(actor)
    order: list[Any] = [] if "closed_at" in hides else [F("closed_at").desc(nulls_last=True)]
    if not {"next_step_on", "stale_on"} & hides:
        order += [_need(today), F("next_step_on").asc(nulls_last=True)]
    if not {"amount", "value"} & hides:
        order.append(F("value").desc(nulls_last=True))
    place = Window(RowNumber(), partition_by=[F("stage")], order_by=[*order, F("pk").asc()])
    within = Q(place__lte=SHOWN)
    if whole:
        within |= Q(stage=whole, place__lte=MOST_SHOWN)
    found: Sequence[dict[str, Any]] = (
        rows.order_by().annotate(place=place).filter(within).order_by("stage", "place").values(*COLUMNS)
    )
    return found


def _need(today: date) -> Case:
    """The rule of `attention.need` as the database says it."""
    return Case(
        When(next_step_on__lt=today, then=Value(Need.OVERDUE.value)),
        When(next_step_on=today, then=Value(Need.TODAY.value)),
        When(stale_on__lte=today, then=Value(Need.STALE.value)),
        When(next_step_on__isnull=True, then=Value(Need.NONE.value)),
        default=Value(Need.PLANNED.value),
        output_field=IntegerField(),
    )


def card_of(actor: Actor, stage: StageFacts, row: Mapping[str, Any], now: datetime) -> Card:
    """The card of a deal as the actor may read it."""
    return _card(actor, _hidden(actor), stage, row, now)


def _card(
    actor: Actor, hides: frozenset[str], stage: StageFacts, row: Mapping[str, Any], now: datetime
) -> Card:
    seen = dict(row)
    for name in hides:
        for column in BEHIND.get(name, ()):
            seen[column] = None
    today = now.astimezone(_zone(actor)).date()
    since = seen["stage_since"]
    days = days_at(since, now) if since else None
    stale = stage.is_open and seen["stale_on"] is not None and seen["stale_on"] <= today
    return Card(
        id=row["id"],
        name=seen["name"] or "A deal",
        stage=stage,
        account=seen["account_name"] or "",
        amount=seen["amount"],
        value=seen["value"],
        need=need(seen["next_step_on"], seen["stale_on"], today),
        step=step_mark(seen["next_step_on"], today),
        what=seen["next_step"] or "",
        days=days,
        late=max((days or 0) - stage.usual, 0) if stale else 0,
        reason=seen["reason"] or "",
    )


def row_of(deal: Opportunity) -> dict[str, Any]:
    """The deal as the board reads it."""
    return {name: getattr(deal, name) for name in COLUMNS}


def _hidden(actor: Actor) -> frozenset[str]:
    return declare.get(Opportunity.KIND).hidden(actor)


def _zone(actor: Actor) -> ZoneInfo:
    return ZoneInfo(actor.zone or settings.TIME_ZONE)

"""What is known of fields of one's own: who fills them, who uses them, what they cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from keen.core.models import Change, Role
from keen.records.declare import RecordType
from keen.records.domain.own import BUDGET, TYPE_LABELS, Asked
from keen.records.models import OwnField, SavedList

SELDOM = 5
MOMENTS = {
    Asked.NEVER: "Not asked for",
    Asked.MADE: "Asked when made",
    Asked.ALWAYS: "Always asked",
    Asked.EQUALS: "Asked at a value",
}


@dataclass(frozen=True)
class FieldLine:
    """One field with what is known of it. `percent` is None as long as nobody has counted."""

    field: OwnField
    type: str
    moment: str
    percent: int | None
    used_at: datetime | None
    views: int
    hidden_from: Sequence[str]

    @property
    def is_unused(self) -> bool:
        """Whether hardly anybody fills it and no list asks for it."""
        return self.percent is not None and self.percent < SELDOM and self.used_at is None and not self.views

    @property
    def is_asked(self) -> bool:
        """Whether it makes forms longer."""
        return self.field.asked in {Asked.MADE, Asked.ALWAYS}


@dataclass(frozen=True)
class Cost:
    """How many fields the form of a new record asks for, of how many it should at most, and which to cut first."""

    count: int
    cut: Sequence[str]
    budget: int = BUDGET

    @property
    def is_over(self) -> bool:
        """Whether the form asks for too much."""
        return self.count > self.budget

    @property
    def percent(self) -> int:
        """How full the budget is."""
        return min(100, round(100 * self.count / self.budget))


def lines(record_type: RecordType) -> list[FieldLine]:
    """The living fields of the kind in their order.

    Cost: 3 queries.
    """
    rows = OwnField.objects.filter(kind=record_type.kind, archived_at__isnull=True).order_by("position", "pk")
    roles = list(Role.objects.order_by("name"))
    queries = SavedList.objects.filter(kind=record_type.kind).values_list("query", flat=True)
    asked_for = [
        {key.partition(".")[0] for key, _ in parse_qsl(query)} | _columns(query) for query in queries
    ]
    return [_line(row, roles, asked_for) for row in rows]


def _line(row: OwnField, roles: Sequence[Role], asked_for: Sequence[set[str]]) -> FieldLine:
    return FieldLine(
        field=row,
        type=TYPE_LABELS[row.type],
        moment=MOMENTS[Asked(row.asked)],
        percent=round(100 * row.filled / row.counted_of)
        if row.filled is not None and row.counted_of
        else None,
        used_at=row.used_at,
        views=sum(row.name in names for names in asked_for),
        hidden_from=[
            role.name for role in roles if row.name in role.grants.get("hidden", {}).get(row.kind, ())
        ],
    )


def _columns(query: str) -> set[str]:
    """The columns that a kept view shows and the field that it is sorted by."""
    said = dict(parse_qsl(query))
    return {*said.get("cols", "").split(","), said.get("sort", "").removeprefix("-")}


def archived(kind: str) -> list[OwnField]:
    """The fields of the kind that were put away, the last one first.

    Cost: 1 query.
    """
    return list(OwnField.objects.filter(kind=kind, archived_at__isnull=False).order_by("-archived_at"))


def cost(record_type: RecordType, found: Sequence[FieldLine]) -> Cost:
    """What the form of a new record asks for, and what to cut: the least filled of those that may be left out."""
    asked = [line for line in found if line.is_asked and not line.field.required and line.percent is not None]
    least = sorted(asked, key=lambda line: line.percent or 0)
    count = sum(1 for field in record_type.fields if field.quick)
    return Cost(count, [f"{line.field.label} ({line.percent} % filled)" for line in least[:3]])


def history(field_id: int) -> list[Change]:
    """What was changed about the field, newest first.

    Cost: 1 query.
    """
    found = Change.objects.filter(kind="field", record_id=field_id).select_related("actor")
    return list(found.order_by("-id")[:20])

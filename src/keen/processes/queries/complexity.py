"""What forms and processes cost, with the evidence: what is never used, and what is refused or given up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from django.db.models import Count
from django.utils import timezone

from keen.processes.domain import complexity
from keen.processes.domain.complexity import BUDGET, UNUSED_DAYS, Counts, Part
from keen.processes.domain.rules import Do
from keen.processes.models import Automation, State, living
from keen.records import declare
from keen.records.declare import Field, RecordType
from keen.records.domain.moments import Moment, of_definition
from keen.records.domain.own import Asked
from keen.records.models import OwnField, SavedList, own
from keen.records.queries import listing
from keen.sales.models import Opportunity, StageStay
from keen.sales.models.pipelines import pipelines
from keen.telemetry import queries as usage

REFUSED, LEFT, SAVED = "form_rejected", "form_abandoned", "save_made"
# Which pages fill which kind, where their names do not begin with it.
OTHER_FORMS: Mapping[str, str] = {"call-new": "activity", "mail-new": "activity", "quick": "activity"}


@dataclass(frozen=True)
class Trouble:
    """How forms of a kind went in the last 90 days. None where too few people used them to tell."""

    saved: int | None = None
    refused: int | None = None
    left: int | None = None

    @property
    def refused_percent(self) -> int | None:
        """How many of all attempts to save were refused."""
        if self.saved is None or self.refused is None:
            return None
        return complexity.share(self.refused, self.saved + self.refused)

    @property
    def is_high(self) -> bool:
        """Whether the form asks for what people do not know."""
        return (self.refused_percent or 0) > complexity.TOO_OFTEN


@dataclass(frozen=True)
class Use:
    """One field of the form: how often it is filled, and whether anything asks for it."""

    field: Field
    percent: int | None
    asked_for: bool

    @property
    def is_unused(self) -> bool:
        """Whether hardly anybody fills it and nothing asks for it."""
        return self.percent is not None and self.percent < complexity.SELDOM and not self.asked_for


@dataclass(frozen=True)
class Load:
    """What a kind of record costs, and what it is worth."""

    record_type: RecordType
    parts: Sequence[Part]
    trouble: Trouble
    uses: Sequence[Use]
    budget: int = BUDGET

    @property
    def score(self) -> int:
        """The points of all parts."""
        return complexity.score(self.parts)

    @property
    def is_over(self) -> bool:
        """Whether it costs more than it should, all in all or in one part."""
        return self.score > self.budget or any(part.is_over for part in self.parts)

    @property
    def unused(self) -> list[Use]:
        """The fields that nobody would miss."""
        return [one for one in self.uses if one.is_unused]


def kinds() -> list[RecordType]:
    """The kinds that people fill in by hand."""
    return [one for one in declare.types() if not one.mirror and not one.power]


def load(record_type: RecordType, now: datetime, troubles: Mapping[str, Trouble]) -> Load:
    """What the kind costs.

    Cost: 4 queries; for deals none more.
    """
    counts = _counts(record_type)
    return Load(
        record_type,
        complexity.parts(counts),
        troubles.get(record_type.kind, Trouble()),
        uses(record_type, now),
    )


def _counts(record_type: RecordType) -> Counts:
    form = [one for one in record_type.fields if one.editable]
    asked = [one for one in form if one.quick]
    found = pipelines().offered if record_type.kind == Opportunity.KIND else ()
    return Counts(
        asked=len(asked),
        further=len(form) - len(asked),
        required=sum(1 for one in form if one.required),
        pipelines=len(found),
        stages=sum(len(one.offered) for one in found),
        branches=len(_branches(record_type)),
        automations=living().filter(kind=record_type.kind, state=State.ON).count(),
    )


def _branches(record_type: RecordType) -> list[Moment]:
    """The fields that are asked for at a value of another one."""
    own_ones = [of_definition(one.own) for one in record_type.fields if one.own is not None]
    given = [*(one for one in own_ones if one), *record_type.moments, *own.moments(record_type.kind)]
    return [one for one in given if one.asked is Asked.EQUALS]


def uses(record_type: RecordType, now: datetime) -> list[Use]:
    """The fields of the form with how often they are filled: of own ones on all records, else on those of 90 days.

    Cost: 4 queries.
    """
    form = [one for one in record_type.fields if one.editable]
    percents = _filled(record_type, [one for one in form if one.own is None], now) | _filled_own(record_type)
    asked_for = asking(record_type)
    recently = now - timedelta(days=UNUSED_DAYS)
    looked_at = OwnField.objects.filter(kind=record_type.kind, used_at__gte=recently)
    asked_for |= set(looked_at.values_list("name", flat=True))
    return [Use(one, percents.get(one.name), one.name in asked_for) for one in form]


def _filled(record_type: RecordType, fields: Sequence[Field], now: datetime) -> dict[str, int | None]:
    since = now - timedelta(days=UNUSED_DAYS)
    rows = record_type.model.objects.living().filter(created_at__gte=since).order_by()
    wanted = {f"f_{one.name}": Count("pk", filter=listing.filled(record_type, one)) for one in fields}
    found = rows.aggregate(all=Count("pk"), **wanted)
    if found["all"] < complexity.ENOUGH:
        return {}
    return {one.name: complexity.share(found[f"f_{one.name}"], found["all"]) for one in fields}


def _filled_own(record_type: RecordType) -> dict[str, int | None]:
    rows = OwnField.objects.filter(
        kind=record_type.kind,
        archived_at__isnull=True,
        filled__isnull=False,
        counted_of__gte=complexity.ENOUGH,
    )
    return {row.name: complexity.share(row.filled or 0, row.counted_of) for row in rows}


def asking(record_type: RecordType) -> set[str]:
    """The fields that kept views, automations, formulas or moments name.

    Cost: 2 queries.
    """
    found: set[str] = set()
    for query in SavedList.objects.filter(kind=record_type.kind).values_list("query", flat=True):
        found |= _named(query)
    for row in living().filter(kind=record_type.kind):
        found |= _named(row.conditions) | {row.trigger.get("field", "")}
        found |= {step.field for step in row.definition.steps if step.do is Do.FIELD}
    for field in record_type.fields:
        found |= set(field.own.uses) if field.own else set()
    return found | {one.when_field for one in _branches(record_type)}


def _named(query: str) -> set[str]:
    said = parse_qsl(query, keep_blank_values=True)
    columns = {name for key, value in said if key == "cols" for name in value.split(",")}
    sorts = {value.removeprefix("-") for key, value in said if key == "sort"}
    return {key.partition(".")[0] for key, _ in said} | columns | sorts


def troubles(now: datetime) -> dict[str, Trouble]:
    """How the forms of each kind went in the last 90 days, as far as it tells of no single person.

    Cost: the files of the daily figures of these days are read.
    """
    today = timezone.localdate(now)
    cells = usage.grouped(today - timedelta(days=UNUSED_DAYS), today, by=("what",))
    counted: dict[str, dict[str, int]] = {}
    for group, cell in cells.items():
        kind = _kind_of(group.what or "")
        if group.name in {REFUSED, LEFT, SAVED} and kind:
            of_kind = counted.setdefault(kind, {})
            of_kind[group.name] = of_kind.get(group.name, 0) + cell.n
    return {
        kind: Trouble(found.get(SAVED), found.get(REFUSED), found.get(LEFT))
        for kind, found in counted.items()
    }


def _kind_of(page: str) -> str:
    if page in OTHER_FORMS:
        return OTHER_FORMS[page]
    kind = page.partition("-")[0]
    return kind if declare.find(kind) else ""


@dataclass(frozen=True)
class Cut:
    """Something that costs and is not worth it. `deed` is what one click does: "archive", "optional", "pause" or "" to go there."""

    kind: str
    what: str
    why: str
    deed: str
    id: int = 0
    points: int = 1
    href: str = ""


def cuts(loads: Sequence[Load], now: datetime) -> list[Cut]:
    """What to drop first: what saves most, of that what is used least.

    Cost: 4 queries.
    """
    rows = {
        (row.kind, row.name): row
        for row in OwnField.objects.filter(kind__in=[one.record_type.kind for one in loads], archived_at=None)
    }
    found = [cut for one in loads for cut in _field_cuts(one, rows)]
    found += _automation_cuts(now)
    found += _stage_cuts(now)
    return sorted(found, key=lambda cut: (-cut.points, cut.what))


def _field_cuts(one: Load, rows: Mapping[tuple[str, str], OwnField]) -> list[Cut]:
    kind, found = one.record_type.kind, []
    for use in one.uses:
        row = rows.get((kind, use.field.name))
        if row is None:
            continue
        points = 2 * row.required + bool(use.field.quick) or 1
        if use.is_unused:
            why = f"Filled on {use.percent} % of {one.record_type.plural.lower()}, and nothing asks for it"
            found.append(Cut(kind, row.label, why, "archive", row.pk, points))
        elif row.required and (one.trouble.is_high or not use.asked_for):
            why = (
                f"Required, and {one.trouble.refused_percent} % of saves are refused"
                if one.trouble.is_high
                else "Required, but no view and no automation asks for it"
            )
            found.append(Cut(kind, row.label, why, "optional", row.pk, 2))
    return found


def _automation_cuts(now: datetime) -> list[Cut]:
    since = now - timedelta(days=UNUSED_DAYS)
    acted = Automation.objects.filter(runs__outcome="done", runs__done_at__gte=since).values("pk")
    idle = living().filter(state=State.ON, state_at__lt=since).exclude(pk__in=acted)
    why = f"It is on, and did nothing in {UNUSED_DAYS} days"
    return [Cut(row.kind, row.name, why, "pause", row.pk, 2) for row in idle]


def _stage_cuts(now: datetime) -> list[Cut]:
    """The open stages through which no deal came."""
    since = now - timedelta(days=UNUSED_DAYS)
    stays = StageStay.objects.filter(entered_at__gte=since).order_by().values_list("stage")
    came: dict[str, int] = dict(stays.annotate(count=Count("pk")))
    if sum(came.values()) < complexity.ENOUGH:
        return []  # too few moves to conclude anything
    standing = set(Opportunity.objects.living().order_by().values_list("stage", flat=True).distinct())
    why = f"No deal came to this stage in {UNUSED_DAYS} days, and none stands there"
    return [
        Cut(Opportunity.KIND, stage.name, why, "", points=1, href=stage.key)
        for pipeline in pipelines().offered
        for stage in pipeline.offered
        if stage.is_open and stage.key not in came and stage.key not in standing
    ]

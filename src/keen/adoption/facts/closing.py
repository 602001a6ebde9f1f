"""Processes that came to their end on a day: deals decided, leads converted or put aside, steps that were planned ahead."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from keen.activities.models import Activity
from keen.adoption.domain import processes
from keen.adoption.domain.counting import is_born_late, recorded_in_order
from keen.adoption.domain.traces import Deed, trace_of
from keen.adoption.facts.audit import Span
from keen.sales.models import Lead, Opportunity, StageStay
from keen.sales.models.pipelines import pipelines

LOOK_BACK: Final = timedelta(days=180)
DAY: Final = timedelta(days=1)
SPOKEN: Final = frozenset({"call", "meeting"})
Cycles = Mapping[str, Sequence[tuple[date, float]]]


def cycles_between(first: date, last: date) -> Cycles:
    """How many days the deals decided in these days and half a year before had been open, each with the day of the decision, by pipeline.

    Cost: 1 query.
    """
    rows = Opportunity.objects.living().filter(
        counts_on__gte=first - LOOK_BACK, counts_on__lte=last, closed_at__isnull=False
    )
    found: dict[str, list[tuple[date, float]]] = defaultdict(list)
    for pipeline, on, made, closed in rows.values_list("pipeline", "counts_on", "created_at", "closed_at"):
        if on is not None and closed is not None:
            found[pipeline].append((on, (closed - made) / DAY))
    return found


def closed(on: Span, deeds: Sequence[Deed], cycles: Cycles) -> list[tuple[Any, ...]]:
    """The processes of the day and whether they were recorded as they went, as the table `process` has them.

    Cost: 4 queries.
    """
    day = on.day.toordinal()
    found = [(owner, day, "deal", pk, whole) for pk, owner, whole in _deals(on, cycles)]
    found += [(owner, day, "lead", pk, whole) for pk, owner, whole in _leads(on, deeds)]
    return found + [(owner, day, "step", pk, whole) for pk, owner, whole in _steps(on, deeds)]


def _deals(on: Span, cycles: Cycles) -> list[tuple[int, int, bool]]:
    rows = Opportunity.objects.living().filter(counts_on=on.day, closed_at__isnull=False, owner__isnull=False)
    deals = {
        row[0]: row
        for row in rows.values_list("pk", "owner_id", "pipeline", "stage", "created_at", "closed_at")
    }
    stays: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    gone = StageStay.objects.filter(opportunity_id__in=deals).order_by("entered_at", "pk")
    for pk, stage, entered in gone.values_list("opportunity_id", "stage", "entered_at"):
        stays[pk].append((stage, entered))
    known = pipelines()
    found = []
    for pk, owner, pipeline, stage, made, ended in deals.values():
        went = [name for name, _ in stays[pk]]
        facts = known.stages.get(stage)
        asked = [
            one.key
            for one in known.stages.values()
            if one.pipeline == pipeline and one.is_open and not one.archived
        ]
        required = processes.required_steps(asked, went, won=facts is not None and facts.type == "won")
        steps = [("made", on.of(made)), *((name, on.of(entered)) for name, entered in stays[pk])]
        lately = [
            cycle for decided, cycle in cycles.get(pipeline, ()) if on.day - LOOK_BACK <= decided < on.day
        ]
        late = is_born_late(on.of(made), on.of(ended), processes.usual_days(lately))
        whole = bool(required) and recorded_in_order(required, steps) and not late
        found.append((pk, owner, whole))
    return found


def _leads(on: Span, deeds: Sequence[Deed]) -> list[tuple[int, int, bool]]:
    """Leads that were converted or put aside: whole when somebody had been in touch before, on another day than the end."""
    ended = {
        one.record
        for one in deeds
        if one.kind == Lead.KIND and one.after.get("status") in {"converted", "unqualified"}
    }
    rows = Lead.objects.living().filter(pk__in=ended, owner__isnull=False)
    return [
        (pk, owner, touched is not None and on.of(min(made, touched)) < on.day)
        for pk, owner, made, touched in rows.values_list("pk", "owner_id", "created_at", "first_touch_at")
        if owner is not None
    ]


def _steps(on: Span, deeds: Sequence[Deed]) -> list[tuple[int, int, bool]]:
    """Steps that were planned on a day before: whole when it is said how a call or a meeting went."""
    done = {one.record for one in deeds if one.kind == Activity.KIND and trace_of(one) == "step_done"}
    rows = Activity.objects.living().filter(
        pk__in=done, owner__isnull=False, created_at__lt=on.first, is_private=False
    )
    return [
        (pk, owner, kind not in SPOKEN or bool(outcome))
        for pk, owner, kind, outcome in rows.values_list("pk", "owner_id", "kind", "outcome")
        if owner is not None
    ]

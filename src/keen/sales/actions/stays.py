"""How long each deal stood at which stage, kept in step with the deals, and the events of their moves."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from keen.core.actions import rows
from keen.core.events import Event, publish_many
from keen.lib.errors import RuleError
from keen.sales.domain.pipeline import Pipelines, StageType
from keen.sales.events import OpportunityLost, OpportunityMoved, OpportunityReopened, OpportunityWon
from keen.sales.models import Opportunity, StageStay
from keen.sales.models.pipelines import pipelines


def follow(deals: Sequence[Opportunity]) -> None:
    """Write down at which stage the deals stand since when, and tell of those that moved.

    Shape: whatever wrote the row, the page, a program, an import or undo, comes by here. A move that is taken back
    leaves no stay of its own: the one before goes on.
    Raises: RuleError for a stage that was archived at the same moment.
    Cost: 1 query; for those that are new or moved 1 to 4 more, and on PostgreSQL 1 to hold their stages.
    """
    ids = [deal.pk for deal in deals]
    now = {
        stay.opportunity_id: stay for stay in StageStay.objects.filter(opportunity_id__in=ids, left_at=None)
    }
    fresh = [deal for deal in deals if deal.pk not in now]
    rows.insert([_stay(deal, deal.stage_since) for deal in fresh])
    moved = [(deal, now[deal.pk]) for deal in deals if deal.pk in now and now[deal.pk].stage != deal.stage]
    _hold({deal.stage for deal in [*fresh, *(deal for deal, _ in moved)] if deal.written_as != "undone"})
    for deal, stay in moved:
        _move(deal, stay)
    found = pipelines()
    publish_many(event for deal, stay in moved for event in _events(found, deal, stay.stage))


def _hold(stages: set[str]) -> None:
    """Keep the stages from being archived until these deals are saved. SQLite lets one transaction write at a time.

    Raises: RuleError.
    """
    if not stages or connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        # Shared: those who move deals do not wait for each other, only for who sets the stage up.
        cursor.execute(
            "SELECT name, archived_at FROM sales_stage WHERE key = ANY(%s) ORDER BY key FOR SHARE",
            [sorted(stages)],
        )
        gone = [name for name, archived_at in cursor.fetchall() if archived_at is not None]
    if gone:
        raise RuleError("archived", f"{gone[0]} was archived just now. Choose another stage.", "stage")


def _move(deal: Opportunity, stay: StageStay) -> None:
    since = _taken_back(deal, stay) if deal.written_as == "undone" else None
    if since is None:
        since = deal.updated_at
        StageStay.objects.filter(pk=stay.pk).update(left_at=since)
        _stay(deal, since).save(force_insert=True)
    deal.stage_since = since
    deal.derive_stale()
    Opportunity.objects.filter(pk=deal.pk).update(stage_since=since, stale_on=deal.stale_on)


def _taken_back(deal: Opportunity, stay: StageStay) -> datetime | None:
    """Since when the deal stands where it stood before the move that is taken back; None when it stood elsewhere."""
    past = StageStay.objects.filter(opportunity_id=deal.pk, left_at=stay.entered_at)
    before = past.order_by("-entered_at", "-pk").first()
    if before is None or before.stage != deal.stage:
        return None
    stay.delete()
    StageStay.objects.filter(pk=before.pk).update(left_at=None)
    return before.entered_at


def _stay(deal: Opportunity, since: datetime) -> StageStay:
    return StageStay(
        opportunity_id=deal.pk,
        pipeline=deal.pipeline,
        stage=deal.stage,
        entered_at=since,
        moved_by_id=deal.updated_by_id,
    )


def _events(found: Pipelines, deal: Opportunity, before: str) -> Iterator[Event]:
    whose: dict[str, Any] = {"opportunity_id": deal.pk, "actor_id": deal.updated_by_id, "at": deal.updated_at}
    yield OpportunityMoved(**whose, pipeline=deal.pipeline, before=before, stage=deal.stage)
    was = found.stages.get(before)
    if deal.facts.type is StageType.WON:
        yield OpportunityWon(**whose, reason=deal.reason, value=deal.value)
    elif deal.facts.type is StageType.LOST:
        yield OpportunityLost(**whose, reason=deal.reason, value=deal.value)
    elif was is not None and not was.is_open:
        yield OpportunityReopened(**whose, stage=deal.stage)

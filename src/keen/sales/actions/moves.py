"""Moving deals from stage to stage: on, back, won, lost, open again; one or many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from keen.activities.domain import days
from keen.core.actions import operations
from keen.core.actions.operations import AlreadyDoneError, Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.records import declare
from keen.records.actions import asked, store
from keen.records.actions.save import address, check_links, columns, for_change
from keen.records.actions.values import InvalidError, read_values
from keen.records.declare import RecordType
from keen.sales.domain import reasons
from keen.sales.domain.pipeline import StageFacts, StageType
from keen.sales.models import Opportunity
from keen.sales.models.pipelines import pipelines

VERBS = {StageType.OPEN: "moved", StageType.WON: "won", StageType.LOST: "lost"}
ASKS_REASON = {
    StageType.WON: ("What made the difference?", reasons.WON),
    StageType.LOST: ("Why was it lost?", reasons.LOST),
}


@dataclass(frozen=True)
class Move:
    """Where a deal is to stand, with what was answered on the way.

    Shape: `was` is the stage at which the mover saw it; when it stands elsewhere by now, it is not moved.
    """

    stage: str
    values: Mapping[str, Any] = field(default_factory=dict)
    was: str = ""
    once: str = ""


@dataclass(frozen=True)
class Moved:
    """The deal where it stands now, its receipt, and what its stage still asks for."""

    deal: Opportunity
    receipt: Receipt
    asks: tuple[asked.Ask, ...] = ()


def own_type() -> RecordType:
    """The declaration of opportunities."""
    return declare.get(Opportunity.KIND)


def move(*, actor: Actor, deal_id: int, wish: Move) -> Moved:
    """The deal at another stage, or at the same one with more answers.

    Raises: InvalidError for what the stage demands and nobody said; RuleError when somebody moved it since;
    NotVisibleError; ForbiddenError.
    """
    try:
        with transaction.atomic():
            work = operations.start(actor=actor, verb="moved", once=wish.once)
            return _move(work, deal_id, wish)
    except AlreadyDoneError as before:
        return Moved(*_as_before(actor, deal_id, before.receipt()))


def _move(work: Work, deal_id: int, wish: Move) -> Moved:
    record_type = own_type()
    deal = for_change(record_type, work.actor, deal_id)
    assert isinstance(deal, Opportunity)  # noqa: S101  the declaration says so
    _require_stage(work.actor)
    _check_unmoved(work.actor, deal, wish)
    wanted = read_values(record_type, work.actor, {**wish.values, "stage": wish.stage}, creating=False)
    stage = pipelines().stages[str(wanted["stage"])]
    check_links(record_type, work.actor, wanted, deal)
    wanted |= _reason_of(stage, wanted, deal)
    if errors := asked.missing(record_type, work.actor, wanted, deal):
        raise InvalidError(errors)
    before = deal.facts
    work.verb = VERBS[stage.type] if before.key != stage.key else "saved"
    if before.type is not StageType.OPEN and stage.is_open:
        work.verb = "reopened"
    alteration = store.Alteration(deal, columns(record_type, wanted))
    store.alter(work, record_type, [alteration])
    asks = tuple(asked.asked_for(record_type, work.actor, {"stage": deal.stage}, deal))
    receipt = operations.finish(work, _receipt(work, deal, before, alteration, asks))
    return Moved(deal, receipt, asks)


def _require_stage(actor: Actor) -> None:
    """Whoever may not change the stage is not told either where a deal stands.

    Raises: ForbiddenError.
    """
    if actor.rights.locks(Opportunity.KIND, "stage"):
        raise ForbiddenError("field_forbidden", "You cannot change: stage.", "stage")


def _check_unmoved(actor: Actor, deal: Opportunity, wish: Move) -> None:
    if wish.was and deal.stage not in {wish.was, wish.stage}:
        name = own_type().told_to(actor, deal)
        message = (
            f"{name} stands at {deal.stage_name} by now: somebody moved it. Look at it again, then move it."
        )
        raise RuleError("moved_since", message, "stage")


def _reason_of(stage: StageFacts, wanted: Mapping[str, Any], deal: Opportunity) -> dict[str, str]:
    """What becomes of the reason: an open deal has none, and none is kept that is of the other outcome.

    Raises: InvalidError for a reason to win given with a loss.
    """
    offered = dict(ASKS_REASON[stage.type][1]) if stage.type in ASKS_REASON else {}
    given = wanted.get("reason")
    if given and given not in offered:
        raise InvalidError({"reason": f"This is no reason for {stage.name.lower()}. Choose another one."})
    kept = given if given is not None else deal.reason
    return {"reason": kept if kept in offered else ""} if kept or given is not None else {}


def _as_before(actor: Actor, deal_id: int, told: Receipt) -> tuple[Opportunity, Receipt]:
    """The deal as it is now, with what its mover was told the first time.

    Raises: NotVisibleError; RuleError when that was about another record.
    """
    deal: Opportunity | None = Opportunity.objects.visible_to(actor).filter(pk=deal_id).first()
    if deal is None:
        raise NotVisibleError
    if told.object is None or told.object.href != address(own_type(), deal.pk):
        message = "Nothing was moved: the same was sent before about another record. Load the page again."
        raise RuleError("sent_before", message)
    return deal, told


def _receipt(
    work: Work,
    deal: Opportunity,
    before: StageFacts,
    alteration: store.Alteration,
    asks: Sequence[asked.Ask],
) -> Receipt:
    record_type = own_type()
    read = record_type.as_read_by(work.actor, deal)
    stage, link = deal.facts, Link(read.called, address(record_type, deal.pk))
    if before.key == stage.key:
        labels = ", ".join(one.label for one in record_type.fields if one.column in alteration.before)
        text = f"{read.called}: {labels} changed." if labels else f"{read.called}: nothing was different."
    else:
        text = _outcome(read.called, before, stage)
    missing = ", ".join(ask.field.label.lower() for ask in asks)
    told = Receipt(
        "gap" if missing else "saved",
        f"{text} Still open: {missing}." if missing else text,
        object=link,
        also=_also(work, deal, before),
    )
    return _onward(work, deal, told)


def _outcome(name: str, before: StageFacts, stage: StageFacts) -> str:
    if stage.type is StageType.WON:
        return f"{name} is won."
    if stage.type is StageType.LOST:
        return f"{name} is lost."
    return f"{name} moved to {stage.name}." if before.is_open else f"{name} is open again, at {stage.name}."


def _also(work: Work, deal: Opportunity, before: StageFacts) -> tuple[str, ...]:
    stage, hides = deal.facts, work.actor.rights.hides
    if before.key == stage.key:
        return ()
    lines = []
    if stage.is_open and not hides(Opportunity.KIND, "probability"):
        lines.append(f"probability {deal.probability} %")
    if deal.amount and deal.value is None and not hides(Opportunity.KIND, "amount"):
        lines.append(f"no rate for {deal.amount['currency']} yet, so it is in no total")
    if stage.is_open:
        lines.append(f"usual time here: {stage.usual} days")
    return tuple(lines[:3])


def _onward(work: Work, deal: Opportunity, told: Receipt) -> Receipt:
    """The receipt with what comes next: a reason, a step, or nothing."""
    href = address(own_type(), deal.pk)
    if deal.facts.type in ASKS_REASON and not deal.reason:
        return replace(told, next=Link(ASKS_REASON[deal.facts.type][0], f"{href}move/?stage={deal.stage}"))
    if not deal.is_open:
        return replace(told, nothing_next="Nothing else to do here.")
    if deal.next_step_on is not None:
        return replace(told, next=Link("See the next step", href))
    at = f"/plan/{deal.KIND}/{deal.pk}/"
    today = work.at.astimezone(_zone(work.actor)).date()
    chips = days.chips(today, work.actor.worktime)
    steps = tuple(Link(chip.label, f"{at}{chip.key}/", post=True) for chip in chips)
    return replace(
        told, next=Link("Plan the next step", f"/plan/?kind={deal.KIND}&id={deal.pk}"), steps=steps
    )


def _zone(actor: Actor) -> ZoneInfo:
    return ZoneInfo(actor.zone or settings.TIME_ZONE)


def win(*, actor: Actor, deal_id: int, reason: str = "") -> Receipt:
    """The receipt of a deal that was won.

    Raises: as `move`; RuleError where the pipeline has no such stage.
    """
    return _decide(actor, deal_id, StageType.WON, reason)


def lose(*, actor: Actor, deal_id: int, reason: str = "") -> Receipt:
    """The receipt of a deal that was lost.

    Raises: as `move`; RuleError where the pipeline has no such stage.
    """
    return _decide(actor, deal_id, StageType.LOST, reason)


def reopen(*, actor: Actor, deal_id: int) -> Receipt:
    """The receipt of a decided deal that is open again, at the stage where it stood before it was decided.

    Raises: as `move`; RuleError for one that is open.
    """
    deal = for_change_outside(actor, deal_id)
    if deal.is_open:
        raise RuleError("is_open", f"{own_type().told_to(actor, deal)} is open.")
    found = pipelines()
    left = (
        deal.stays.filter(left_at__isnull=False).order_by("-left_at", "-pk").values_list("stage", flat=True)
    )
    open_ones = (found.stages[key] for key in left if key in found.stages and key not in found.retired)
    of_deal = found.of_stage(deal.stage) or found.offered[0]
    stage = next((one for one in open_ones if one.is_open), None) or of_deal.first_of(StageType.OPEN)
    if stage is None:
        raise RuleError(
            "no_stage", f"{of_deal.name} has no open stage to go back to. Add one in the settings."
        )
    return move(actor=actor, deal_id=deal_id, wish=Move(stage.key)).receipt


def _decide(actor: Actor, deal_id: int, wanted: StageType, reason: str) -> Receipt:
    deal = for_change_outside(actor, deal_id)
    pipeline = pipelines().of_stage(deal.stage)
    stage = pipeline.first_of(wanted) if pipeline else None
    if stage is None:
        message = "This pipeline has no stage for that. Ask an administrator to add one."
        raise RuleError("no_stage", message, "stage")
    values = {"reason": reason} if reason else {}
    return move(actor=actor, deal_id=deal_id, wish=Move(stage.key, values)).receipt


def for_change_outside(actor: Actor, deal_id: int) -> Opportunity:
    """The deal as it is now, when the actor may change it.

    Raises: NotVisibleError; ForbiddenError, for who may not change its stage, too.
    """
    with transaction.atomic():
        deal = for_change(own_type(), actor, deal_id)
    _require_stage(actor)
    assert isinstance(deal, Opportunity)  # noqa: S101  the declaration says so
    return deal

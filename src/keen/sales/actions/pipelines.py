"""Setting up pipelines: added, renamed, put in order, archived. Stages keep their keys, so deals keep their place."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Field
from django.urls import reverse

from keen.core.actions import operations, stamps
from keen.core.actions.operations import Entry, Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.events import publish
from keen.core.models import Change
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.records import declare
from keen.records.actions import store
from keen.records.events import FieldsChanged
from keen.records.models import FieldMoment, RecordQuerySet
from keen.sales.domain import rules
from keen.sales.domain.defaults import DEFAULTS
from keen.sales.domain.pipeline import StageType
from keen.sales.domain.rules import AskWish, StageWish
from keen.sales.models import Opportunity, Pipeline, Stage

POWER = "pipelines.manage"
PIPELINE, STAGE = "pipeline", "stage"
MOST_MOVED = 5_000
DERIVED = ("probability", "forecast_category", "value", "weighted", "counts_on", "stale_on")
DECIDED = (
    "pipeline_id", "name", "position", "type", "probability", "forecast", "help", "usual_days", "most", "archived_at",
)  # fmt: skip


def require(actor: Actor) -> None:
    """Nothing, when the actor may set up pipelines.

    Raises: ForbiddenError.
    """
    if not actor.rights.has(POWER):
        raise ForbiddenError("pipelines", "Pipelines are set up by administrators. Ask one of them.")


def ensure() -> None:
    """Write down the pipeline that the installation started with, before the first change to it.

    Cost: 2 queries; 2 more the first time.
    """
    stamps.hold()
    if Pipeline.objects.exists():
        return
    for place, pipeline in enumerate(DEFAULTS.all):
        row = Pipeline.objects.create(key=pipeline.key, name=pipeline.name, position=place)
        Stage.objects.bulk_create(
            Stage(
                pipeline=row, key=one.key, name=one.name, position=at, type=one.type.value,
                probability=one.probability, forecast=one.forecast.value, help=list(one.help), usual_days=one.usual_days,
            )
            for at, one in enumerate(pipeline.stages)
        )  # fmt: skip


def add_pipeline(*, actor: Actor, name: str) -> Receipt:
    """The receipt of a new pipeline, with the stages of the first one to start from.

    Raises: ForbiddenError; RuleError.
    """
    require(actor)
    with transaction.atomic():
        ensure()
        work = operations.start(actor=actor, verb="created")
        named = rules.name_of(name, "pipeline")
        _name_is_free(named, 0)
        taken = frozenset(Pipeline.objects.values_list("key", flat=True))
        row = Pipeline.objects.create(key=rules.key_for(named, taken), name=named, position=len(taken))
        _told(work, row, {}, "created")
        first = Pipeline.objects.order_by("position", "pk").exclude(pk=row.pk).first()
        for stage in Stage.objects.filter(pipeline=first, archived_at__isnull=True).order_by(
            "position", "pk"
        ):
            keys = frozenset(Stage.objects.values_list("key", flat=True))
            stage.pk, stage.pipeline, stage.key = None, row, rules.key_for(f"{row.key} {stage.name}", keys)
            stage.seen_days, stage.seen_count = None, 0
            stage._state.adding = True  # noqa: SLF001  Django's own way to copy a row
            stage.save(force_insert=True)
            _told(work, stage, {}, "created")
        return _done(
            work, f"Pipeline {row.name} added, with the stages of {first.name if first else 'none'}."
        )


def rename_pipeline(*, actor: Actor, key: str, name: str) -> Receipt:
    """The receipt of a pipeline with another name.

    Raises: ForbiddenError; NotVisibleError; RuleError.
    """
    require(actor)
    with transaction.atomic():
        row = _pipeline(key)
        work = operations.start(actor=actor, verb="saved")
        before, row.name = row.facts(), rules.name_of(name, "pipeline")
        _name_is_free(row.name, row.pk)
        row.save()
        _told(work, row, before)
        return _done(work, f"The pipeline is called {row.name} now.")


def archive_pipeline(*, actor: Actor, key: str, back: bool = False) -> Receipt:
    """The receipt of putting a pipeline away, or of taking it back.

    Raises: ForbiddenError; NotVisibleError; RuleError while open deals stand in it, and for the last one.
    """
    require(actor)
    with transaction.atomic():
        row = _pipeline(key)
        work = operations.start(actor=actor, verb="restored" if back else "archived")
        if not back:
            others = Pipeline.objects.filter(archived_at__isnull=True).exclude(pk=row.pk)
            if not others.exists():
                raise RuleError("last", "One pipeline stays: deals need a place. Add another one first.")
            waiting = Opportunity.objects.living().filter(pipeline=row.key, closed_at__isnull=True).count()
            if waiting:
                message = f"{waiting:,} open deals stand in {row.name}. Move them to another pipeline first."
                raise RuleError("in_use", message)
        before, row.archived_at = row.facts(), None if back else work.at
        row.save()
        _told(work, row, before)
        return _done(work, f"{row.name} is {'back' if back else 'archived'}.")


def save_stage(*, actor: Actor, wish: StageWish, pipeline: str = "", key: str = "") -> Receipt:
    """The receipt of a stage that is new in the pipeline, or changed.

    Raises: ForbiddenError; NotVisibleError; RuleError that says which part is to be mended.
    """
    require(actor)
    with transaction.atomic():
        row = _stage(key) if key else _new_stage(pipeline, wish)
        work = operations.start(actor=actor, verb="saved" if key else "created")
        before = _facts(row) if key else {}
        was = (row.type, row.probability, row.forecast, row.usual_days)
        _decide(row, wish)
        row.save()
        _ask(row, rules.asks_of(wish.asks))
        _told(work, row, before, "updated" if key else "created")
        stamps.renew()
        if key and was != (row.type, row.probability, row.forecast, row.usual_days):
            _rederive(row.key)
        return _done(work, f"Stage {row.name} {'saved' if key else 'added'}.")


def _new_stage(key: str, wish: StageWish) -> Stage:
    pipeline = _pipeline(key)
    keys = frozenset(Stage.objects.values_list("key", flat=True))
    rows = list(Stage.objects.filter(pipeline=pipeline, archived_at__isnull=True).order_by("position", "pk"))
    row = Stage(pipeline=pipeline, key=rules.key_for(rules.name_of(wish.name, "stage"), keys))
    # A new open stage comes before those in which deals are decided.
    is_open = wish.type == StageType.OPEN.value
    at = next((place for place, one in enumerate(rows) if is_open and one.type != StageType.OPEN), len(rows))
    row.position = at
    for place, one in enumerate(rows[at:], at + 1):
        Stage.objects.filter(pk=one.pk).update(position=place)
    return row


def _decide(row: Stage, wish: StageWish) -> None:
    if wish.type not in set(StageType):
        raise RuleError("not_a_choice", "Say whether deals here are open, won or lost.", "type")
    row.name = rules.name_of(wish.name, "stage")
    same = Stage.objects.filter(pipeline=row.pipeline, archived_at__isnull=True, name__iexact=row.name)
    if same.exclude(pk=row.pk).exists():
        raise RuleError("taken", f"{row.pipeline.name} has a stage {row.name} already.", "name")
    kind = StageType(wish.type)
    if row.pk and kind is not StageType(row.type):
        _keeps_its_kind(row)
    row.type = kind.value
    row.probability = rules.probability_of(wish.probability, kind)
    row.forecast = rules.forecast_of(wish.forecast, kind)
    row.help = rules.help_of(wish.help)
    row.usual_days = rules.number_of(wish.usual_days, "usual_days", rules.MOST_DAYS)
    row.most = rules.number_of(wish.most, "most", rules.MOST_DEALS)


def _keeps_its_kind(row: Stage) -> None:
    """Nothing, while no deal stands there: else deals would be won or open again that nobody touched.

    Raises: RuleError.
    """
    if Opportunity.objects.filter(stage=row.key).exists():
        message = f"Deals stand at {row.name}, so it stays {row.type}. Add another stage and move them."
        raise RuleError("in_use", message, "type")


def _ask(row: Stage, wished: Sequence[AskWish]) -> None:
    """The stage asks for these fields and no others."""
    record_type = declare.get(Opportunity.KIND)
    for wish in wished:
        field = record_type.by_name.get(wish.name)
        if field is None or not field.editable or wish.name == "stage":
            raise RuleError("unknown_field", "Choose a field that people fill in.", "asks")
    at = {"kind": Opportunity.KIND, "when_field": "stage", "when_value": row.key}
    FieldMoment.objects.filter(**at).delete()
    FieldMoment.objects.bulk_create(
        FieldMoment(**at, name=wish.name, required=wish.required, decision=wish.decision, position=place)
        for place, wish in enumerate(wished)
    )


def asks(key: str) -> list[dict[str, Any]]:
    """What the stage asks for, as the audit trail keeps it.

    Cost: 1 query.
    """
    rows = FieldMoment.objects.filter(kind=Opportunity.KIND, when_field="stage", when_value=key)
    return [row.facts() for row in rows.order_by("position", "pk")]


def move_stage(*, actor: Actor, key: str, down: bool) -> Receipt:
    """The receipt of exchanging a stage with the next one.

    Raises: ForbiddenError; NotVisibleError.
    """
    require(actor)
    with transaction.atomic():
        row = _stage(key)
        same = Stage.objects.filter(pipeline_id=row.pipeline_id, archived_at__isnull=True)
        rows = list(same.order_by("position", "pk"))
        at = next((place for place, one in enumerate(rows) if one.pk == row.pk), -1)
        to = at + (1 if down else -1)
        work = operations.start(actor=actor, verb="moved")
        if at < 0 or not 0 <= to < len(rows):
            return _done(work, f"{row.name} stays where it is.")
        rows[at], rows[to] = rows[to], rows[at]
        for place, one in enumerate(rows):
            if one.position != place:
                before, one.position = _facts(one), place
                one.save(update_fields=["position"])
                _told(work, one, before)
        return _done(work, f"{row.name} moved.")


def archive_stage(*, actor: Actor, key: str, to: str = "", back: bool = False) -> Receipt:
    """The receipt of putting a stage away, or of taking it back. Its deals go where the actor says.

    Raises: ForbiddenError; NotVisibleError; RuleError where deals stand and nobody said where they go, and for the
    last open stage.
    """
    require(actor)
    with transaction.atomic():
        row = _stage(key)
        work = operations.start(actor=actor, verb="restored" if back else "archived", bulk=not back)
        before, moved = _facts(row), 0
        if not back:
            _is_not_the_last(row)
            moved = _rehouse(work, row, to)
        row.archived_at = None if back else work.at
        row.save(update_fields=["archived_at"])
        _told(work, row, before)
        told = f"{row.name} is {'back' if back else 'archived'}."
        also = (f"{moved:,} {'deal' if moved == 1 else 'deals'} moved on",) if moved else ()
        return _done(work, told, also)


def _is_not_the_last(row: Stage) -> None:
    others = Stage.objects.filter(pipeline_id=row.pipeline_id, archived_at__isnull=True, type=row.type)
    if row.type == StageType.OPEN and not others.exclude(pk=row.pk).exists():
        raise RuleError("last", f"{row.name} is the last open stage: deals need one to begin at.")


def _rehouse(work: Work, row: Stage, key: str) -> int:
    """How many deals went to the other stage.

    Raises: RuleError.
    """
    held = Opportunity.objects.living().filter(stage=row.key)
    count = held.count()
    if not count:
        return 0
    to = Stage.objects.filter(key=key, archived_at__isnull=True, type=row.type).exclude(pk=row.pk).first()
    if to is None:
        message = (
            f"{count:,} {'deal stands' if count == 1 else 'deals stand'} at {row.name}. Choose where they go."
        )
        raise RuleError("in_use", message, "to")
    if count > MOST_MOVED:
        message = f"{count:,} deals stand at {row.name}; at most {MOST_MOVED:,} move at once. Move some in the list first."
        raise RuleError("too_many", message, "to")
    deals = list(held.select_for_update().order_by("pk"))
    record_type = declare.get(Opportunity.KIND)
    return len(store.alter(work, record_type, [store.Alteration(deal, {"stage": to.key}) for deal in deals]))


def undo_pipelines(work: Work, changes: Sequence[Change]) -> None:
    """Pipelines and stages are again as they were; a new one is archived, for deals may stand there by now.

    Raises: RuleError when one was changed again since.
    """
    require(work.actor)
    keys = []
    for change in changes:
        model = Pipeline if change.kind == PIPELINE else Stage
        row: Pipeline | Stage = model.objects.select_for_update().get(pk=change.record_id)
        before = _facts(row)
        if any(before.get(name) != value for name, value in change.after.items()):
            raise RuleError("changed_since", f"{row.name} was changed again since. Set it by hand.")
        if change.verb == "created":
            _unhoused(row)
            row.archived_at = work.at
        else:
            _put_back(row, change.before)
        row.save()
        _told(work, row, before)
        keys += [row.key] if isinstance(row, Stage) else []
    stamps.renew()
    publish(FieldsChanged(kind=Opportunity.KIND, actor_id=work.actor.user_id, at=work.at))
    for key in keys:
        _rederive(key)


def _unhoused(row: Pipeline | Stage) -> None:
    at = {"stage": row.key} if isinstance(row, Stage) else {"pipeline": row.key}
    if Opportunity.objects.living().filter(**at).exists():
        raise RuleError("in_use", f"Deals stand in {row.name} by now. Move them first, then archive it.")


def _put_back(row: Pipeline | Stage, facts: dict[str, Any]) -> None:
    names = DECIDED if isinstance(row, Stage) else ("name", "position", "archived_at")
    for name in names:
        if name in facts:
            column: Field[Any, Any] = row._meta.get_field(name.removesuffix("_id"))  # type: ignore[assignment]  # noqa: SLF001
            setattr(row, name, column.to_python(facts[name]))
    if isinstance(row, Stage):
        _ask(row, [AskWish(**one) for one in facts.get("asks", ())])


def _facts(row: Pipeline | Stage) -> dict[str, Any]:
    return {**row.facts(), "asks": asks(row.key)} if isinstance(row, Stage) else row.facts()


def _told(work: Work, row: Pipeline | Stage, before: dict[str, Any], verb: str = "updated") -> None:
    """The line in the audit trail: what was decided differently."""
    after = _facts(row)
    changed = [name for name in after if before.get(name) != after[name]]
    if changed:
        kind = STAGE if isinstance(row, Stage) else PIPELINE
        was = {name: before[name] for name in changed if name in before}
        operations.note(work, Entry(kind, row.pk, 0, verb, was, {name: after[name] for name in changed}))


def _done(work: Work, told: str, also: tuple[str, ...] = ()) -> Receipt:
    stamps.renew()
    if work.changes:
        # Search knows deals by the names of their stages.
        publish(FieldsChanged(kind=Opportunity.KIND, actor_id=work.actor.user_id, at=work.at))
    link = Link("Pipelines", reverse("pipelines"))
    return operations.finish(work, Receipt("saved", told, object=link, also=also))


def _rederive(key: str) -> None:
    rederive(Opportunity.objects.filter(stage=key))


def rederive(rows: RecordQuerySet) -> int:
    """How many deals have what they derive made anew. No history is written: nobody changed them."""
    deals = list(rows)
    for deal in deals:
        deal.derive()
    Opportunity.objects.bulk_update(deals, DERIVED, batch_size=500)
    return len(deals)


def _pipeline(key: str) -> Pipeline:
    ensure()
    row = Pipeline.objects.select_for_update().filter(key=key).first()
    if row is None:
        raise NotVisibleError
    return row


def _stage(key: str) -> Stage:
    ensure()
    row = Stage.objects.select_for_update().select_related("pipeline").filter(key=key).first()
    if row is None:
        raise NotVisibleError
    return row


def _name_is_free(name: str, but: int) -> None:
    if Pipeline.objects.filter(name__iexact=name, archived_at__isnull=True).exclude(pk=but).exists():
        raise RuleError("taken", f"There is a pipeline {name} already.", "name")

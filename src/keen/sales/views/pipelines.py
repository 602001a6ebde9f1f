"""The settings of pipelines, their stages, and exchange rates."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone

from keen.core import pages
from keen.core.access import KeenRequest, note_refused, route
from keen.lib.errors import NotVisibleError, RuleError
from keen.records.domain import fieldvalues
from keen.records.domain.fieldvalues import Reading
from keen.records.models import own
from keen.sales.actions import pipelines as actions
from keen.sales.actions.rates import RateWish, set_rate
from keen.sales.domain.pipeline import FORECASTS, TYPE_LABELS, Forecast, StageFacts
from keen.sales.domain.rules import AskWish, StageWish
from keen.sales.models import ExchangeRate, Opportunity
from keen.sales.models.pipelines import pipelines
from keen.sales.records import OPPORTUNITY

MANAGE = "power:pipelines.manage"
BOTH = ("GET", "HEAD", "POST")
POST = ("POST",)
EMPTY_ASKS, LINES, MOST_RATES = 2, 3, 50


@route(MANAGE)
def pipelines_page(request: KeenRequest) -> HttpResponse:
    """The pipelines with their stages, and the exchange rates."""
    return _page(request)


def _page(request: KeenRequest, errors: Mapping[str, str] | None = None) -> HttpResponse:
    found = pipelines()
    rows = Opportunity.objects.living().order_by().values("stage").annotate(count=Count("pk"))
    counts = {row["stage"]: row["count"] for row in rows}
    context = {
        "pipelines": found.all,
        "living": found.offered,
        "counts": counts,
        "asked": _asked(),
        "rates": list(ExchangeRate.objects.order_by("currency", "-on")[:MOST_RATES]),
        "currency": settings.KEEN.currency,
        "today": timezone.localdate(),
        "typed": request.POST,
        "errors": errors or {},
    }
    return pages.render(request, "sales/pipelines.html", context, 422 if errors else 200)


def _asked() -> dict[str, list[str]]:
    """The labels of what each stage asks for."""
    found: dict[str, list[str]] = {}
    for moment in own.moments(Opportunity.KIND):
        field = OPPORTUNITY.by_name.get(moment.name)
        if moment.when_field == "stage" and field is not None:
            found.setdefault(moment.when_value, []).append(field.label)
    return found


@route(MANAGE, methods=POST)
def pipeline_add(request: KeenRequest) -> HttpResponse:
    """A new pipeline."""
    try:
        receipt = actions.add_pipeline(actor=request.actor, name=request.POST.get("name", ""))
    except RuleError as error:
        return _mend(request, error)
    return pages.answer(request, receipt, to=reverse("pipelines"))


@route(MANAGE, methods=POST)
def pipeline_save(request: KeenRequest, key: str) -> HttpResponse:
    """Another name."""
    try:
        receipt = actions.rename_pipeline(actor=request.actor, key=key, name=request.POST.get("name", ""))
    except RuleError as error:
        return _mend(request, error)
    return pages.answer(request, receipt, to=reverse("pipelines"))


@route(MANAGE, methods=POST)
def pipeline_archive(request: KeenRequest, key: str) -> HttpResponse:
    """Put away, or taken back."""
    back = request.POST.get("back") == "1"
    return pages.answer(
        request, actions.archive_pipeline(actor=request.actor, key=key, back=back), to=reverse("pipelines")
    )


def _mend(request: KeenRequest, error: RuleError) -> HttpResponse:
    if error.field is None:
        raise error
    note_refused(request, error)
    return _page(request, {str(error.field): error.message})


@route(MANAGE, methods=BOTH)
def stage_add(request: KeenRequest, key: str) -> HttpResponse:
    """A new stage of the pipeline."""
    pipeline = pipelines().pipeline(key)
    if pipeline is None:
        raise NotVisibleError
    if request.method != "POST":
        return _stage_form(
            request,
            None,
            StageWish("", probability="50", forecast="pipeline", usual_days="14"),
            pipeline.name,
        )
    wish = _wish(request.POST)
    try:
        receipt = actions.save_stage(actor=request.actor, wish=wish, pipeline=key)
    except RuleError as error:
        return _stage_form(request, None, wish, pipeline.name, error)
    return pages.answer(request, receipt, to=reverse("pipelines"))


@route(MANAGE, methods=BOTH)
def stage_edit(request: KeenRequest, key: str) -> HttpResponse:
    """A stage with what it asks for."""
    stage = _stage(key)
    pipeline = pipelines().pipeline(stage.pipeline)
    name = pipeline.name if pipeline else ""
    if request.method != "POST":
        return _stage_form(request, stage, _held(stage), name)
    wish = _wish(request.POST)
    try:
        receipt = actions.save_stage(actor=request.actor, wish=wish, key=key)
    except RuleError as error:
        return _stage_form(request, stage, wish, name, error)
    return pages.answer(request, receipt, to=reverse("pipelines"))


@route(MANAGE, methods=POST)
def stage_move(request: KeenRequest, key: str) -> HttpResponse:
    """One place up or down."""
    receipt = actions.move_stage(actor=request.actor, key=key, down=request.POST.get("down") == "1")
    return pages.answer(request, receipt, to=reverse("pipelines"))


@route(MANAGE, methods=BOTH)
def stage_archive(request: KeenRequest, key: str) -> HttpResponse:
    """Put away, or taken back; where deals stand, the page asks where they go."""
    stage = _stage(key)
    error: RuleError | None = None
    if request.method == "POST":
        back, to = request.POST.get("back") == "1", request.POST.get("to", "")
        try:
            receipt = actions.archive_stage(actor=request.actor, key=key, to=to, back=back)
            return pages.answer(request, receipt, to=reverse("pipelines"))
        except RuleError as refused:
            if refused.field != "to":
                raise
            note_refused(request, refused)
            error = refused
    pipeline = pipelines().pipeline(stage.pipeline)
    others = [
        one for one in (pipeline.offered if pipeline else ()) if one.type == stage.type and one.key != key
    ]
    context = {
        "stage": stage,
        "others": [(one.key, one.name) for one in others],
        "count": Opportunity.objects.living().filter(stage=key).count(),
        "errors": {"to": error.message} if error else {},
    }
    return pages.render(request, "sales/stage_archive.html", context, 422 if error else 200)


@route(MANAGE, methods=POST)
def rate_save(request: KeenRequest) -> HttpResponse:
    """A rate from a day on."""
    posted = request.POST
    try:
        on = fieldvalues.read("date", posted.get("on", ""), Reading("on", "From"))
        wish = RateWish(posted.get("currency", ""), on, posted.get("rate", ""))
        receipt = set_rate(actor=request.actor, wish=wish)
    except RuleError as error:
        return _mend(request, error)
    return pages.answer(request, receipt, to=reverse("pipelines") + "#rates")


def _stage(key: str) -> StageFacts:
    found = pipelines().stages.get(key)
    if found is None:
        raise NotVisibleError
    return found


def _held(stage: StageFacts) -> StageWish:
    asks = [
        AskWish(one.name, one.required, one.decision)
        for one in own.moments(Opportunity.KIND)
        if one.when_field == "stage" and one.when_value == stage.key
    ]
    return StageWish(
        stage.name,
        stage.type.value,
        str(stage.probability),
        stage.forecast.value,
        stage.help,
        "" if stage.usual_days is None else str(stage.usual_days),
        "" if stage.most is None else str(stage.most),
        asks,
    )


def _wish(posted: QueryDict) -> StageWish:
    names, decisions = posted.getlist("ask"), posted.getlist("decision")
    demanded = {at for at, said in enumerate(posted.getlist("demand")) if said == "1"}
    asks = [
        AskWish(name, at in demanded, decisions[at] if at < len(decisions) else "")
        for at, name in enumerate(names)
    ]
    simple: dict[str, Any] = {
        name: str(posted.get(name, ""))
        for name in ("name", "type", "probability", "forecast", "usual_days", "most")
    }
    return StageWish(**simple, help=posted.getlist("help"), asks=asks)


def _stage_form(
    request: KeenRequest,
    stage: StageFacts | None,
    wish: StageWish,
    pipeline: str,
    error: RuleError | None = None,
) -> HttpResponse:
    if error is not None:
        if error.field is None:
            raise error
        note_refused(request, error)
    offered = [
        (field.name, field.label)
        for field in OPPORTUNITY.fields
        if field.editable and field.name not in {"stage", "name"}
    ]
    context = {
        "stage": stage,
        "pipeline": pipeline,
        "wish": wish,
        "types": [(kind.value, label) for kind, label in TYPE_LABELS],
        "forecasts": [(key, label) for key, label in FORECASTS if key != str(Forecast.CLOSED)],
        "help": [*wish.help, "", "", ""][:LINES],
        "asks": [*wish.asks, *[AskWish("")] * EMPTY_ASKS],
        "fields": [("", "Nothing"), *offered],
        "errors": {str(error.field): error.message} if error else {},
    }
    return pages.render(request, "sales/stage.html", context, 422 if error else 200)

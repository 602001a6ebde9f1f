"""Writing an automation: a sentence that is put together, tried on the last 30 days, and saved."""

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.core.actions.operations import AlreadyDoneError
from keen.lib.errors import RuleError
from keen.processes.actions import automations as actions
from keen.processes.actions.automations import Wish
from keen.processes.domain.rules import Do, Trigger, When
from keen.processes.forms import Draft, trigger_of
from keen.processes.models import Automation, State
from keen.processes.queries import automations as found
from keen.processes.queries import checking, choices, filling, sentences
from keen.processes.queries.rehearsal import Rehearsal, rehearse
from keen.records import declare
from keen.records.declare import RecordType

MANAGE = "power:automations.manage"
BOTH = ("GET", "HEAD", "POST")
OF_FIELD = frozenset({When.CHANGED, When.DATE})


@route(MANAGE, methods=BOTH)
def automation_new(request: KeenRequest) -> HttpResponse:
    """What it is about, then what sets it off, then the whole sentence."""
    kind, when = request.GET.get("kind", ""), request.GET.get("when", "")
    if not kind or not when:
        context = {"beginnings": choices.beginnings(request.actor)}
        return pages.render(request, "processes/automation_begin.html", context)
    trigger = trigger_of(kind, when, request.GET.get("field", ""))
    record_type = checking.kind_of(request.actor, kind)
    watchable = choices.watchable(record_type, request.actor, trigger.when)
    if trigger.when in OF_FIELD and trigger.field not in {one.name for one in watchable}:
        asked = {
            "trigger": trigger,
            "type": record_type,
            "noun": sentences.noun(record_type),
            "fields": watchable,
        }
        return pages.render(request, "processes/automation_field.html", asked)
    return _write(request, Draft("", trigger), None)


@route(MANAGE, methods=BOTH)
def automation_edit(request: KeenRequest, automation_id: int) -> HttpResponse:
    row = found.get(automation_id)
    return _write(request, Draft.of(row.definition), row)


def _write(request: KeenRequest, draft: Draft, row: Automation | None) -> HttpResponse:
    """The form, what its buttons do to it, and saving."""
    if request.method != "POST":
        return _page(request, draft, row)
    draft = Draft.read(request.POST, draft.trigger)
    deed = request.POST.get("do", "save-on" if row and row.state == State.ON else "save-off")
    try:
        if deed == "try":
            return _page(request, draft, row, tried=_try(request, draft, row))
        if deed.startswith("save"):
            return _save(request, draft, row, on=deed == "save-on")
    except RuleError as error:
        return _page(request, draft, row, errors={error.field or "name": error.message})
    return _page(request, draft.after(deed, request.POST), row)


def _try(request: KeenRequest, draft: Draft, row: Automation | None) -> Rehearsal:
    definition = _whole(draft)
    checking.check(request.actor, definition, row.pk if row else None)
    return rehearse(request.actor, definition, timezone.now())


def _whole(draft: Draft) -> Any:
    """What the form comes to.

    Raises: RuleError for a condition without a value.
    """
    if at := draft.unanswered():
        raise RuleError("missing", "Say what it is compared with, or take the condition out.", at)
    return draft.definition()


def _save(request: KeenRequest, draft: Draft, row: Automation | None, *, on: bool) -> HttpResponse:
    wish = Wish(_whole(draft), on)
    if row is not None:
        saved, receipt = actions.change(actor=request.actor, automation_id=row.pk, wish=wish)
        return pages.answer(request, receipt, to=saved.get_absolute_url())
    try:
        made, receipt = actions.make(actor=request.actor, wish=wish, once=request.POST.get("_once", "")[:80])
    except AlreadyDoneError as error:
        return pages.answer(request, error.receipt(), to=reverse("automation-list"))
    return pages.answer(request, receipt, to=made.get_absolute_url())


def _page(
    request: KeenRequest,
    draft: Draft,
    row: Automation | None,
    errors: dict[str, str] | None = None,
    tried: Rehearsal | None = None,
) -> HttpResponse:
    actor, record_type = request.actor, declare.get(draft.trigger.kind)
    today = timezone.localdate()
    watched = record_type.by_name.get(sentences.watched(draft.trigger))
    everybody = choices.people(today)
    context = {
        "row": row,
        "draft": draft,
        "type": record_type,
        "noun": sentences.noun(record_type),
        "watched": watched,
        "watched_values": choices.values(watched, today) if watched else (),
        "offer": sentences.OFFERS[draft.trigger.when],
        "sentence": sentences.sentence(draft.definition(), actor),
        "ifs": (ifs := _ifs(record_type, draft, request)),
        "lost": len(draft.ifs) - len(ifs),
        "if_fields": [(one.name, one.label) for one in choices.filterable(record_type, actor)],
        "steps": [_step(record_type, step, today) for step in draft.steps],
        "step_choices": [
            (do.value, sentences.DOES[do], sentences.ICONS[do])
            for do in choices.steps_for(record_type, actor)
        ],
        "whom": {do.value: choices.whom(do, record_type, everybody) for do in Do},
        "everybody": everybody,
        "settable": [(one.name, one.label) for one in choices.settable(record_type, actor)],
        "hooks": choices.hooks(),
        "places": filling.offered(record_type, actor)[:10],
        "errors": errors or {},
        "tried": tried,
        "once": request.POST.get("_once") or uuid4().hex,
    }
    return pages.render(request, "processes/automation_form.html", context, 422 if errors else 200)


def _ifs(record_type: RecordType, draft: Draft, request: KeenRequest) -> list[dict[str, Any]]:
    """The conditions with what each offers; a field that is gone is left out when the form is sent."""
    known = {one.name: one for one in choices.filterable(record_type, request.actor)}
    return [
        {
            "field": known[name],
            "operator": operator,
            "value": value,
            "operators": choices.operators(known[name]),
            "values": choices.values(known[name], timezone.localdate()),
        }
        for name, operator, value in draft.ifs
        if name in known
    ]


def _step(record_type: RecordType, step: Any, today: Any) -> dict[str, Any]:
    field = record_type.by_name.get(step.field)
    return {
        "step": step,
        "does": sentences.DOES[step.do],
        "icon": sentences.ICONS[step.do],
        "field": field,
        "values": choices.values(field, today) if field else (),
    }


def of_trigger(trigger: Trigger) -> str:
    """The address at which such an automation is written."""
    return f"{reverse('automation-new')}?kind={trigger.kind}&when={trigger.when}&field={trigger.field}"

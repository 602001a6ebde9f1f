"""What is done with one activity: done, open again, moved, given, cancelled; and calls that come back from the phone."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from keen.activities.actions.about import About
from keen.activities.actions.close import Ending, cancel, complete, reopen
from keen.activities.actions.log import log_call
from keen.activities.actions.move import Handover, reassign, snooze
from keen.activities.actions.plan import Plan, plan_next_step, plan_task
from keen.activities.domain import days
from keen.activities.domain.choices import What
from keen.activities.forms import about_of, call_of
from keen.activities.models import Activity
from keen.activities.panels import today_of
from keen.activities.views.answers import BOTH, WRITES, answer, once
from keen.activities.views.calls import ask, call_form
from keen.core.access import KeenRequest, route
from keen.lib.errors import NotVisibleError, RuleError
from keen.records.actions.values import InvalidError


@route("activity.add", methods=WRITES)
def call_log(request: KeenRequest) -> HttpResponse:
    """How a call went: one tap saves outcome, time and person."""
    about = about_of(request.POST)
    if about is None:
        raise RuleError("not_a_record", "Choose whom you called, then how it went.", "kind")
    call = call_of(request.actor, request.POST, today_of(request.actor))
    try:
        receipt = log_call(actor=request.actor, about=about, call=call, once=once(request))
    except InvalidError as error:
        if not request.headers.get("HX-Request"):
            return call_form(request, about, error.errors)
        return ask(request, call, error.errors)
    return answer(request, receipt)


@route("activity.edit", methods=WRITES)
def activity_done(request: KeenRequest, activity_id: int) -> HttpResponse:
    ending = Ending(outcome=request.POST.get("outcome", ""), note=request.POST.get("note", ""))
    receipt = complete(actor=request.actor, activity_id=activity_id, ending=ending, once=once(request))
    return answer(request, receipt, otherwise=f"/activities/{activity_id}/")


@route("activity.edit", methods=WRITES)
def activity_reopen(request: KeenRequest, activity_id: int) -> HttpResponse:
    receipt = reopen(actor=request.actor, activity_id=activity_id, once=once(request))
    return answer(request, receipt, otherwise=f"/activities/{activity_id}/")


@route("activity.edit", methods=WRITES)
def activity_cancel(request: KeenRequest, activity_id: int) -> HttpResponse:
    receipt = cancel(actor=request.actor, activity_id=activity_id, once=once(request))
    return answer(request, receipt, otherwise=f"/activities/{activity_id}/")


@route("activity.edit", methods=WRITES)
def activity_snooze(request: KeenRequest, activity_id: int, when: str = "") -> HttpResponse:
    """Another day: a chip's key or a date."""
    on = days.chosen(when or request.POST.get("on", ""), today_of(request.actor), request.actor.worktime)
    if on is None:
        raise RuleError("not_a_date", "Choose a day from the list, or write one like 2026-11-24.", "on")
    receipt = snooze(actor=request.actor, activity_id=activity_id, on=on, once=once(request))
    return answer(request, receipt, otherwise=f"/activities/{activity_id}/")


@route("activity.edit", methods=WRITES)
def activity_reassign(request: KeenRequest, activity_id: int) -> HttpResponse:
    to = request.POST.get("owner", "")
    if not to.isdecimal() or len(to) > 18:
        raise RuleError("not_a_person", "Choose somebody from the list.", "owner")
    handover = Handover(to_id=int(to), note=request.POST.get("note", ""))
    receipt = reassign(actor=request.actor, activity_id=activity_id, handover=handover, once=once(request))
    return answer(request, receipt, otherwise=f"/activities/{activity_id}/")


@route("activity.add", methods=BOTH)
def next_step(request: KeenRequest, activity_id: int, when: str = "") -> HttpResponse:
    """The next step after something was done: one click for a day, or the form for any other."""
    if request.method == "POST":
        on = days.chosen(when or request.POST.get("on", ""), today_of(request.actor), request.actor.worktime)
        if on is None:
            raise RuleError("not_a_date", "Choose a day from the list, or write one like 2026-11-24.", "on")
        receipt = plan_next_step(actor=request.actor, after_id=activity_id, on=on, once=once(request))
        return answer(request, receipt)
    before: Activity | None = Activity.objects.visible_to(request.actor).filter(pk=activity_id).first()
    if before is None:
        raise NotVisibleError
    what = What.CALL if before.kind == What.CALL else What.TASK
    about = f"&kind={before.about_kind}&id={before.about_id}" if before.about_id else ""
    return HttpResponseRedirect(f"{reverse('activity-plan')}?what={what.value}{about}")


@route("activity.add", methods=WRITES)
def plan_on(request: KeenRequest, kind: str, record_id: int, when: str = "") -> HttpResponse:
    """A next step with a record that has none: one click for a day."""
    on = days.chosen(when or request.POST.get("on", ""), today_of(request.actor), request.actor.worktime)
    if on is None:
        raise RuleError("not_a_date", "Choose a day from the list.", "on")
    receipt = plan_task(
        actor=request.actor, about=About(kind, record_id), plan=Plan(on=on), once=once(request)
    )
    return answer(request, receipt)

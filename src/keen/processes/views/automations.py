"""The pages of automations: what there is, how each is doing, and what it did."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.lib.ids import id_of
from keen.processes.actions import automations as actions
from keen.processes.models import Outcome
from keen.processes.queries import automations as found
from keen.processes.queries.automations import Counts
from keen.processes.queries.rehearsal import rehearse
from keen.processes.queries.sentences import sentence
from keen.records import declare

MANAGE = "power:automations.manage"
POST = ("POST",)


@route(MANAGE)
def automation_list(request: KeenRequest) -> HttpResponse:
    context = {"lines": found.lines(request.actor, timezone.now())}
    return pages.render(request, "processes/automations.html", context)


@route(MANAGE)
def automation(request: KeenRequest, automation_id: int) -> HttpResponse:
    row = found.get(automation_id)
    outcome = request.GET.get("outcome", "")
    outcome = outcome if outcome in Outcome.values else ""
    rows, older = found.log(
        row, request.actor, outcome=outcome, before=id_of(request.GET.get("before", "")) or 0
    )
    counted = found.counts([row.pk], timezone.now() - timedelta(days=30)).get(row.pk, Counts())
    here = row.get_absolute_url()
    parts = [(label, f"{here}?outcome={value}#log", value == outcome) for value, label in Outcome.choices]
    context = {
        "row": row,
        "line": found.line(row, request.actor, counted),
        "type": declare.get(row.kind),
        "rows": rows,
        "older": older,
        "outcome": outcome,
        "parts": [("All", here, not outcome), *parts],
        "versions": found.versions(row, actions.facts(row)),
        "tried": rehearse(request.actor, row.definition, timezone.now()) if "try" in request.GET else None,
        "undo_from": timezone.now() - timedelta(hours=settings.KEEN.undo_hours),
        "sentence": sentence(row.definition, request.actor),
    }
    return pages.render(request, "processes/automation.html", context)


@route(MANAGE, methods=POST)
def automation_state(request: KeenRequest, automation_id: int) -> HttpResponse:
    on = request.POST.get("on") == "1"
    receipt = actions.set_state(actor=request.actor, automation_id=automation_id, on=on)
    return pages.answer(request, receipt, to=reverse("automation", args=[automation_id]))


@route(MANAGE, methods=POST)
def automation_back(request: KeenRequest, automation_id: int) -> HttpResponse:
    change_id = id_of(request.POST.get("change", "")) or 0
    receipt = actions.go_back(actor=request.actor, automation_id=automation_id, change_id=change_id)
    return pages.answer(request, receipt, to=reverse("automation", args=[automation_id]))


@route(MANAGE, methods=POST)
def automation_archive(request: KeenRequest, automation_id: int) -> HttpResponse:
    receipt = actions.archive(actor=request.actor, automation_id=automation_id)
    return pages.answer(request, receipt, to=reverse("automation-list"))


@route(MANAGE, methods=POST)
def run_undo(request: KeenRequest, automation_id: int, run_id: int) -> HttpResponse:
    receipt = actions.take_back(actor=request.actor, run_id=run_id)
    return pages.answer(request, receipt, to=reverse("automation", args=[automation_id]))

"""The page of what forms and processes cost, and what to drop first."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.core.domain.receipts import Receipt
from keen.lib.errors import RuleError
from keen.lib.ids import id_of
from keen.processes.actions import automations
from keen.processes.domain.complexity import UNUSED_DAYS
from keen.processes.queries import complexity as found
from keen.records import declare
from keen.records.actions import fieldcuts, fields

MANAGE = "power:automations.manage"
POWERS = {"archive": "fields.manage", "optional": "fields.manage", "pause": "automations.manage"}


@route(MANAGE)
def complexity(request: KeenRequest) -> HttpResponse:
    now = timezone.now()
    troubles = found.troubles(now)
    kinds = [one for one in found.kinds() if request.actor.rights.scope(one.kind, "view").reach]
    loads = [found.load(one, now, troubles) for one in kinds]
    context = {
        "loads": sorted(loads, key=lambda one: -one.score),
        "cuts": found.cuts(loads, now),
        "may": {deed: request.actor.rights.has(power) for deed, power in POWERS.items()},
        "labels": {one.kind: one.plural for one in declare.types()},
        "days": UNUSED_DAYS,
    }
    return pages.render(request, "processes/complexity.html", context)


@route(MANAGE, methods=("POST",))
def complexity_cut(request: KeenRequest) -> HttpResponse:
    receipt = _cut(request, request.POST.get("deed", ""), id_of(request.POST.get("id", "")) or 0)
    return pages.answer(request, receipt, to=reverse("complexity"))


def _cut(request: KeenRequest, deed: str, which: int) -> Receipt:
    if deed == "archive":
        return fields.archive(actor=request.actor, field_id=which)
    if deed == "optional":
        return fieldcuts.make_optional(actor=request.actor, field_id=which)
    if deed == "pause":
        return automations.set_state(actor=request.actor, automation_id=which, on=False)
    raise RuleError("deed", "Choose what to drop from the list.")

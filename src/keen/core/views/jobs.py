from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from keen.core import queries
from keen.core.access import KeenRequest, route
from keen.core.actions import tasks
from keen.core.health import all_vitals
from keen.core.pages import answer, render
from keen.core.queue.overview import overview


@route("power:system.view")
def jobs(request: KeenRequest) -> HttpResponse:
    now = timezone.now()
    context = {
        "queue": overview(now),
        "vitals": all_vitals(),
        "backups": queries.backups(now),
        "held": queries.held(),
    }
    return render(request, "core/jobs.html", context)


@route("power:system.view", methods=("POST",))
def job_retry(request: KeenRequest, task_id: UUID) -> HttpResponse:
    receipt = tasks.retry_dead_letter(actor=request.actor, task_id=task_id)
    return answer(request, receipt, to=reverse("jobs"))


@route("power:system.view", methods=("POST",))
def job_retry_all(request: KeenRequest) -> HttpResponse:
    receipt = tasks.retry_all_dead_letters(actor=request.actor)
    return answer(request, receipt, to=reverse("jobs"))


@route("power:system.view", methods=("POST",))
def job_discard(request: KeenRequest, task_id: UUID) -> HttpResponse:
    receipt = tasks.discard_dead_letter(actor=request.actor, task_id=task_id)
    return answer(request, receipt, to=reverse("jobs"))

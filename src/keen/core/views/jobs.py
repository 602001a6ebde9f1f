from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone

from keen.core.access import KeenRequest, route
from keen.core.actions import tasks
from keen.core.pages import answer, render
from keen.core.queue.overview import overview

PAGE = "/jobs/"


@route("power:system.view")
def jobs(request: KeenRequest) -> HttpResponse:
    return render(request, "core/jobs.html", {"queue": overview(timezone.now())})


@route("power:system.view", methods=("POST",))
def job_retry(request: KeenRequest, task_id: UUID) -> HttpResponse:
    receipt, operation = tasks.retry_dead_letter(actor=request.actor, task_id=task_id)
    return answer(request, receipt, to=PAGE, operation=operation)


@route("power:system.view", methods=("POST",))
def job_retry_all(request: KeenRequest) -> HttpResponse:
    receipt, operation = tasks.retry_all_dead_letters(actor=request.actor)
    return answer(request, receipt, to=PAGE, operation=operation)


@route("power:system.view", methods=("POST",))
def job_discard(request: KeenRequest, task_id: UUID) -> HttpResponse:
    receipt, operation = tasks.discard_dead_letter(actor=request.actor, task_id=task_id)
    return answer(request, receipt, to=PAGE, operation=operation)

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from keen.core import queries
from keen.core.access import KeenRequest, route
from keen.core.actions import keeping
from keen.core.actions.operations import AlreadyDoneError
from keen.core.domain.receipts import Receipt
from keen.core.pages import answer, render
from keen.integrations.actions.deliveries import set_aside
from keen.site import jobs
from keen.site.keeping import routine

NAME = re.compile(r"\d+-\d{8}-\d{6}-[0-9a-f]{32}\.zip")


@route("power:system.view")
def backups(request: KeenRequest) -> HttpResponse:
    context = {
        "state": queries.backups(timezone.now()),
        "held": queries.held(),
        "exports": [(path.name, path.stat()) for path in routine.exports_of(request.actor)],
        "config": settings.KEEN,
        "once": uuid4().hex,
        "folder": str(settings.KEEN.backups),
    }
    return render(request, "site/backups.html", context)


@route("power:system.view", methods=("POST",))
def backup_now(request: KeenRequest) -> HttpResponse:
    return answer(request, _ask(request, "backup", jobs.back_up_now), to=reverse("backups"))


@route("power:export.all", methods=("POST",))
def export_now(request: KeenRequest) -> HttpResponse:
    receipt = _ask(request, "export", jobs.export_everything)
    return answer(request, receipt, to=reverse("backups") + "#exports")


def _ask(request: KeenRequest, what: str, job: Any) -> Receipt:
    """The receipt, after the job is in the queue; the same one when the page was sent twice."""
    try:
        with transaction.atomic():
            receipt = keeping.ask_for(actor=request.actor, what=what, once=request.POST.get("_once", ""))
            job.enqueue(user_id=request.user.pk)
    except AlreadyDoneError as done:
        return done.receipt()
    return receipt


@route("power:export.all")
def export_file(request: KeenRequest, name: str) -> FileResponse:
    """The export, to the one who asked for it."""
    known = {path.name: path for path in routine.exports_of(request.actor)}
    path: Path | None = known.get(name) if NAME.fullmatch(name) else None
    if path is None:
        raise Http404
    called = f"keen-{name.split('-')[1]}.zip"
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=called, content_type="application/zip"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@route("power:system.view", methods=("POST",))
def resume(request: KeenRequest) -> HttpResponse:
    held, discard = queries.held(), request.POST.get("discard") == "1"
    with transaction.atomic():
        receipt = keeping.resume(actor=request.actor, discard=discard)
        if discard and held:
            set_aside(held.since)
    return answer(request, receipt, to=reverse("jobs"))

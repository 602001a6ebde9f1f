"""The pages of webhooks: how each is doing, what was sent, and what to do about trouble."""

import json
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.core.actions.operations import AlreadyDoneError
from keen.core.domain.receipts import Receipt
from keen.integrations.actions import deliveries
from keen.integrations.actions import endpoints as administration
from keen.integrations.actions.endpoints import Wish
from keen.integrations.domain import topics, waits
from keen.integrations.domain.health import FAULTS
from keen.integrations.forms import EndpointForm
from keen.integrations.jobs import wake
from keen.integrations.models import Delivery, Endpoint, Outcome, State
from keen.integrations.outbound import leads_inside
from keen.integrations.queries import endpoints
from keen.integrations.queries.log import said_to, seen_by
from keen.integrations.sending import door
from keen.lib.errors import NotVisibleError, RuleError
from keen.lib.ids import id_of
from keen.records import declare

MANAGE = "power:integrations.manage"
BOTH = ("GET", "HEAD", "POST")
SINCE = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


@route(MANAGE)
def webhook_list(request: KeenRequest) -> HttpResponse:
    return pages.render(request, "integrations/webhooks.html", {"lines": endpoints.lines()})


@route(MANAGE, methods=BOTH)
def webhook_new(request: KeenRequest) -> HttpResponse:
    form = EndpointForm(request.POST or None, initial={"topics": ["contact.created", "contact.updated"]})
    if request.method == "POST" and form.is_valid():
        try:
            wish, once = Wish(**form.wish()), request.POST.get("_once", "")[:80]
            row, secret, receipt = administration.make(
                actor=request.actor, wish=wish, once=once, inside=leads_inside(wish.url, door())
            )
        except AlreadyDoneError as error:
            return pages.answer(request, error.receipt(), to=reverse("webhook-list"))
        except RuleError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            return _secret_page(request, row, secret, receipt)
    return _form_page(request, form, None)


@route(MANAGE, methods=BOTH)
def webhook_edit(request: KeenRequest, endpoint_id: int) -> HttpResponse:
    row = _row(endpoint_id)
    everything = topics.EVERYTHING in row.topics
    initial = {
        "name": row.name,
        "url": row.url,
        "topics": row.topics,
        "everything": everything,
        "with_record": row.with_record,
    }
    form = EndpointForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            wish = Wish(**form.wish())
            inside = leads_inside(wish.url, door())
            saved, receipt = administration.change(
                actor=request.actor, endpoint_id=row.pk, wish=wish, inside=inside
            )
        except RuleError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            return pages.answer(request, receipt, to=saved.get_absolute_url())
    return _form_page(request, form, row)


def _form_page(request: KeenRequest, form: EndpointForm, row: Endpoint | None) -> HttpResponse:
    known = set(endpoints.all_topics())
    kinds = [
        (
            kind.plural,
            [(verb, f"{kind.kind}.{verb}") for verb in topics.VERBS if f"{kind.kind}.{verb}" in known],
        )
        for kind in declare.types()
    ]
    context = {
        "form": form,
        "row": row,
        "kinds": kinds,
        "verbs": topics.VERBS,
        "completed": topics.COMPLETED,
        "chosen": form["topics"].value() or [],
        "once": request.POST.get("_once") or uuid4().hex,
    }
    return pages.render(request, "integrations/webhook_form.html", context, 422 if form.errors else 200)


def _secret_page(request: KeenRequest, row: Endpoint, secret: str, receipt: Receipt) -> HttpResponse:
    """The one page that shows a secret: the answer itself, so that no address brings it back."""
    context = {"row": row, "secret": secret, "receipt": receipt}
    answer = pages.render(request, "integrations/webhook_secret.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@route(MANAGE)
def webhook(request: KeenRequest, endpoint_id: int) -> HttpResponse:
    row = _row(endpoint_id)
    outcome = request.GET.get("outcome", "")
    outcome = outcome if outcome in Outcome.values else ""
    found, older = endpoints.log(row, outcome=outcome, before=id_of(request.GET.get("before", "")) or 0)
    here = row.get_absolute_url()
    context = {
        "line": endpoints.line(row),
        "row": row,
        "rows": seen_by(request.actor, found),
        "older": older,
        "outcome": outcome,
        "parts": [("All", here, not outcome), *_parts(here, outcome)],
        "faults": FAULTS,
        "past": endpoints.history(row),
        "now": timezone.now(),
        "days": settings.KEEN.webhook_days,
    }
    return pages.render(request, "integrations/webhook.html", context)


def _parts(here: str, chosen: str) -> list[tuple[str, str, bool]]:
    return [(label, f"{here}?outcome={value}#log", value == chosen) for value, label in Outcome.choices]


@route(MANAGE)
def webhook_sent(request: KeenRequest, delivery_id: int) -> HttpResponse:
    delivery = get_object_or_404(Delivery.objects.select_related("endpoint"), pk=delivery_id)
    row = _row(delivery.endpoint_id)
    (seen,) = seen_by(request.actor, [delivery])
    tries = endpoints.tries_of(delivery)
    said = {one.pk: said_to(request.actor, seen, one) for one in tries}
    context = {
        "row": row,
        "delivery": delivery,
        "tries": tries,
        "seen": seen,
        "pretty": {pk: json.dumps(body, indent=2, ensure_ascii=False) for pk, (body, _) in said.items()},
        "left_out": max((count for _, count in said.values()), default=0),
        "faults": FAULTS,
        "most": len(waits.ATTEMPTS),
    }
    return pages.render(request, "integrations/webhook_sent.html", context)


@route(MANAGE, methods=("POST",))
def webhook_test(request: KeenRequest, endpoint_id: int) -> HttpResponse:
    delivery, receipt = deliveries.send_test(actor=request.actor, endpoint_id=endpoint_id)
    wake()
    return pages.answer(request, receipt, to=reverse("webhook-sent", args=[delivery.pk]))


@route(MANAGE, methods=("POST",))
def webhook_state(request: KeenRequest, endpoint_id: int) -> HttpResponse:
    wanted = request.POST.get("state", "")
    if wanted not in State.values:
        raise RuleError("state", "Choose on, paused or off.")
    receipt = administration.set_state(actor=request.actor, endpoint_id=endpoint_id, state=State(wanted))
    wake()
    return pages.answer(request, receipt, to=reverse("webhook", args=[endpoint_id]))


@route(MANAGE, methods=("POST",))
def webhook_secret(request: KeenRequest, endpoint_id: int) -> HttpResponse:
    row, secret, receipt = administration.rotate(actor=request.actor, endpoint_id=endpoint_id)
    return _secret_page(request, row, secret, receipt)


@route(MANAGE, methods=("POST",))
def webhook_secret_end(request: KeenRequest, endpoint_id: int) -> HttpResponse:
    receipt = administration.forget_old_secret(actor=request.actor, endpoint_id=endpoint_id)
    return pages.answer(request, receipt, to=reverse("webhook", args=[endpoint_id]))


@route(MANAGE, methods=("POST",))
def webhook_again(request: KeenRequest, endpoint_id: int) -> HttpResponse:
    back = SINCE.get(request.POST.get("since", ""))
    since = timezone.now() - back if back else None
    receipt = deliveries.send_failed_again(actor=request.actor, endpoint_id=endpoint_id, since=since)
    wake()
    return pages.answer(request, receipt, to=reverse("webhook", args=[endpoint_id]))


@route(MANAGE, methods=("POST",))
def webhook_sent_again(request: KeenRequest, delivery_id: int) -> HttpResponse:
    receipt = deliveries.send_again(actor=request.actor, delivery_id=delivery_id)
    wake()
    return pages.answer(request, receipt, to=reverse("webhook-sent", args=[delivery_id]))


@route(MANAGE, methods=("POST",))
def webhook_delete(request: KeenRequest, endpoint_id: int) -> HttpResponse:
    receipt = administration.delete(actor=request.actor, endpoint_id=endpoint_id)
    return pages.answer(request, receipt, to=reverse("webhook-list"))


def _row(endpoint_id: int) -> Endpoint:
    row = endpoints.living().select_related("owner").filter(pk=endpoint_id).first()
    if row is None:
        raise NotVisibleError
    return row

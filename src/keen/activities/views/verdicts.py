"""What was not useful on Today, and what counts less since."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from keen.activities.actions.verdicts import Judgement, count_again, not_useful
from keen.activities.domain.weights import WEIGHTS
from keen.activities.panels import today_of
from keen.activities.queries.verdicts import judged, lowered_causes
from keen.activities.views.answers import WRITES, answer, once
from keen.core import pages
from keen.core.access import KeenRequest, route


@route(methods=WRITES)
def today_not_useful(request: KeenRequest, kind: str, record_id: int) -> HttpResponse:
    """One tap says why: the thing is put aside, and what spoke for it counts less for this person."""
    given = Judgement(request.POST.get("why", ""), request.POST.get("cause", ""))
    receipt = not_useful(
        actor=request.actor,
        about=(kind, record_id),
        given=given,
        today=today_of(request.actor),
        once=once(request),
    )
    return answer(request, receipt)


@route()
def today_settings(request: KeenRequest) -> HttpResponse:
    """What counts on Today, and what the person lowered."""
    found = judged(request.actor, timezone.now(), today_of(request.actor))
    context = {"lowered": lowered_causes(found), "aside": len(found.aside), "weights": WEIGHTS.values()}
    return pages.render(request, "activities/today_settings.html", context)


@route(methods=WRITES)
def today_count_again(request: KeenRequest) -> HttpResponse:
    """A cause counts fully again."""
    receipt = count_again(actor=request.actor, cause=request.POST.get("cause", ""), once=once(request))
    return pages.answer(request, receipt, to=reverse("today-settings"))

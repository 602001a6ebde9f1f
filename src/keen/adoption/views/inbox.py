"""The inbox of who answers, what people feel over time, and polls."""

from datetime import timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from keen.adoption.actions import messages, questions
from keen.adoption.actions.questions import Wish
from keen.adoption.domain.voice import Sort, State
from keen.adoption.queries import voice as known
from keen.adoption.views.voice import message_page
from keen.core import pages, queries
from keen.core.access import KeenRequest, route
from keen.lib.errors import RuleError
from keen.lib.ids import id_of

BOTH = ("GET", "HEAD", "POST")
MANAGE = f"power:{known.MANAGE}"
SHOWN = 100
LATELY = timedelta(days=90)


@route(MANAGE)
def inbox(request: KeenRequest) -> HttpResponse:
    """What waits for an answer, the next due first; or what is settled."""
    is_open = request.GET.get("state") != "settled"
    today = timezone.localdate()
    context = {
        "messages": list(known.inbox(is_open=is_open)[:SHOWN]),
        "is_open": is_open,
        "waiting": known.open_count(),
        "feelings": known.feelings(today - LATELY, today),
        "over_time": known.over_time(today),
        "wishes": known.wishes(today - LATELY, today),
        "states": {one.value: one.label for one in State},
        "sorts": {one.value: one.label for one in Sort},
        "today": today,
    }
    return pages.render(request, "adoption/inbox.html", context)


@route(MANAGE, methods=("POST",))
def answer(request: KeenRequest, message_id: int) -> HttpResponse:
    """Answer a message, and say what becomes of it."""
    given = request.POST
    try:
        receipt = messages.answer(
            actor=request.actor,
            message_id=message_id,
            state=given.get("state", ""),
            words=given.get("answer", ""),
        )
    except RuleError as error:
        if error.field is None:
            raise
        return message_page(request, message_id, {error.field: error.message})
    return pages.answer(request, receipt, to=reverse("voice-message", args=[message_id]))


@route(MANAGE, methods=BOTH)
def polls(request: KeenRequest) -> HttpResponse:
    """Questions that settle something: asked, running, and what they brought."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            receipt = questions.open_poll(actor=request.actor, wish=_wish(request))
            return pages.answer(request, receipt, to=reverse("voice-polls"))
        except RuleError as error:
            if error.field is None:
                raise
            errors[error.field] = error.message
    today = timezone.localdate()
    context = {
        "outcomes": known.outcomes(today),
        "teams": [(str(one.pk), one.name) for one in queries.teams()],
        "today": today,
        "typed": request.POST if errors else {},
        "errors": errors,
    }
    return pages.render(request, "adoption/polls.html", context, 422 if errors else 200)


def _wish(request: KeenRequest) -> Wish:
    given = request.POST
    days = given.get("days", "")
    return Wish(
        words=given.get("words", ""),
        options=given.get("options", "").splitlines(),
        teams=[pk for pk in map(id_of, given.getlist("teams")) if pk],
        days=int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0,
    )

"""Today, the home page."""

from django.http import HttpResponse

from keen.activities import panels
from keen.activities.actions.log import Note, write_note
from keen.activities.queries.day import around
from keen.activities.views.answers import WRITES, answer, once
from keen.core import calendars, pages
from keen.core.access import KeenRequest, note_refused, route
from keen.lib.errors import RuleError


@route()
def today(request: KeenRequest) -> HttpResponse:
    """What to do next and why, what comes then, what is done."""
    context = {**panels.day_context(request), "panels": panels.beside_day(request)}
    return pages.keep_copy(request, pages.render(request, "activities/today.html", context))


@route()
def today_day(request: KeenRequest) -> HttpResponse:
    """The part of Today that changes with what is done."""
    return pages.render(request, "activities/today.html#day", panels.day_context(request))


@route()
def today_around(request: KeenRequest) -> HttpResponse:
    """What is worth a look beside the day."""
    standing_in = list(calendars.stood_in_for(request.actor.user_id, panels.today_of(request.actor)))
    context = {"around": around(request.actor), "standing_in": standing_in}
    return pages.render(request, "activities/_around.html", context)


@route("activity.add", methods=WRITES)
def quick_note(request: KeenRequest) -> HttpResponse:
    """A note that finds the person or the company that it names."""
    try:
        receipt = write_note(
            actor=request.actor, about=None, note=Note(text=request.POST.get("text", "")), once=once(request)
        )
    except RuleError as error:
        note_refused(request, error)
        context = {
            **panels.day_context(request),
            "note_error": error.message,
            "note": request.POST.get("text", ""),
        }
        part = "#composer" if request.headers.get("HX-Request") else ""
        return pages.render(request, f"activities/today.html{part}", context, 422)
    return answer(request, receipt)

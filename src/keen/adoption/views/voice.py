"""Saying something from any page, one's own messages with their answers, and the one question on Today."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from keen.adoption.actions import messages, questions
from keen.adoption.actions.messages import Saying
from keen.adoption.domain.voice import DUE_DAYS, Sort, State
from keen.adoption.models import Message
from keen.adoption.panels import question_context
from keen.adoption.queries import voice as known
from keen.adoption.queries.context import context_of, screen_of
from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.core.actions.operations import AlreadyDoneError
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.lib.ids import id_of
from keen.telemetry import capture

BOTH = ("GET", "HEAD", "POST")
SHOWN = 50
# A figure that is wrong is said at the figure itself.
OFFERED = [one for one in Sort if one is not Sort.FIGURE]


@route(methods=BOTH)
def say(request: KeenRequest) -> HttpResponse:
    """The form, with everything that would be sent along; then the receipt."""
    given = request.POST if request.method == "POST" else request.GET
    screen = screen_of(given.get("from", ""))
    offered = context_of(request, request.user, screen)
    if request.method == "POST":
        kept = set(request.POST.getlist("along"))
        along = [(label, value) for key, label, value in offered if key in kept]
        saying = Saying(
            sort=given.get("sort", ""),
            text=given.get("text", ""),
            screen=screen if "page" in kept else "",
            context=[*along, *_about_figure(given.get("figure", ""))],
        )
        try:
            receipt = messages.say(actor=request.actor, saying=saying, once=_once(given.get("once", "")))
        except AlreadyDoneError as error:
            receipt = error.receipt()
        except RuleError as error:
            if error.field is None:
                raise
            return _form(request, screen, offered, {error.field: error.message})
        if saying.sort == Sort.STUCK:
            capture.note("stuck", screen=saying.screen or "other")
        return pages.answer(request, receipt, to=reverse("voice"))
    return _form(request, screen, offered, {})


def _about_figure(figure: str) -> list[tuple[str, str]]:
    """The figure that is said to be wrong, as it was shown."""
    return [("Figure", figure[:120])] if figure else []


def _once(given: str) -> str:
    return f"say {given[:40]}" if given else ""


def _form(
    request: KeenRequest, screen: str, offered: list[tuple[str, str, str]], errors: dict[str, str]
) -> HttpResponse:
    given: Any = request.POST if errors else request.GET
    sort = given.get("sort", "")
    chosen = Sort(sort) if sort in set(Sort) else Sort.WRONG
    context = {
        "from": given.get("from", ""),
        "screen": screen,
        "offered": offered,
        "kept": set(request.POST.getlist("along")) if errors else {key for key, _, _ in offered},
        "figure": given.get("figure", ""),
        "sorts": [(one.value, one.label) for one in ([Sort.FIGURE] if chosen is Sort.FIGURE else OFFERED)],
        "sort": chosen,
        "days": DUE_DAYS[chosen],
        "text": given.get("text", ""),
        "once": given.get("once", "") or f"{request.user.pk}-{timezone.now().timestamp():.6f}",
        "errors": errors,
    }
    return pages.render(request, "adoption/say.html", context, 422 if errors else 200)


@route()
def mine(request: KeenRequest) -> HttpResponse:
    """What one said and answered, with what became of it."""
    context = {
        "messages": list(known.own_messages(request.actor)[:SHOWN]),
        "replies": list(known.own_replies(request.actor)[:SHOWN]),
        "states": {one.value: one for one in State},
        "sorts": {one.value: one.label for one in Sort},
        "today": timezone.localdate(),
    }
    return pages.render(request, "adoption/voice.html", context)


@route()
def message(request: KeenRequest, message_id: int) -> HttpResponse:
    """One message with its answer: for its sender, and for who answers."""
    return message_page(request, message_id, {})


def message_page(request: KeenRequest, message_id: int, errors: dict[str, str]) -> HttpResponse:
    """The page of a message, with what was wrong about an answer."""
    row: Message | None = known.visible_messages(request.actor).filter(pk=message_id).first()
    if row is None:
        raise NotVisibleError
    context = {
        "message": row,
        "sort": Sort(row.sort).label,
        "state": State(row.state),
        "states": [(one.value, one.label) for one in State if one is not State.NEW],
        "may_answer": request.actor.rights.has(known.MANAGE) and request.actor.may_write,
        "errors": errors,
        "typed": request.POST,
        "today": timezone.localdate(),
    }
    return pages.render(request, "adoption/message.html", context, 422 if errors else 200)


@route(methods=("POST",))
def reply(request: KeenRequest, question_id: int) -> HttpResponse:
    """Answer the question."""
    try:
        receipt = questions.reply(actor=request.actor, question_id=question_id, given=request.POST)
    except (NotVisibleError, ForbiddenError):
        raise
    except RuleError as error:
        context = {**question_context(request), "error": error.message}
        return pages.render(request, "adoption/question.html", context, 422)
    return pages.answer(request, receipt, to=reverse("today"))


@route(methods=("POST",))
def decline(request: KeenRequest, question_id: int) -> HttpResponse:
    """Not now: nothing is kept of it, so there is no receipt either."""
    if id_of(str(question_id)) is None:
        raise NotVisibleError
    questions.decline(actor=request.actor, question_id=question_id)
    return HttpResponseRedirect(reverse("today"), status=303)

"""Figures of adoption: one's own first, those of the people one manages, and those of groups."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from keen.adoption.actions import questions
from keen.adoption.actions.questions import Choices
from keen.adoption.domain.explain import DEFINITIONS
from keen.adoption.domain.modes import LABELS, MEANINGS, Mode
from keen.adoption.domain.policy import Dimension
from keen.adoption.queries import figures as known
from keen.adoption.queries import rules, voice
from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.core.models import User
from keen.lib.errors import NotVisibleError
from keen.telemetry.actions.reads import note_named_read
from keen.telemetry.queries import reads_of

VIEW = f"power:{voice.VIEW}"
READS = 5
PURPOSE = "to help in the work, as the direct manager"


@route()
def me(request: KeenRequest) -> HttpResponse:
    """One's own figures, and everything that decides who else sees them."""
    today = timezone.localdate()
    mode = rules.mode_in_force(today)
    context = {
        **_own(request.actor.user_id, mode),
        **_rule(mode),
        "coming": rules.coming_mode(today),
        "choice": voice.voice_of(request.actor.user_id),
        "reads": list(reads_of(request.actor)[:READS]),
        "manages": bool(known.direct_reports(request.actor)),
        "is_own": True,
    }
    return pages.render(request, "adoption/me.html", context)


def _own(user_id: int | None, mode: Mode) -> dict[str, Any]:
    found = None if mode is Mode.OFF else known.figures_of(user_id)
    return {"own": found, "definitions": {one.value: DEFINITIONS[one] for one in Dimension}}


def _rule(mode: Mode) -> dict[str, Any]:
    return {"mode": mode, "mode_label": LABELS[mode], "mode_meaning": MEANINGS[mode], "labels": LABELS}


@route(methods=("POST",))
def choices(request: KeenRequest) -> HttpResponse:
    """What the person decides about being asked and being named."""
    given = request.POST
    receipt = questions.choose(
        actor=request.actor,
        choices=Choices(
            may_be_asked=bool(given.get("may_be_asked")),
            may_count=bool(given.get("may_count")),
            may_be_named=bool(given.get("may_be_named")),
        ),
    )
    return pages.answer(request, receipt, to=reverse("adoption-me"))


@route()
def part(request: KeenRequest, dimension: str) -> HttpResponse:
    """One number of one's own: what it means, the counts behind it, and how it is reckoned."""
    today = timezone.localdate()
    mode = rules.mode_in_force(today)
    own = None if mode is Mode.OFF else known.figures_of(request.actor.user_id)
    if dimension not in set(Dimension) or own is None:
        raise NotVisibleError
    found = next((one for one in own.standing.parts if one.dimension == dimension), None)
    if found is None:
        raise NotVisibleError
    context = {
        "own": own,
        "part": found,
        "definition": DEFINITIONS[Dimension(dimension)],
        "improvements": [one for one in own.standing.improvements if one.dimension == dimension],
        "target": rules.policy_on(own.standing.on).of(own.standing.role),
    }
    return pages.render(request, "adoption/part.html", context)


@route(VIEW)
def cockpit(request: KeenRequest) -> HttpResponse:
    """Groups of five and more: who relies on Keen, where it is hard, what people say."""
    today = timezone.localdate()
    mode = rules.mode_in_force(today)
    manages = request.actor.rights.has(voice.MANAGE)
    context = {
        **_rule(mode),
        "was_chosen": rules.was_chosen(),
        "may_choose": request.actor.rights.has(rules.SET),
        "found": known.overview(),
        "feelings": voice.over_time(today, months=3),
        "waiting": voice.open_count() if manages else None,
        "may_answer": manages,
        "manages": bool(known.direct_reports(request.actor)),
    }
    return pages.render(request, "adoption/cockpit.html", context)


@route()
def people(request: KeenRequest) -> HttpResponse:
    """The people whom the actor manages directly. Each whose figures are shown can see that they were looked at."""
    if not known.direct_reports(request.actor):
        raise NotVisibleError(
            "leads_nobody", "You lead no team, so there is nobody whose figures you would see."
        )
    today = timezone.localdate()
    mode = rules.mode_in_force(today)
    found = known.reports(request.actor, today)
    for one in found:
        if one.standing is not None:
            note_named_read(
                actor=request.actor, person_id=one.user.pk, page="Adoption of the team", purpose=PURPOSE
            )
    shown = [one for one in found if one.standing is not None]
    context = {
        **_rule(mode),
        "coming": rules.coming_mode(today),
        "people": sorted(shown, key=lambda one: (not one.needs_help, one.user.name)),
        "unshown": len(found) - len(shown),
        "total": len(found),
    }
    return pages.render(request, "adoption/people.html", context)


@route()
def person(request: KeenRequest, user_id: int) -> HttpResponse:
    """The figures of somebody whom the actor manages, for whom the look is written down."""
    today = timezone.localdate()
    if request.actor.user_id == user_id or not known.may_see(request.actor, user_id, today):
        raise NotVisibleError
    note_named_read(actor=request.actor, person_id=user_id, page="Adoption of one person", purpose=PURPOSE)
    mode = rules.mode_in_force(today)
    context = {
        **_own(user_id, mode),
        **_rule(mode),
        "person": User.objects.get(pk=user_id),
        "is_own": False,
    }
    return pages.render(request, "adoption/person.html", context)

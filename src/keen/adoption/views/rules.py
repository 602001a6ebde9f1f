"""Who sees figures about people, and how figures are made: to be read by everybody, changed by few."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from keen.adoption.actions import modes, policies
from keen.adoption.actions.policies import takes_effect
from keen.adoption.domain.explain import DEFINITIONS
from keen.adoption.domain.modes import LABELS, MEANINGS, Mode
from keen.adoption.domain.policy import DEFAULT_ROLE, Dimension, Policy
from keen.adoption.models import ModeChange
from keen.adoption.queries import rules as known
from keen.adoption.queries.voice import MANAGE
from keen.core import pages, queries
from keen.core.access import KeenRequest, route
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError

BOTH = ("GET", "HEAD", "POST")
SHOWN = 20
ROLE_FIELDS = {
    "tau": ("Expected days", "of a hundred scheduled days, those on which the work leaves a trace"),
    "kappa": ("Look-ups", "of a hundred active days, those with a look-up that is acted upon"),
    "timely_hours": ("Hours to enter a fact", "working hours after it happened"),
}


@route(methods=BOTH)
def mode(request: KeenRequest) -> HttpResponse:
    """The mode that holds, what each means, and everything that was decided about it."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        given = request.POST
        try:
            receipt = modes.ask_for_mode(
                actor=request.actor, mode=given.get("mode", ""), reason=given.get("reason", "")
            )
            return pages.answer(request, receipt, to=reverse("adoption-mode"))
        except (NotVisibleError, ForbiddenError):
            raise
        except RuleError as error:
            errors[error.field or "mode"] = error.message
    return _mode_page(request, errors)


def _mode_page(request: KeenRequest, errors: dict[str, str]) -> HttpResponse:
    today = timezone.localdate()
    changes = list(known.mode_changes()[:SHOWN])
    waiting = next((one for one in changes if one.state == ModeChange.ASKED), None)
    rights, in_force = request.actor.rights, known.mode_in_force(today)
    context = {
        "in_force": in_force,
        "coming": known.coming_mode(today),
        "was_chosen": known.was_chosen(),
        "modes": [(one.value, LABELS[one], MEANINGS[one]) for one in Mode],
        "labels": {one.value: LABELS[one] for one in Mode},
        "meanings": {one.value: MEANINGS[one] for one in Mode},
        "changes": [one for one in changes if one != waiting],
        "states": dict(ModeChange.STATES),
        "waiting": waiting,
        "may_set": rights.has(known.SET) and request.actor.may_write,
        "may_agree": waiting is not None
        and rights.has(known.AGREE)
        and waiting.asked_by_id != request.actor.user_id,
        "typed": request.POST,
        "errors": errors,
    }
    return pages.render(request, "adoption/mode.html", context, 422 if errors else 200)


@route(f"power:{known.AGREE}", methods=("POST",))
def mode_answer(request: KeenRequest, change_id: int) -> HttpResponse:
    """A second person's word."""
    receipt = modes.answer_wish(
        actor=request.actor,
        change_id=change_id,
        agrees=request.POST.get("agrees") == "yes",
        answer=request.POST.get("answer", ""),
    )
    return pages.answer(request, receipt, to=reverse("adoption-mode"))


@route(f"power:{known.SET}", methods=("POST",))
def mode_withdraw(request: KeenRequest, change_id: int) -> HttpResponse:
    """Take a waiting wish back."""
    receipt = modes.withdraw_wish(actor=request.actor, change_id=change_id)
    return pages.answer(request, receipt, to=reverse("adoption-mode"))


@route()
def policy(request: KeenRequest) -> HttpResponse:
    """Every weight, target and threshold, with the versions and their reasons."""
    today = timezone.localdate()
    context = {
        "policy": known.policy_on(today),
        "roles": _roles(known.policy_on(today)),
        "usual": known.policy_on(today).roles[DEFAULT_ROLE].weights,
        "definitions": [(one.value, DEFINITIONS[one]) for one in Dimension],
        "versions": list(known.policy_versions()[:SHOWN]),
        "may_edit": request.actor.rights.has(MANAGE) and request.actor.may_write,
        "today": today,
    }
    return pages.render(request, "adoption/policy.html", context)


def _roles(found: Policy) -> list[tuple[str, str, Any]]:
    """Key, name and numbers of each role, those of every other role last."""
    names = {one.key: one.name for one in queries.roles()}
    made = [
        (key, names.get(key, key.replace("_", " ").capitalize()), role)
        for key, role in found.roles.items()
        if key
    ]
    return [
        *sorted(made, key=lambda one: one[1]),
        (DEFAULT_ROLE, "Every other role", found.roles[DEFAULT_ROLE]),
    ]


@route(f"power:{MANAGE}", methods=BOTH)
def policy_edit(request: KeenRequest) -> HttpResponse:
    """The numbers of one role, and the line above which somebody counts as adopted."""
    latest = known.policy_versions().first()
    today = timezone.localdate()
    held = known.policy_on(latest.starts_on if latest else today)
    key = (request.POST if request.method == "POST" else request.GET).get("role", "")
    if key not in held.roles:
        raise NotVisibleError
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            receipt = policies.save_policy(
                actor=request.actor, changes=_changes(request, key), reason=request.POST.get("reason", "")
            )
            return pages.answer(request, receipt, to=reverse("adoption-policy"))
        except (NotVisibleError, ForbiddenError):
            raise
        except RuleError as error:
            errors[error.field or "weights"] = error.message
    role = held.roles[key]
    context = {
        "key": key,
        "name": next(name for one, name, _ in _roles(held) if one == key),
        "role": role,
        "fields": ROLE_FIELDS,
        "dimensions": [(one.value, DEFINITIONS[one], role.weights[one]) for one in Dimension],
        "adopted": held.labels.adopted,
        "starts_on": takes_effect(today),
        "typed": request.POST if errors else {},
        "errors": errors,
    }
    return pages.render(request, "adoption/policy_edit.html", context, 422 if errors else 200)


def _changes(request: KeenRequest, key: str) -> dict[str, Any]:
    """What the form says, in the shape of the stored policy. Shares are typed as percent."""
    numbers = {name: _number(request, name) for name in (*ROLE_FIELDS, *Dimension, "adopted")}
    return {
        "roles": {
            key: {
                "tau": numbers["tau"] / 100,
                "kappa": numbers["kappa"] / 100,
                "timely_hours": numbers["timely_hours"],
                "weights": {one.value: numbers[one] / 100 for one in Dimension},
            }
        },
        "labels": {"adopted": numbers["adopted"]},
    }


def _number(request: KeenRequest, name: str) -> float:
    given = request.POST.get(name, "").strip().replace(",", ".")
    try:
        return float(given)
    except ValueError:
        raise RuleError("number", "Write a number here.", name) from None

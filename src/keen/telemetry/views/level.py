"""How much is recorded: who asked, who agreed, why."""

from django.http import HttpResponse
from django.urls import reverse

from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.core.domain.receipts import Receipt
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.telemetry import queries
from keen.telemetry.actions import keys
from keen.telemetry.actions import level as deeds
from keen.telemetry.domain.levels import LABELS, MEANINGS, Level
from keen.telemetry.models import LevelChange
from keen.telemetry.policy import keeper

SHOWN = 30


@route(methods=("GET", "HEAD", "POST"))
def level(request: KeenRequest) -> HttpResponse:
    """The level in force and everything that was decided about it: open to all, to be changed by few."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            given = request.POST
            receipt = deeds.ask_for_level(
                actor=request.actor, level=given.get("level", ""), reason=given.get("reason", "")
            )
        except (NotVisibleError, ForbiddenError):
            raise
        except RuleError as error:
            errors = {error.field or "level": error.message}
        else:
            return _answer(request, receipt)
    return _page(request, errors)


def _page(request: KeenRequest, errors: dict[str, str]) -> HttpResponse:
    rights = request.actor.rights
    in_force = queries.level_in_force()
    changes = list(queries.level_changes()[:SHOWN])
    waiting = next((one for one in changes if one.state == LevelChange.ASKED), None)
    context = {
        "in_force": in_force,
        "levels": [(one.value, LABELS[one], MEANINGS[one]) for one in Level],
        "meanings": {one.value: MEANINGS[one] for one in Level},
        "labels": {one.value: LABELS[one] for one in Level},
        "meaning": MEANINGS[in_force],
        "changes": [one for one in changes if one != waiting],
        "waiting": waiting,
        "states": dict(LevelChange.STATES),
        "may_set": rights.has(deeds.SET) and request.actor.may_write,
        "may_agree": waiting is not None
        and rights.has(deeds.AGREE)
        and waiting.asked_by_id != request.actor.user_id,
        "keys": list(queries.keys()) if rights.has(deeds.SET) else [],
        "typed": request.POST,
        "errors": errors,
    }
    return pages.render(request, "telemetry/level.html", context, 422 if errors else 200)


@route("power:usage.agree", methods=("POST",))
def answer(request: KeenRequest, change_id: int) -> HttpResponse:
    """A second person's word."""
    agrees = request.POST.get("agrees") == "yes"
    words = request.POST.get("answer", "")
    return _answer(
        request, deeds.answer_wish(actor=request.actor, change_id=change_id, agrees=agrees, answer=words)
    )


@route("power:usage.level", methods=("POST",))
def withdraw(request: KeenRequest, change_id: int) -> HttpResponse:
    """Take a waiting wish back."""
    return _answer(request, deeds.withdraw_wish(actor=request.actor, change_id=change_id))


@route("power:usage.level", methods=("POST",))
def key_destroy(request: KeenRequest, key_id: int) -> HttpResponse:
    """Destroy the key of a quarter's codes."""
    return _answer(request, keys.destroy_key(actor=request.actor, key_id=key_id))


def _answer(request: KeenRequest, receipt: Receipt) -> HttpResponse:
    keeper.forget()  # this process knows at once, the others within half a minute
    return pages.answer(request, receipt, to=reverse("usage-level"))

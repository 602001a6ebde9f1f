"""What people set for themselves."""

import zoneinfo
from dataclasses import dataclass
from datetime import date

from allauth.mfa.models import Authenticator
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from keen.core import pages, queries
from keen.core.access import KeenRequest, route
from keen.core.actions import settings as own
from keen.core.forms import SettingsForm
from keen.core.models import Operation
from keen.core.views.people import BOTH
from keen.lib.errors import RuleError

THEMES = {"", "light", "dark"}


@route(methods=BOTH)
def settings(request: KeenRequest) -> HttpResponse:
    user = request.user
    names = ("name", "job_title", "zone", "theme", "density", "single_keys")
    form = SettingsForm(request.POST or None, initial={name: getattr(user, name) for name in names})
    if request.method == "POST" and form.is_valid():
        receipt = own.save_settings(
            actor=request.actor, user=user, given=own.OwnSettings(**form.cleaned_data)
        )
        return pages.answer(request, receipt, to=reverse("settings"))
    held = list(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
    context = {
        "form": form,
        "zones": sorted(zoneinfo.available_timezones()),
        "company_zone": str(timezone.get_default_timezone()),
        "passkeys": held.count(Authenticator.Type.WEBAUTHN),
        "has_totp": Authenticator.Type.TOTP in held,
        "done": request.GET.get("done", ""),
    }
    return pages.render(request, "core/settings.html", context, 422 if form.errors else 200)


@route(methods=("POST",))
def theme(request: KeenRequest) -> HttpResponse:
    wanted = request.POST.get("theme", "")
    if wanted not in THEMES:
        raise RuleError("theme", "Choose light, dark, or as the device.")
    own.set_theme(actor=request.actor, user=request.user, theme=wanted)
    back = pages.local_address(request, request.POST.get("next", ""), reverse("settings"))
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return HttpResponseRedirect(back, status=303)


@route(methods=("POST",))
def sessions_end(request: KeenRequest) -> HttpResponse:
    receipt = own.end_other_sessions(actor=request.actor, user=request.user)
    update_session_auth_hash(request, request.user)
    return pages.answer(request, receipt, to=reverse("settings") + "#security")


@dataclass(frozen=True)
class Done:
    """Something the person did, on which day, and whether it can be taken back."""

    operation: Operation
    day: date
    undoable: bool


@route()
def changes(request: KeenRequest) -> HttpResponse:
    now = timezone.now()
    done = [
        Done(one, timezone.localdate(one.at), one.undo_until is not None and one.undo_until > now)
        for one in queries.recent_operations(request.actor)
    ]
    return pages.render(request, "core/changes.html", {"done": done})

"""Who is asking, and how errors answer."""

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from keen.core.access import ACTING_AS, note_refused
from keen.core.domain.grants import covers
from keen.core.domain.sessions import Limits, Marks, has_ended, is_to_note
from keen.core.models import User
from keen.core.views.errors import answer
from keen.lib.errors import KeenError

SESSION_MARKS = "marks"
ENDED = "You were signed out after a while, so that nobody else finds your work open. Sign in again; what you typed is kept."


class SessionLimitsMiddleware:
    """Ends sessions that nobody used for a while, and every one after a day's work; how long is set by the installation.

    Cost: none, 3 queries each time the use is written down.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.limits = Limits(settings.KEEN.session_idle_minutes * 60, settings.SESSION_COOKIE_AGE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            now = int(timezone.now().timestamp())
            since, seen = request.session.get(SESSION_MARKS) or (now, 0)
            marks = Marks(since, seen or since)
            if has_ended(marks, now, self.limits):
                logout(request)
                messages.warning(request, ENDED)
            elif not seen or is_to_note(marks, now, self.limits):
                request.session[SESSION_MARKS] = [since, now]
        return self.get_response(request)


class ActorMiddleware:
    """Sets `request.actor` and the time zone. An administrator who looks at the app as somebody else gets their rights."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        request.acting_as = None  # type: ignore[attr-defined]
        request.actor = user.actor()  # type: ignore[attr-defined]
        shown_as = request.session.get(ACTING_AS)
        if shown_as and user.given.has("act_as"):
            person = User.objects.filter(pk=shown_as, is_active=True).first()
            # Asked again each time: either of the two may have other roles by now.
            if person is None or not covers(user.given, person.given):
                del request.session[ACTING_AS]
            else:
                request.acting_as = person  # type: ignore[attr-defined]
                request.actor = person.actor(acting_by=user.pk)  # type: ignore[attr-defined]
        with timezone.override(
            zoneinfo.ZoneInfo(user.zone) if user.zone else timezone.get_default_timezone()
        ):
            return self.get_response(request)


class ErrorMiddleware:
    """Turns the errors that rules raise into pages that say what to mend, and notes what was refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page of an error of the world; a programmer's error goes on to Django."""
        note_refused(request, exception)
        return answer(request, exception) if isinstance(exception, KeenError) else None

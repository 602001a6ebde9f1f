"""Collects the events of each request of somebody who has signed in, and writes them after the answer has gone out."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from keen.core import pages
from keen.core.models import User
from keen.telemetry import capture, reading
from keen.telemetry.domain.catalogue import Draft
from keen.telemetry.domain.devices import device_of
from keen.telemetry.domain.lines import Subject


class UsageMiddleware:
    """Stands around what tells who asks. Nothing is recorded of strangers, nor of who looks at the app as somebody else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = request.user.is_authenticated
        started = time.perf_counter()
        with capture.collecting() as drafts:
            response = self.get_response(request)
            user = request.user
            if isinstance(user, User) and not getattr(request, "acting_as", None):
                reading.read(request, response, round((time.perf_counter() - started) * 1000))
                if not before:
                    reading.signed_in(request)
                if drafts:
                    self._afterwards(request, response, user, drafts)
        return response

    @staticmethod
    def _afterwards(request: HttpRequest, response: HttpResponse, user: User, drafts: list[Draft]) -> None:
        device, browser = device_of(request.headers.get("User-Agent", ""))
        subject = Subject(user.pk, request.session.session_key or "", device, browser)
        pages.afterwards(response, lambda: capture.write(drafts, subject))

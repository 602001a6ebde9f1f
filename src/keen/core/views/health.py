from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse

from keen.core import health
from keen.core.access import public


@public
def healthz(request: HttpRequest) -> HttpResponse:
    state = health.health()
    answer = JsonResponse({"ok": state.ok, **asdict(state)}, status=200 if state.ok else 503)
    answer["Cache-Control"] = "no-store"
    return answer

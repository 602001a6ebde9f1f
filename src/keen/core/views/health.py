from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse

from keen.core import health
from keen.core.access import public


@public
def healthz(request: HttpRequest) -> HttpResponse:
    state = health.health()
    parts = {vital.name: vital.state for vital in health.vitals()}  # Keen answers without them
    answer = JsonResponse({"ok": state.ok, **asdict(state), **parts}, status=200 if state.ok else 503)
    answer["Cache-Control"] = "no-store"
    return answer

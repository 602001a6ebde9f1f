"""What a program can ask about itself, and what is answered where there is nothing."""

from django.conf import settings
from django.http import HttpResponse

from keen.records import declare
from keen.records.rest.answers import NOT_FOUND, RefusedError, respond
from keen.records.rest.door import ApiRequest


def me(request: ApiRequest) -> HttpResponse:
    """For whom the token acts, what it opens and how long it works."""
    token, actor = request.token, request.actor
    kinds = {
        record_type.path: {
            action: str(actor.rights.scope(record_type.kind, action))
            for action in ("view", "add", "edit", "delete")
        }
        for record_type in declare.types()
    }
    told = {
        "person": {"id": request.user.pk, "name": request.user.name},
        "token": {"name": token.name, "expires_at": token.expires_at} if token else None,
        "may": kinds,
        "limits": {
            "reads_per_minute": settings.KEEN.api_reads_per_minute,
            "writes_per_minute": settings.KEEN.api_writes_per_minute,
        },
    }
    return respond({"data": told})


def nothing(request: ApiRequest, **parts: str) -> HttpResponse:
    """There is nothing at this address."""
    del request, parts
    raise RefusedError(NOT_FOUND)

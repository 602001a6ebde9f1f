"""The addresses of the API: the same for every record kind that is declared."""

from django.urls import URLPattern, path

from keen.records.rest import about, batch, document, lists, parts, single, trash, verbs
from keen.records.rest.door import Method, resource
from keen.records.rest.once import once

AT = "api/v1/"
KIND = f"{AT}<slug:plural>"
RECORD = f"{KIND}/<int:record_id>"

api_routes: list[URLPattern] = [
    path(f"{AT}me", resource({"GET": Method(about.me)}), name="api-me"),
    path(f"{AT}openapi.json", resource({"GET": Method(document.openapi, sessions=True)}), name="api-openapi"),
    path(
        f"{AT}operations/<uuid:operation_id>/undo",
        resource({"POST": Method(once(single.undo), writes=True)}),
        name="api-undo",
    ),
    path(
        KIND,
        resource(
            {"GET": Method(lists.show, "view"), "POST": Method(once(single.create), "add", writes=True)}
        ),
        name="api-list",
    ),
    path(f"{KIND}/query", resource({"POST": Method(lists.query, "view")}), name="api-query"),
    path(
        f"{KIND}/batch", resource({"POST": Method(once(batch.write), "view", writes=True)}), name="api-batch"
    ),
    path(f"{KIND}/trash", resource({"GET": Method(trash.show, "delete")}), name="api-trash"),
    path(
        f"{KIND}/by/<slug:key>/<path:value>",
        resource({"GET": Method(single.show_by, "view"), "PUT": Method(single.put_by, "view", writes=True)}),
        name="api-by",
    ),
    path(
        RECORD,
        resource(
            {
                "GET": Method(single.show, "view"),
                "PATCH": Method(single.change, "view", writes=True),
                "DELETE": Method(single.delete, "view", writes=True),
            }
        ),
        name="api-record",
    ),
    path(
        f"{RECORD}/restore",
        resource({"POST": Method(once(single.restore), "delete", writes=True)}),
        name="api-restore",
    ),
    path(
        f"{RECORD}/<slug:verb>",
        resource(
            {"GET": Method(parts.show, "view"), "POST": Method(once(verbs.on_record), "view", writes=True)}
        ),
        name="api-record-verb",
    ),
    path(
        f"{KIND}/<slug:verb>",
        resource({"POST": Method(once(verbs.on_kind), "view", writes=True)}),
        name="api-verb",
    ),
    path("api/", resource({"GET": Method(about.nothing, sessions=True)}), name="api-nothing"),
    path("api/<path:rest>", resource({"GET": Method(about.nothing, sessions=True)}), name="api-nothing-else"),
]

"""The addresses that every record kind has."""

from collections.abc import Callable
from functools import partial, update_wrapper

from django.http import HttpResponseBase
from django.urls import URLPattern, path

from keen.core.access import route
from keen.records.declare import RecordType
from keen.records.pages import detail, edit, export, grid, lists, many, merge, resolve

View = Callable[..., HttpResponseBase]
READ = ("GET", "HEAD")
WRITE = ("GET", "HEAD", "POST")


def record_routes(record_type: RecordType) -> list[URLPattern]:
    """List, page, forms, history, trash, duplicates and export of a kind, each with the permission it needs.

    Shape: what is read from another system is looked at alone; names are "contact-list", "contact", "contact-new" and so on.
    """
    kind, at = record_type.kind, f"{record_type.path}/"

    def one(tail: str, name: str, view: View, action: str, methods: tuple[str, ...]) -> URLPattern:
        bound = partial(_call, view, record_type)
        update_wrapper(bound, view)
        return path(at + tail, route(f"{kind}.{action}", methods=methods)(bound), name=name)

    if record_type.mirror:
        return [
            one("", f"{kind}-list", lists.show, "view", READ),
            one("export/", f"{kind}-export", export.export, "export", READ),
            one("<int:record_id>/", kind, detail.show, "view", READ),
            one("<int:record_id>/history/", f"{kind}-history", detail.history, "view", READ),
        ]
    shared = [
        one("", f"{kind}-list", grid.list_or_grid, "view", READ),
        one("new/", f"{kind}-new", edit.new, "add", WRITE),
        one("grid/", f"{kind}-grid", grid.edit, "edit", WRITE),
        one("export/", f"{kind}-export", export.export, "export", READ),
        one("bulk/", f"{kind}-bulk", many.bulk, "edit", ("POST",)),
        one("trash/", f"{kind}-trash", detail.trash, "delete", READ),
        one("<int:record_id>/", kind, detail.show, "view", READ),
        one("<int:record_id>/edit/", f"{kind}-edit", edit.edit, "edit", WRITE),
        one("<int:record_id>/resolve/", f"{kind}-resolve", resolve.resolve, "edit", ("POST",)),
        one("<int:record_id>/fact/<slug:name>/", f"{kind}-fact", edit.fact, "edit", WRITE),
        one("<int:record_id>/fact/<slug:name>/show/", f"{kind}-fact-show", edit.show_fact, "view", READ),
        one("<int:record_id>/history/", f"{kind}-history", detail.history, "view", READ),
        one("<int:record_id>/delete/", f"{kind}-delete", edit.delete, "delete", WRITE),
        one("<int:record_id>/restore/", f"{kind}-restore", edit.restore, "delete", ("POST",)),
    ]
    if not record_type.mergeable:
        return shared
    return [
        *shared,
        one("duplicates/check/", f"{kind}-check", merge.check, "add", READ),
        one("<int:record_id>/duplicates/", f"{kind}-duplicates", merge.candidates, "edit", READ),
        one("<int:record_id>/merge/<int:other_id>/", f"{kind}-merge", merge.merge, "edit", WRITE),
    ]


def _call(view: View, record_type: RecordType, request: object, **parts: object) -> HttpResponseBase:
    return view(request, record_type, **parts)

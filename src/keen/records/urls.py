"""Addresses that belong to no single record kind."""

from django.urls import path

from keen.records.rest.routes import api_routes
from keen.records.views import api, audit, fields, imports, kept, search

urlpatterns = [
    *api_routes,
    path("help/api/", api.help_api, name="help-api"),
    path("audit/", audit.audit_trail, name="audit"),
    path("settings/fields/", fields.fields_page, name="fields"),
    path("settings/fields/<int:field_id>/archive/", fields.archive, name="field-archive"),
    path("settings/fields/<int:field_id>/move/", fields.move, name="field-move"),
    path("import/", imports.start, name="import-start"),
    path("import/<int:run_id>/", imports.result, name="import"),
    path("import/<int:run_id>/match/", imports.match, name="import-match"),
    path("import/<int:run_id>/check/", imports.checked, name="import-check"),
    path("import/<int:run_id>/load/", imports.load, name="import-load"),
    path("import/<int:run_id>/progress/", imports.progress, name="import-progress"),
    path("import/<int:run_id>/resume/", imports.resume, name="import-resume"),
    path("import/<int:run_id>/rows/<int:line>/", imports.row, name="import-row"),
    path("import/<int:run_id>/rejects.csv", imports.rejects, name="import-rejects"),
    path("import/<int:run_id>/undo/", imports.undo, name="import-undo"),
    path("import/<int:run_id>/again/", imports.again, name="import-again"),
    path("import/<int:run_id>/discard/", imports.discard, name="import-discard"),
    path(
        "import/templates/<int:template_id>/delete/", imports.template_delete, name="import-template-delete"
    ),
    path("lists/save/", kept.list_save, name="list-save"),
    path("lists/<int:list_id>/delete/", kept.list_delete, name="list-delete"),
    path("lists/<int:list_id>/pin/", kept.list_pin, name="list-pin"),
    path("r/<slug:code>-<int:record_id>", kept.link, name="record-link"),
    path("star/<slug:kind>/<int:record_id>/", kept.star, name="star"),
    path("search/", search.page, name="search"),
    path("search/palette/", search.palette, name="search-palette"),
    path("search/link/<slug:kind>/", search.link, name="search-link"),
    path("undo/<uuid:operation_id>/", kept.undo, name="undo"),
]

"""Addresses that belong to no single record kind."""

from django.urls import path

from keen.records.views import audit, kept, search

urlpatterns = [
    path("audit/", audit.audit_trail, name="audit"),
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

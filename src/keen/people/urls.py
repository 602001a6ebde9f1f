"""Addresses of accounts and contacts."""

from django.urls import path

from keen.people import views
from keen.people.records import ACCOUNT, CONTACT
from keen.records.pages.routes import record_routes

urlpatterns = [
    *record_routes(CONTACT),
    *record_routes(ACCOUNT),
    path("panels/account/<int:account_id>/people/", views.people_panel, name="people-panel"),
    path("panels/contact/<int:contact_id>/colleagues/", views.colleagues_panel, name="colleagues-panel"),
    path("panels/<slug:kind>/<int:record_id>/relations/", views.relations_panel, name="relations-panel"),
    path("relations/<slug:kind>/<int:record_id>/add/", views.relate, name="relate"),
    path("relations/<slug:kind>/<int:record_id>/<int:relation_id>/delete/", views.unrelate, name="unrelate"),
]

"""Addresses of orders, invoices, purchase orders and payments."""

from django.urls import path

from keen.orders.records import TYPES
from keen.orders.views import drop, feed, parts, tray
from keen.records.pages.routes import record_routes

urlpatterns = [
    path("api/v1/feed/orders", feed.papers, name="api-feed-orders"),
    path("orders/drop/", drop.start, name="orders-drop"),
    path("orders/drop/template/<slug:form>/", drop.template, name="orders-template"),
    path("orders/drop/<int:intake_id>/", drop.show, name="orders-intake"),
    path("orders/drop/<int:intake_id>/load/", drop.load, name="orders-load"),
    path("orders/drop/<int:intake_id>/undo/", drop.undo, name="orders-undo"),
    path("orders/drop/<int:intake_id>/discard/", drop.discard, name="orders-discard"),
    path("orders/drop/<int:intake_id>/not-read/", drop.rejects, name="orders-rejects"),
    path("orders/unmatched/", tray.show, name="orders-unmatched"),
    path("orders/unmatched/likely/", tray.likely, name="orders-likely"),
    path("orders/unmatched/<int:customer_id>/tie/", tray.tie, name="orders-tie"),
    path("orders/unmatched/<int:customer_id>/aside/", tray.aside, name="orders-aside"),
    path("orders/unmatched/<int:customer_id>/again/", tray.again, name="orders-again"),
    path("panels/orders/today/", parts.today, name="orders-today"),
    path("panels/orders/totals/<slug:kind>/", parts.totals, name="orders-totals"),
    path("panels/orders/<slug:kind>/<int:record_id>/", parts.panel, name="orders-panel"),
    *(route for record_type in TYPES for route in record_routes(record_type)),
]

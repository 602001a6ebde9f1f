"""Addresses of deals, of the board and of pipelines."""

from django.urls import path

from keen.records.pages.routes import record_routes
from keen.sales.records import OPPORTUNITY
from keen.sales.views import board

urlpatterns = [
    path("opportunities/", board.opportunity_list, name="opportunity-list"),
    path("opportunities/<int:record_id>/move/", board.opportunity_move, name="opportunity-move"),
    # The list has its own view, for it may be a board.
    *(pattern for pattern in record_routes(OPPORTUNITY) if pattern.name != "opportunity-list"),
]

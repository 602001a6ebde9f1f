"""Addresses of deals, of the board and of pipelines."""

from keen.records.pages.routes import record_routes
from keen.sales.records import OPPORTUNITY

urlpatterns = [*record_routes(OPPORTUNITY)]

"""Tables of pipelines, exchange rates, opportunities, leads and the forms by which leads come."""

from keen.sales.models.leads import FormEntry, Lead, WebForm
from keen.sales.models.opportunities import Involvement, Opportunity, StageStay
from keen.sales.models.pipelines import ExchangeRate, Pipeline, Stage

__all__ = [
    "ExchangeRate",
    "FormEntry",
    "Involvement",
    "Lead",
    "Opportunity",
    "Pipeline",
    "Stage",
    "StageStay",
    "WebForm",
]

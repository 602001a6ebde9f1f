"""Tables of pipelines, exchange rates and opportunities."""

from keen.sales.models.opportunities import Involvement, Opportunity, StageStay
from keen.sales.models.pipelines import ExchangeRate, Pipeline, Stage

__all__ = ["ExchangeRate", "Involvement", "Opportunity", "Pipeline", "Stage", "StageStay"]

"""Tables of pipelines, exchange rates, opportunities, leads and their forms, products, prices and quotes."""

from keen.sales.models.leads import FormEntry, Lead, ScorePoints, WebForm
from keen.sales.models.opportunities import Involvement, Opportunity, StageStay
from keen.sales.models.pipelines import ExchangeRate, Pipeline, Stage
from keen.sales.models.products import Price, PriceBook, Product, TaxRate
from keen.sales.models.quotas import Quota
from keen.sales.models.quotes import Quote, QuoteLink, QuoteMoment, QuoteNumber, QuotePaper

__all__ = [
    "ExchangeRate",
    "FormEntry",
    "Involvement",
    "Lead",
    "Opportunity",
    "Pipeline",
    "Price",
    "PriceBook",
    "Product",
    "Quota",
    "Quote",
    "QuoteLink",
    "QuoteMoment",
    "QuoteNumber",
    "QuotePaper",
    "ScorePoints",
    "Stage",
    "StageStay",
    "TaxRate",
    "WebForm",
]

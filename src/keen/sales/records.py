"""Opportunities as the workbench knows them."""

from decimal import Decimal

from keen.lib.errors import RuleError
from keen.records.declare import HISTORY, OWNERSHIP, Field, Kind, Offer, RecordType
from keen.sales.domain.pipeline import CERTAIN, FORECASTS
from keen.sales.domain.reasons import ALL
from keen.sales.models import Opportunity
from keen.sales.models.opportunities import TYPES
from keen.sales.models.pipelines import pipelines


def _stages() -> Offer:
    found = pipelines()
    return Offer(found.choices, found.retired)


def _pipelines() -> Offer:
    found = pipelines()
    archived = {pipeline.key for pipeline in found.all} - {pipeline.key for pipeline in found.offered}
    return Offer(tuple((pipeline.key, pipeline.name) for pipeline in found.all), frozenset(archived))


def _percent(value: Decimal | None) -> Decimal | None:
    if value is not None and not 0 <= value <= CERTAIN:
        raise RuleError(
            "not_a_number", "A probability lies between 0 and 100 percent.", "probability_by_hand"
        )
    return value


OPPORTUNITY = RecordType(
    kind="opportunity",
    model=Opportunity,
    label="Deal",
    plural="Deals",
    icon="briefcase",
    code="O",
    path="opportunities",
    order="-created_at",
    name_field="name",
    importable=True,
    modes=(("Board", "board=1", "layout-kanban"),),
    tabs=(
        ("My open", "closed_at.empty=1&owner=me"),
        ("Closing this month", "closed_at.empty=1&close_date.until=month"),
        ("No next step", "closed_at.empty=1&next_step_on.empty=1"),
        ("Longer than usual", "stale_on.until=today"),
    ),
    empty="What you may sell, to whom, for how much and by when. Each deal says what its stage needs, and what comes next.",
    declared=(
        Field("name", "Name", listed=True, required=True, quick=True, most=200,
              synonyms=("deal", "deal name", "opportunity", "opportunity name", "objective", "title")),
        Field("account", "Account", Kind.REFERENCE, to="account", shadow="account_name", listed=True, sorts=True,
              quick=True, synonyms=("company", "organisation", "account name", "customer", "firma")),
        Field("amount", "Amount", Kind.MONEY, listed=True, sorts=True, quick=True, weighs="value",
              synonyms=("value", "deal value", "forecastrevenue", "revenue", "betrag", "montant", "importe")),
        Field("stage", "Stage", Kind.CHOICE, listed=True, quick=True, live=_stages,
              synonyms=("stagename", "deal stage", "sales stage", "phase", "status")),
        Field("close_date", "Close date", Kind.DATE, listed=True, sorts=True, quick=True,
              help="The day on which they say yes or no.", synonyms=("closedate", "expected close date", "abschluss")),
        Field("next_step_on", "Next step", Kind.DATE, listed=True, sorts=True, editable=False),
        Field("next_step", "What is next", editable=False, filtered=False),
        Field("type", "Type", Kind.CHOICE, choices=TYPES, synonyms=("opportunity type", "deal type")),
        Field("competitors", "Competitors", Kind.TAGS, synonyms=("main competitors", "competitor")),
        Field("description", "About", Kind.LONG_TEXT, section="Background", filtered=False,
              synonyms=("notes", "description", "comment")),
        Field("pipeline", "Pipeline", Kind.CHOICE, section="Chances", editable=False, live=_pipelines),
        Field("probability", "Probability in percent", Kind.NUMBER, section="Chances", editable=False, sorts=False),
        Field("probability_by_hand", "Probability by hand", Kind.NUMBER, section="Chances", check=_percent,
              help="From 0 to 100. Empty: that of the stage.", synonyms=("probability", "probability %")),
        Field("forecast_category", "Forecast", Kind.CHOICE, section="Chances", editable=False, choices=FORECASTS),
        Field("forecast_by_hand", "Forecast by hand", Kind.CHOICE, section="Chances", choices=FORECASTS[:3] + FORECASTS[4:],
              help="Empty: that of the stage.", synonyms=("forecast category",)),
        Field("value", "Value in the company's currency", Kind.NUMBER, section="Chances", editable=False),
        Field("weighted", "Weighted value", Kind.NUMBER, section="Chances", editable=False, synonyms=("expected revenue",)),
        Field("reason", "Reason", Kind.CHOICE, section="Outcome", choices=ALL, synonyms=("won reason", "lost reason", "loss reason")),
        Field("closed_at", "Decided", Kind.DATETIME, section="Outcome", editable=False),
        Field("stage_since", "At this stage since", Kind.DATETIME, section="Who", editable=False),
        Field("stale_on", "Longer than usual from", Kind.DATE, section="Who", editable=False, sorts=True),
        *OWNERSHIP,
        Field("external_id", "Id elsewhere", section="Who", most=120, synonyms=("id", "record id", "opportunity id", "deal id")),
        *HISTORY,
    ),
)  # fmt: skip

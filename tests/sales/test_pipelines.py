"""Setting up pipelines: receipts, undo, and deals that never lose their place."""

from dataclasses import replace
from typing import Any

import pytest

from keen.lib.errors import ForbiddenError, RuleError
from keen.sales.actions import pipelines as actions
from keen.sales.domain.rules import AskWish, StageWish
from keen.sales.models import Opportunity, Pipeline, Stage
from keen.sales.models.pipelines import pipelines
from tests.factories.records import undo

pytestmark = pytest.mark.django_db
DEMO = StageWish("Demo", probability="35", forecast="pipeline", usual_days="9", help=("They saw it work.",))


def names() -> list[str]:
    return [stage.name for stage in pipelines().offered[0].offered]


def test_a_new_stage_comes_before_those_in_which_deals_are_decided(admin: Any) -> None:
    receipt = actions.save_stage(actor=admin.actor(), pipeline="sales", wish=DEMO)

    assert receipt.undo
    assert names() == ["Prospecting", "Qualification", "Proposal", "Negotiation", "Demo", "Won", "Lost"]
    actions.move_stage(actor=admin.actor(), key="demo", down=False)
    assert names()[3:5] == ["Demo", "Negotiation"]
    assert pipelines().stages["demo"].help == ("They saw it work.",)


def test_a_change_of_a_stage_reaches_its_deals_and_is_taken_back_with_what_it_asks_for(
    admin: Any, deal: Any
) -> None:
    wish = StageWish("Fit", probability="30", forecast="commit", usual_days="5", asks=[AskWish("amount")])
    receipt = actions.save_stage(actor=admin.actor(), key="qualification", wish=wish)
    deal.refresh_from_db()
    assert (deal.probability, deal.forecast_category, str(deal.weighted), deal.stage_name) == (
        30, "commit", "14400.00", "Fit",
    )  # fmt: skip
    assert [one["name"] for one in actions.asks("qualification")] == ["amount"]

    undo(admin, receipt)

    deal.refresh_from_db()
    assert (deal.probability, deal.stage_name, actions.asks("qualification")) == (20, "Qualification", [])


def test_a_stage_in_use_asks_where_its_deals_go(admin: Any, deal: Any) -> None:
    with pytest.raises(RuleError) as refused:
        actions.archive_stage(actor=admin.actor(), key="qualification")
    assert refused.value.field == "to"

    receipt = actions.archive_stage(actor=admin.actor(), key="qualification", to="proposal")

    deal.refresh_from_db()
    assert (deal.stage, receipt.also) == ("proposal", ("1 deal moved on",))
    assert "Qualification" not in names()
    undo(admin, receipt)
    deal.refresh_from_db()
    assert (deal.stage, names()[1]) == ("qualification", "Qualification")


def test_a_pipeline_begins_with_the_stages_of_the_first_and_ends_when_it_is_empty(admin: Any) -> None:
    actions.add_pipeline(actor=admin.actor(), name="Partners")
    partners = pipelines().pipeline("partners")
    assert partners is not None
    assert [stage.name for stage in partners.offered] == names()
    deal = Opportunity(name="x", stage=partners.offered[0].key)
    assert deal.facts.pipeline == "partners"

    actions.rename_pipeline(actor=admin.actor(), key="partners", name="Resellers")
    actions.archive_pipeline(actor=admin.actor(), key="partners")

    assert [pipeline.name for pipeline in pipelines().offered] == ["Sales"]
    with pytest.raises(RuleError, match="One pipeline stays"):
        actions.archive_pipeline(actor=admin.actor(), key="sales")


def test_what_would_leave_deals_without_a_place_is_refused(admin: Any, deal: Any) -> None:
    for key in ("prospecting", "proposal", "negotiation"):
        actions.archive_stage(actor=admin.actor(), key=key)
    with pytest.raises(RuleError, match="last open stage"):
        actions.archive_stage(actor=admin.actor(), key="qualification", to="closed_won")
    with pytest.raises(RuleError, match="so it stays open"):
        actions.save_stage(actor=admin.actor(), key="qualification", wish=replace(DEMO, type="won"))


def test_pipelines_are_for_administrators(owner: Any) -> None:
    with pytest.raises(ForbiddenError):
        actions.save_stage(actor=owner.actor(), pipeline="sales", wish=DEMO)

    assert not Pipeline.objects.exists()
    assert not Stage.objects.exists()

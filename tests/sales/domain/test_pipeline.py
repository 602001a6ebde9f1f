"""What a stage means for the deals that stand there."""

from dataclasses import replace

from keen.sales.domain.defaults import DEFAULTS
from keen.sales.domain.pipeline import Forecast, PipelineFacts, Pipelines, StageType, weight

PROPOSAL = DEFAULTS.stages["proposal"]


def test_a_deal_has_the_chances_of_its_stage_unless_somebody_says_otherwise() -> None:
    assert weight(PROPOSAL, None, "") == weight(PROPOSAL, 50, "best_case")
    assert weight(PROPOSAL, 70, "commit").probability == 70
    assert weight(PROPOSAL, 70, "commit").forecast == "commit"


def test_what_is_decided_is_certain_whatever_somebody_said_before() -> None:
    won, lost = DEFAULTS.stages["closed_won"], DEFAULTS.stages["closed_lost"]

    assert (weight(won, 30, "pipeline").probability, weight(won, 30, "pipeline").forecast) == (
        100,
        Forecast.CLOSED,
    )
    assert (weight(lost, 30, "commit").probability, weight(lost, 30, "commit").forecast) == (
        0,
        Forecast.OMITTED,
    )


def test_the_usual_time_is_that_of_the_own_history_once_there_is_enough() -> None:
    assert PROPOSAL.usual == 21
    assert replace(PROPOSAL, seen_days=8, seen_count=19).usual == 21
    assert replace(PROPOSAL, seen_days=8, seen_count=20).usual == 8
    assert replace(PROPOSAL, usual_days=None).usual == 14


def test_stages_are_named_with_their_pipeline_where_there_are_several() -> None:
    stage = replace(PROPOSAL, key="partner_offer", pipeline="partners", name="Offer")
    both = Pipelines((*DEFAULTS.all, PipelineFacts("partners", "Partners", (stage,))))

    assert dict(DEFAULTS.choices)["proposal"] == "Proposal"
    assert dict(both.choices)["partner_offer"] == "Partners: Offer"
    assert both.of_stage("partner_offer") == both.all[1]


def test_archived_stages_are_known_and_not_offered() -> None:
    old = replace(PROPOSAL, archived=True)
    found = Pipelines((PipelineFacts("sales", "Sales", (DEFAULTS.all[0].stages[0], old)),))

    assert found.retired == {"proposal"}
    assert "proposal" in found.stages
    assert found.first().key == "prospecting"
    assert found.all[0].first_of(StageType.WON) is None

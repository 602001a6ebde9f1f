"""Moving deals, by the page, the form, the table and the API: one rule, one history, one undo."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from keen.core.wiring import rewired, wired
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.records.actions import many
from keen.records.actions.save import Wish, save
from keen.records.actions.values import InvalidError
from keen.sales.actions.moves import Move, lose, move, reopen, win
from keen.sales.actions.pipelines import save_stage
from keen.sales.domain.rules import AskWish, StageWish
from keen.sales.events import OpportunityLost, OpportunityMoved, OpportunityReopened, OpportunityWon
from keen.sales.models import Opportunity, StageStay
from keen.sales.records import OPPORTUNITY
from tests.factories.core import make_role, make_user
from tests.factories.records import undo
from tests.factories.sales import make_opportunity, money

pytestmark = pytest.mark.django_db
PROPOSAL = StageWish("Proposal", probability="50", forecast="best_case", usual_days="21")


def hear(event: Any) -> None:
    """Somebody who listens, so that events are written down."""


@pytest.fixture
def events() -> Iterator[None]:
    """What happens to deals is told to somebody."""
    kinds = (OpportunityMoved, OpportunityWon, OpportunityLost, OpportunityReopened)
    with rewired(replace(wired(), handlers=tuple((kind, hear) for kind in kinds))):
        yield


def told() -> list[str]:
    """The events that wait for their handlers, in their order."""
    rows = DBTaskResult.objects.order_by("enqueued_at").values_list("args_kwargs", flat=True)
    return [row["kwargs"]["event"].removeprefix("sales.opportunity_") for row in rows]


def stays(deal: Opportunity) -> list[tuple[str, bool]]:
    """The stages of the deal in their order, and whether it left them."""
    rows = StageStay.objects.filter(opportunity=deal).order_by("entered_at", "pk")
    return [(row.stage, row.left_at is not None) for row in rows]


def demand(admin: Any) -> None:
    asks = [AskWish("close_date", required=True, decision="When we plan people"), AskWish("competitors")]
    save_stage(actor=admin.actor(), key="proposal", wish=replace(PROPOSAL, asks=asks))


def test_a_move_says_what_changed_and_offers_the_next_step(deal: Any, owner: Any, events: None) -> None:
    found = move(actor=owner.actor(), deal_id=deal.pk, wish=Move("proposal", was="qualification"))

    deal.refresh_from_db()
    assert found.receipt.text == "Cold chain moved to Proposal."
    assert found.receipt.also == ("probability 50 %", "usual time here: 21 days")
    assert found.receipt.undo
    assert found.receipt.steps[0].href == f"/plan/opportunity/{deal.pk}/tomorrow/"
    assert (str(deal.value), str(deal.weighted), deal.forecast_category) == (
        "48000.00",
        "24000.00",
        "best_case",
    )
    assert stays(deal) == [("qualification", True), ("proposal", False)]
    assert told() == ["moved"]


def test_a_move_that_is_taken_back_leaves_no_trace_in_the_times(deal: Any, owner: Any) -> None:
    since = deal.stage_since
    found = move(actor=owner.actor(), deal_id=deal.pk, wish=Move("negotiation"))
    undo(owner, found.receipt)

    deal.refresh_from_db()
    assert (deal.stage, deal.stage_since) == ("qualification", since)
    assert stays(deal) == [("qualification", False)]


def test_winning_losing_and_opening_again_keep_the_reason_right(deal: Any, owner: Any, events: None) -> None:
    actor = owner.actor()
    won = win(actor=actor, deal_id=deal.pk, reason="won_price")
    deal.refresh_from_db()
    assert (deal.stage, deal.reason, deal.probability, won.text) == (
        "closed_won",
        "won_price",
        100,
        "Cold chain is won.",
    )
    assert deal.closed_at is not None
    assert deal.counts_on == deal.closed_at.date()
    lose(actor=actor, deal_id=deal.pk)
    deal.refresh_from_db()
    assert (deal.stage, deal.reason, deal.weighted) == ("closed_lost", "", 0)
    opened = reopen(actor=actor, deal_id=deal.pk)
    deal.refresh_from_db()
    assert (deal.stage, deal.closed_at, opened.text) == (
        "qualification",
        None,
        "Cold chain is open again, at Qualification.",
    )
    assert told() == ["moved", "won", "moved", "lost", "moved", "reopened"]


def test_a_reason_is_one_of_the_outcome(deal: Any, owner: Any) -> None:
    with pytest.raises(InvalidError) as refused:
        win(actor=owner.actor(), deal_id=deal.pk, reason="lost_price")

    assert list(refused.value.errors) == ["reason"]


@pytest.mark.parametrize("road", ["move", "form", "bulk"])
def test_what_a_stage_demands_is_demanded_on_every_road(deal: Any, owner: Any, admin: Any, road: str) -> None:
    demand(admin)
    roads = {
        "move": lambda: move(actor=owner.actor(), deal_id=deal.pk, wish=Move("proposal")),
        "form": lambda: save(OPPORTUNITY, actor=owner.actor(), wish=Wish({"stage": "proposal"}, deal.pk)),
        "bulk": lambda: many.change_many(
            OPPORTUNITY, actor=owner.actor(), ids=[deal.pk], values={"stage": "proposal"}
        ),
    }

    with pytest.raises(InvalidError) as refused:
        roads[road]()

    assert any("When we plan people" in said for said in refused.value.errors.values())
    assert stays(deal) == [("qualification", False)]


def test_what_a_stage_only_asks_may_be_answered_later(deal: Any, owner: Any, admin: Any) -> None:
    demand(admin)

    found = move(actor=owner.actor(), deal_id=deal.pk, wish=Move("proposal", {"close_date": "2026-12-24"}))

    assert found.receipt.outcome == "gap"
    assert [ask.field.name for ask in found.asks] == ["competitors"]
    answered = move(actor=owner.actor(), deal_id=deal.pk, wish=Move("proposal", {"competitors": "Frost AG"}))
    assert (answered.receipt.text, answered.asks) == ("Cold chain: Competitors changed.", ())


def test_whoever_moves_what_somebody_else_moved_is_told_so(deal: Any, owner: Any, colleague: Any) -> None:
    move(actor=colleague.actor(), deal_id=deal.pk, wish=Move("negotiation", was="qualification"))

    with pytest.raises(RuleError, match="stands at Negotiation by now"):
        move(actor=owner.actor(), deal_id=deal.pk, wish=Move("proposal", was="qualification"))


def test_the_same_move_sent_twice_is_made_once(deal: Any, owner: Any) -> None:
    wish = Move("proposal", was="qualification", once="a" * 20)
    first = move(actor=owner.actor(), deal_id=deal.pk, wish=wish)

    assert move(actor=owner.actor(), deal_id=deal.pk, wish=wish).receipt == first.receipt
    assert stays(deal) == [("qualification", True), ("proposal", False)]


def test_a_wish_sent_for_another_deal_is_no_answer_for_this_one(deal: Any, owner: Any, stranger: Any) -> None:
    other = make_opportunity("Lab refit", owner=owner, team=owner.team)
    unseen = make_opportunity("Elsewhere", owner=stranger, team=stranger.team)
    wish = Move("proposal", once="a" * 20)
    move(actor=owner.actor(), deal_id=deal.pk, wish=wish)

    for pk, refusal in ((other.pk, RuleError), (unseen.pk, NotVisibleError)):
        with pytest.raises(refusal):
            move(actor=owner.actor(), deal_id=pk, wish=wish)


def test_nobody_moves_what_is_not_theirs(deal: Any, stranger: Any, reader: Any, team: Any) -> None:
    locked = make_user(
        make_role(records={"*": {"view": "all", "edit": "all"}}, locked={"opportunity": ["stage"]}), team
    )
    for user, refusal in ((stranger, NotVisibleError), (reader, ForbiddenError), (locked, ForbiddenError)):
        with pytest.raises(refusal):
            move(actor=user.actor(), deal_id=deal.pk, wish=Move("proposal"))


def test_many_deals_move_with_one_undo(deal: Any, owner: Any) -> None:
    other = make_opportunity("Lab refit", owner=owner, team=owner.team)
    receipt = many.change_many(
        OPPORTUNITY, actor=owner.actor(), ids=[deal.pk, other.pk], values={"stage": "negotiation"}
    )
    assert Opportunity.objects.filter(stage="negotiation").count() == 2
    undo(owner, receipt)

    assert [stays(one) for one in (deal, other)] == [[("qualification", False)], [("prospecting", False)]]


def test_an_amount_without_a_rate_is_in_no_total_and_says_so(owner: Any) -> None:
    deal = make_opportunity("Alps", owner=owner, team=owner.team, amount=money("100", "CHF"))

    found = move(actor=owner.actor(), deal_id=deal.pk, wish=Move("proposal"))

    assert found.deal.value is None
    assert "no rate for CHF yet, so it is in no total" in found.receipt.also

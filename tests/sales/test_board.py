"""The board: what each stage comes to, which deals come first, and what nobody is told who may not know."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from keen.sales.actions.pipelines import save_stage
from keen.sales.domain.attention import need
from keen.sales.domain.rules import AskWish, StageWish
from keen.sales.models import Opportunity
from keen.sales.models.pipelines import pipelines
from keen.sales.queries.board import board
from keen.sales.queries.report import by_stage_and_month
from tests.factories.core import make_role, make_user
from tests.factories.records import HTMX, browser, html
from tests.factories.sales import make_opportunity
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def seen(user: Any) -> Any:
    actor = user.actor()
    return board(actor, pipelines().offered[0], Opportunity.objects.visible_to(actor), timezone.now())


def deals(owner: Any) -> None:
    whose = {"owner": owner, "team": owner.team, "stage": "proposal"}
    now, today = timezone.now(), TODAY()
    make_opportunity("planned", amount=1, **whose)
    make_opportunity("none", amount=9, **whose)
    make_opportunity("stale", amount=2, since=now - timedelta(days=30), **whose)
    make_opportunity("today", amount=3, **whose)
    make_opportunity("overdue", amount=4, **whose)
    for name, days in (("planned", 3), ("today", 0), ("overdue", -2)):
        Opportunity.objects.filter(name=name).update(next_step_on=today + timedelta(days=days))
    make_opportunity("won", amount=100, owner=owner, team=owner.team, stage="closed_won")
    make_opportunity("long ago", owner=owner, team=owner.team, stage="closed_won")
    Opportunity.objects.filter(name="long ago").update(closed_at=now - timedelta(days=80))


def test_deals_come_in_the_order_of_their_need_and_stages_with_their_sums(
    owner: Any, django_assert_num_queries: Any
) -> None:
    deals(owner)
    with django_assert_num_queries(2):
        found = seen(owner)

    proposal = next(column for column in found.columns if column.stage.key == "proposal")
    assert [card.name for card in proposal.cards] == ["overdue", "today", "stale", "none", "planned"]
    assert [card.need for card in proposal.cards] == sorted(card.need for card in proposal.cards)
    assert (proposal.count, proposal.value, proposal.weighted, proposal.stale) == (
        5,
        Decimal(19),
        Decimal("9.50"),
        1,
    )
    assert found.marks == {"overdue": 1, "today": 1, "planned": 1, "none": 2}
    won = next(column for column in found.columns if column.stage.key == "closed_won")
    assert [card.name for card in won.cards] == ["won"]
    for row in Opportunity.objects.filter(stage="proposal"):
        card = next(card for card in proposal.cards if card.id == row.pk)
        assert card.need == need(row.next_step_on, row.stale_on, TODAY())


def test_hidden_amounts_are_in_no_card_no_sum_and_no_order(owner: Any, team: Any) -> None:
    deals(owner)
    role = make_role(records={"*": {"view": "all"}}, hidden={"opportunity": ["amount", "next_step_on"]})
    blind = make_user(role, team)

    page = html(browser(blind).get("/opportunities/?board=1"))
    found = seen(blind)

    assert "€" not in page
    assert found.open_value is None
    assert found.marks == {}
    assert {card.step.state for column in found.columns for card in column.cards} == {"none"}
    assert by_stage_and_month(blind.actor(), TODAY() - timedelta(days=90), TODAY())[0].value == 0


def test_a_stranger_has_an_empty_board_that_says_what_to_do(deal: Any, stranger: Any) -> None:
    page = html(browser(stranger).get("/opportunities/?board=1"))

    assert "Cold chain" not in page
    assert "No deals yet" in page
    assert "Add your first deal" in page


def test_a_column_shows_the_first_ones_and_all_on_demand(owner: Any) -> None:
    for _ in range(22):
        make_opportunity(owner=owner, team=owner.team)
    client = browser(owner)

    assert html(client.get("/opportunities/?board=1")).count('class="kard"') == 20
    assert "2 more" in html(client.get("/opportunities/?board=1"))
    assert html(client.get("/opportunities/?board=1&all=prospecting")).count('class="kard"') == 22


def test_a_move_answers_with_the_card_the_heads_and_a_receipt(deal: Any, owner: Any) -> None:
    answer = browser(owner).post(
        f"/opportunities/{deal.pk}/move/", {"stage": "proposal", "was": "qualification"}, headers=HTMX
    )

    assert_receipt(answer, undo=True, says="moved to Proposal")
    page = html(answer)
    assert f'id="d{deal.pk}"' in page
    assert 'id="h-proposal" hx-swap-oob' in page


def test_a_refused_move_keeps_the_form_on_the_card_or_on_a_page(deal: Any, owner: Any, admin: Any) -> None:
    asks = [AskWish("close_date", required=True, decision="When we plan people")]
    wish = StageWish("Proposal", probability="50", forecast="best_case", asks=asks)
    save_stage(actor=admin.actor(), key="proposal", wish=wish)
    client, at = browser(owner), f"/opportunities/{deal.pk}/move/"

    card, page = (client.post(at, {"stage": "proposal"}, headers=head) for head in (HTMX, {}))

    assert (card.status_code, page.status_code) == (422, 422)
    assert "data-waits" in html(card)
    assert all("When we plan people" in html(answer) for answer in (card, page))
    done = client.post(at, {"stage": "proposal", "close_date": "2026-12-24"})
    assert_receipt(done, says="moved to Proposal")


def test_every_page_of_deals_is_for_those_who_may(
    deal: Any, owner: Any, reader: Any, stranger: Any, admin: Any
) -> None:
    at = f"/opportunities/{deal.pk}/"
    expected = {
        f"{at}move/": (200, 403, 404),
        f"{at}reopen/": (405, 405, 405),
        f"/panels/opportunity/{deal.pk}/people/": (200, 200, 404),
        f"/panels/account/{deal.account_id}/deals/": (200, 200, 404),
        "/settings/pipelines/": (403, 403, 403),
        "/settings/stages/proposal/": (403, 403, 403),
        "/settings/stages/proposal/archive/": (403, 403, 403),
        "/settings/pipelines/sales/stages/": (403, 403, 403),
    }
    for path, statuses in expected.items():
        found = tuple(browser(user).get(path).status_code for user in (owner, reader, stranger))
        assert (path, found) == (path, statuses)
    for path in list(expected)[4:]:
        assert browser(admin).get(path).status_code == 200
    for path in (f"{at}move/", f"{at}reopen/", f"{at}people/"):
        assert [
            browser(user).post(path, {"stage": "proposal", "contact": 1}).status_code
            for user in (reader, stranger)
        ] == [403, 404]


def test_the_report_counts_and_sums_by_stage_and_month(owner: Any, stranger: Any) -> None:
    for name, day, amount in (("a", "2026-01-05", 10), ("b", "2026-01-31", 30), ("c", "2026-02-01", 5)):
        make_opportunity(name, owner=owner, team=owner.team, stage="proposal", close_date=day, amount=amount)
    first, last = TODAY().replace(2026, 1, 1), TODAY().replace(2026, 12, 31)

    found = by_stage_and_month(owner.actor(), first, last)

    assert [(one.stage, one.month.month, one.count, one.value, one.weighted) for one in found] == [
        ("proposal", 1, 2, Decimal(40), Decimal(20)),
        ("proposal", 2, 1, Decimal(5), Decimal("2.50")),
    ]
    assert by_stage_and_month(stranger.actor(), first, last) == []


def test_views_of_deals_stay_right_whatever_day_it_is(owner: Any) -> None:
    month_end = (TODAY().replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    for name, day in (("now", month_end), ("later", month_end + timedelta(days=1))):
        make_opportunity(name, owner=owner, team=owner.team, close_date=day)
    make_opportunity("old", owner=owner, team=owner.team, since=timezone.now() - timedelta(days=30))
    client = browser(owner)

    closing = html(client.get("/opportunities/?closed_at.empty=1&close_date.until=month"))
    stale = html(client.get("/opportunities/?stale_on.until=today"))

    assert (">now<" in closing, ">later<" in closing) == (True, False)
    assert "the end of this month" in closing
    assert (">old<" in stale, ">now<" in stale) == (True, False)

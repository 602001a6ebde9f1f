"""The board: a deal is moved with one drag, one key or one hold of a finger, and what its stage demands stands on the card."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from keen.sales.actions.pipelines import save_stage
from keen.sales.domain.rules import AskWish, StageWish
from keen.sales.models import Opportunity
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.hands import Hands
from tests.e2e.office import Office
from tests.factories.sales import make_opportunity

pytestmark = pytest.mark.browser
BOARD = "/opportunities/?board=1"
HOLD_MS = 320


@pytest.fixture
def deals(office: Office) -> Opportunity:
    """Maya's deals; the one that is moved stands at Qualification."""
    maya = office.maya
    whose: dict[str, Any] = {
        "owner": maya,
        "team": maya.team,
        "actor": maya.actor(),
        "account": office.account("Vela Foods"),
    }
    for name, stage in (
        ("Dock refit", "qualification"),
        ("Gate controls", "proposal"),
    ):
        make_opportunity(name, stage=stage, amount=12400, **whose)
    return make_opportunity("Cold chain", stage="qualification", amount=48000, **whose)


def column(hands: Hands, name: str) -> Locator:
    return hands.page.get_by_role("region", name=name)


def card(hands: Hands) -> Locator:
    return hands.page.locator(".kard", has_text="Cold chain")


def expect_moved(hands: Hands, deal: Opportunity, to: str, key: str) -> None:
    expect(column(hands, to).locator(".kard", has_text="Cold chain")).to_be_visible()
    hands.expect_receipt(text=f"Cold chain moved to {to}")
    deal.refresh_from_db()
    assert deal.stage == key


def drag(hands: Hands, what: Locator, to: Locator) -> None:
    """One drag with the mouse."""
    hands.count += 1
    start, end = what.bounding_box(), to.bounding_box()
    assert start
    assert end
    mouse = hands.page.mouse
    mouse.move(start["x"] + 30, start["y"] + 40)
    mouse.down()
    mouse.move(end["x"] + end["width"] / 2, end["y"] + 120, steps=8)
    mouse.up()


def hold_and_drop(hands: Hands, what: Locator, on: Locator) -> None:
    """A finger that rests on something, lifts it and lays it down."""
    hands.count += 1
    start, end = what.bounding_box(), on.bounding_box()
    assert start
    assert end
    touch = hands.page.context.new_cdp_session(hands.page)

    def at(kind: str, x: float = 0, y: float = 0) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = start["x"] + 40, start["y"] + 60
    at("touchStart", x, y)
    hands.page.wait_for_timeout(HOLD_MS)
    to_x, to_y = end["x"] + end["width"] / 2, end["y"] + end["height"] / 2
    for part in (0.2, 0.6, 1.0):
        at("touchMove", x + (to_x - x) * part, y + (to_y - y) * part)
    at("touchEnd")


def test_a_deal_is_moved_with_one_drag(deals: Opportunity, office: Office, sit_down: Any) -> None:
    """Sales rep: move a deal on, 1 drag. The heads count anew, and one undo puts it back."""
    hands = sit_down(office.maya, DESK).open(BOARD)

    drag(hands, card(hands), column(hands, "Proposal"))

    expect_moved(hands, deals, "Proposal", "proposal")
    expect(column(hands, "Proposal").get_by_role("heading")).to_have_text("Proposal 2")
    expect(column(hands, "Qualification").get_by_role("heading")).to_have_text("Qualification 1")
    assert hands.count <= 1
    hands.key("u")
    expect(column(hands, "Qualification").locator(".kard", has_text="Cold chain")).to_be_visible()


def test_a_deal_is_moved_with_two_keys(deals: Opportunity, office: Office, sit_down: Any) -> None:
    """Sales rep: move a deal on, 2 keys; and all is said to those who do not see it."""
    hands = sit_down(office.maya, DESK).open(BOARD)
    hands.page.locator(".kard .t", has_text="Dock refit").focus()

    hands.key("ArrowUp")  # Cold chain is worth more, so it stands above
    hands.key("Shift+ArrowRight")

    expect_moved(hands, deals, "Proposal", "proposal")
    expect(hands.page.locator("[data-say]")).to_contain_text("Cold chain moved to Proposal, 1 of 2")
    hands.expect_focus(card(hands).locator(".t"))
    assert hands.count <= 2
    hands.key("m")
    hands.click(hands.page.get_by_role("button", name="Won"))
    expect(card(hands)).to_contain_text("What made the difference?")
    hands.click(hands.button("They trust us"))
    expect(card(hands)).not_to_contain_text("What made the difference?")
    deals.refresh_from_db()
    assert (deals.stage, deals.reason) == ("closed_won", "won_trust")


def test_a_deal_is_moved_by_a_finger_on_a_phone(deals: Opportunity, office: Office, sit_down: Any) -> None:
    """Sales rep at 360 px: press, hold, drop on the tab of the stage."""
    hands = sit_down(office.maya, PHONE).open(f"{BOARD}&at=qualification")
    tab = hands.page.get_by_role("navigation", name="Stage").get_by_role("link", name="Proposal")

    hold_and_drop(hands, card(hands), tab)

    expect_moved(hands, deals, "Proposal", "proposal")
    expect(tab).to_have_attribute("aria-current", "true")
    assert hands.count <= 1


def test_what_a_stage_demands_is_asked_on_the_card_and_the_move_can_be_dropped(
    deals: Opportunity, office: Office, sit_down: Any
) -> None:
    asks = [AskWish("close_date", required=True, decision="When we plan people")]
    wish = StageWish("Proposal", probability="50", forecast="best_case", asks=asks)
    save_stage(actor=office.sam.actor(), key="proposal", wish=wish)
    hands = sit_down(office.maya, DESK).open(BOARD)

    drag(hands, card(hands), column(hands, "Proposal"))
    expect(column(hands, "Proposal")).to_contain_text("When we plan people")
    hands.click(hands.button("Do not move"))
    expect(column(hands, "Qualification").locator(".kard", has_text="Cold chain")).to_be_visible()
    drag(hands, card(hands), column(hands, "Proposal"))
    card(hands).get_by_label("Close date").fill("2026-12-24")
    hands.click(card(hands).get_by_role("button", name="Save"))

    expect_moved(hands, deals, "Proposal", "proposal")


def test_a_move_that_comes_too_late_is_put_back_with_the_reason(
    deals: Opportunity, office: Office, sit_down: Any
) -> None:
    hands = sit_down(office.maya, DESK).open(BOARD)
    Opportunity.objects.filter(pk=deals.pk).update(stage="negotiation")

    drag(hands, card(hands), column(hands, "Proposal"))

    expect(hands.receipt).to_have_attribute("data-outcome", "not_saved")
    expect(hands.receipt).to_contain_text("stands at Negotiation by now")
    expect(column(hands, "Qualification").locator(".kard", has_text="Cold chain")).to_be_visible()

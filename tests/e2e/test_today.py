"""Today of every part in the company: what comes first is there without a touch; one touch prepares, reviews, corrects."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from keen.sales.models import Quota
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.looking import faults_of
from tests.factories.core import make_user
from tests.factories.orders import make_paper
from tests.factories.people import make_contact
from tests.factories.sales import make_opportunity

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("KEEN_TEST_PICTURES", "")
TODAY = timezone.localdate()


def picture(hands, name: str) -> None:
    """A look for people, where somebody asks for pictures."""
    if not PICTURES:
        return
    for width, height in ((1280, 900), (360, 740)):
        hands.page.set_viewport_size({"width": width, "height": height})
        hands.page.wait_for_timeout(400)
        hands.page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)


@pytest.fixture
def quarter(office) -> None:
    """Deals, a target and an invoice that make a quarter."""
    mine = {"owner": office.maya, "team": office.maya.team, "actor": office.maya.actor()}
    vela = office.account("Vela Foods")
    make_opportunity(
        "Cold chain",
        account=vela,
        amount=48000,
        close_date=TODAY + timedelta(days=3),
        stage="proposal",
        **mine,
    )
    make_opportunity("Dock doors", account=vela, amount=90000, close_date=TODAY - timedelta(days=4), **mine)
    make_opportunity("Old units", amount=122000, stage="closed_won", **mine)
    number = (TODAY.month + 2) // 3
    Quota.objects.create(user=office.maya, year=TODAY.year, quarter=number, amount=200_000)
    due = str(TODAY - timedelta(days=14))
    make_paper("invoice", vela, number="RE-871", on=due, due_on=due, gross="3180", open_amount="3180")


def test_a_rep_sees_the_quarter_and_prepares_with_one_touch(office, sit_down, quarter) -> None:
    hands = sit_down(office.maya).open("/")

    expect(hands.main).to_contain_text("61%")
    expect(hands.main).to_contain_text("Unpaid: Vela Foods")
    assert hands.count == 0
    assert faults_of(hands.page) == []
    picture(hands, "rep")

    hands.page.set_viewport_size(PHONE["viewport"])
    hands.open("/")
    hands.click(hands.link("Brief: Site visit").first)
    for told in ("Wants delivery in May", "RE-871", "Cold chain"):
        expect(hands.main).to_contain_text(told)
    assert hands.count == 1
    assert faults_of(hands.page) == []
    picture(hands, "brief")


def test_not_useful_takes_two_touches_and_one_takes_it_back(office, sit_down, quarter) -> None:
    hands = sit_down(office.maya).open("/")
    row = hands.main.get_by_role("listitem").filter(has_text="Dock doors")

    hands.click(row.locator("summary").last)
    hands.click(row.get_by_role("button", name="Not now"))

    hands.expect_receipt(text="put aside")
    expect(row).to_have_count(0)
    assert hands.count == 2
    hands.key("u")
    expect(row).to_have_count(1)


def test_who_leads_sees_which_deals_need_them_and_opens_the_agenda_with_one_touch(
    office, sit_down, quarter
) -> None:
    hands = sit_down(office.kofi, DESK).open("/")

    expect(hands.page.locator("#next")).to_contain_text("needs you")
    expect(hands.main).to_contain_text("Changed since yesterday")
    assert hands.count == 0
    assert faults_of(hands.page) == []
    picture(hands, "manager")

    hands.page.set_viewport_size(DESK["viewport"])
    hands.click(hands.link("Open the agenda").first)
    expect(hands.main).to_contain_text("Maya Lind")
    expect(hands.main).to_contain_text("Dock doors")
    assert hands.count == 1
    assert faults_of(hands.page) == []
    picture(hands, "agenda")


def test_who_looks_after_the_house_and_its_data_begins_with_what_waits(office, sit_down, quarter) -> None:
    admin = sit_down(office.sam).open("/")
    expect(admin.main).to_contain_text("Setting up")
    assert faults_of(admin.page) == []
    picture(admin, "admin")

    make_contact("Nobody Has", owner=None)
    steward = sit_down(office.daniel).open("/")
    expect(steward.main).to_contain_text("They share the same e-mail address")
    assert faults_of(steward.page) == []
    picture(steward, "steward")

    chief = sit_down(make_user("executive", name="Ines Roth")).open("/")
    expect(chief.page.locator("#next")).to_contain_text("Ask ")
    assert faults_of(chief.page) == []
    picture(chief, "executive")

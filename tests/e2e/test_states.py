"""States that pages come into seldom, as readable and as reachable as the others."""

import pytest
from playwright.sync_api import expect

from keen.core.actions.invitations import Welcome, invite
from keen.core.actions.rights import ensure_roles
from keen.core.domain.roster import invitees
from keen.core.jobs.runs import run_ready
from keen.core.wiring import rewired
from tests.e2e.test_pages import check, look
from tests.factories import background

pytestmark = pytest.mark.browser


def test_jobs_that_were_given_up_are_accessible(office, sit_down) -> None:
    with rewired(background.WIRING):
        background.fail_always.enqueue("the mail server is gone")
        run_ready()
    hands = look(sit_down, office.sam).open("/jobs/")
    hands.click(hands.main.locator("summary").first)

    expect(hands.main).to_contain_text("the mail server is gone")
    check(hands)


def test_an_invitation_is_accessible_alive_and_dead(office, sit_down) -> None:
    welcome = Welcome(team=office.maya.team, roles=[ensure_roles()["sales_rep"]], message="We work here now.")
    sent, _ = invite(
        actor=office.sam.actor(), people=invitees("Ada Okoro <ada@office.example>"), welcome=welcome
    )
    hands = look(sit_down).open(f"/join/{sent[0].token}/")
    expect(hands.page.locator("body")).to_contain_text("We work here now.")
    check(hands)

    sent[0].invitation.delete()
    hands.open(f"/join/{sent[0].token}/")
    check(hands)


def test_somebody_joins_with_one_field_and_lands_on_a_useful_page(office, sit_down) -> None:
    welcome = Welcome(team=office.maya.team, roles=[ensure_roles()["sales_rep"]])
    sent, _ = invite(
        actor=office.sam.actor(), people=invitees("Ada Okoro <ada@office.example>"), welcome=welcome
    )
    hands = sit_down().open(f"/join/{sent[0].token}/")

    hands.type("a long enough word for a start", hands.page.locator("input[type=password]").first)

    expect(hands.page.get_by_role("list", name="First steps")).to_be_visible()
    assert hands.count <= 2


def test_seeing_the_app_as_somebody_is_accessible_and_changes_nothing(office, sit_down) -> None:
    hands = look(sit_down, office.sam).open(f"/settings/people/{office.maya.pk}/")
    act = hands.main.locator("form[action$='/act-as/'] button")
    if not act.is_visible():
        hands.click(hands.main.locator("summary").first)
    hands.click(act)
    expect(hands.page.locator(".strip").first).to_contain_text("Maya Lind")
    check(hands)

    hands.page.set_viewport_size({"width": 1280, "height": 800})
    hands.click(hands.button("Stop"))
    expect(hands.page.locator(".strip:not(.offline)")).to_have_count(0)


def test_the_network_gone_is_accessible(office, sit_down) -> None:
    hands = look(sit_down, office.maya).open("/contacts/")
    hands.page.wait_for_function("() => window.keen?.keeps")
    hands.page.context.set_offline(offline=True)
    expect(hands.page.locator("[data-offline]")).to_be_visible()

    check(hands)


def test_a_broken_page_has_a_face(office, sit_down, monkeypatch) -> None:
    from keen.core.views import home

    def broken(*_: object) -> None:
        raise ValueError("made to fail")

    monkeypatch.setattr(home.queries, "unread", broken)
    hands = look(sit_down, office.petra).open("/notices/")

    expect(hands.page.get_by_role("heading", level=1)).to_be_visible()
    check(hands)


def test_a_page_prints_without_its_tools(office, sit_down) -> None:
    hands = sit_down(office.maya).open(f"/contacts/{office.contact('Amira Haddad').pk}/")

    hands.page.emulate_media(media="print")

    expect(hands.heading("Amira Haddad")).to_be_visible()
    for tool in (".side", ".top", ".tabbar", ".composer"):
        expect(hands.page.locator(tool).first).to_be_hidden()

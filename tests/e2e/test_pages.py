"""Every page in light and dark, wide and narrow: nothing that axe finds, nothing that scrolls sideways."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from keen.core.actions.invitations import Welcome, invite
from keen.core.domain.roster import invitees
from keen.core.models import Role, Team, User
from keen.records.actions import life
from tests.e2e.conftest import DESK
from tests.e2e.hands import Hands
from tests.e2e.looking import faults_of
from tests.e2e.office import Office
from tests.factories.core import PASSWORD

pytestmark = pytest.mark.browser


def amira(office: Office) -> str:
    return f"/contacts/{office.contact('Amira Haddad').pk}/"


def vela(office: Office) -> str:
    return f"/accounts/{office.account('Vela Foods').pk}/"


def invitation(office: Office) -> str:
    actor = User.objects.get(pk=office.sam.pk).actor()
    welcome = Welcome(roles=[Role.objects.get(key="sales_rep")])
    (sent,), _ = invite(actor=actor, people=invitees("new@harbor.example"), welcome=welcome)
    return f"/join/{sent.token}/"


def at(name: str, tail: str = "") -> Callable[[Office], str]:
    """The address of a thing of the office."""
    places = {"amira": amira, "vela": vela}
    return lambda office: places[name](office) + tail


STRANGER: dict[str, Any] = {
    "sign in": "/account/login/",
    "sign in, refused": "/account/login/?next=/contacts/",
    "forgotten password": "/account/password/reset/",
    "forgotten password, sent": "/account/password/reset/done/",
    "help for strangers": "/help/",
    "privacy": "/privacy/",
    "dead address for strangers": "/nowhere/",
    "invited": invitation,
}
MAYA: dict[str, Any] = {
    "today": "/",
    "contacts": "/contacts/",
    "contacts, sorted and filtered": "/contacts/?job_title.contains=Log&sort=-last_contact_at",
    "contacts, nothing fits": "/contacts/?q=quetzalcoatl",
    "accounts": "/accounts/",
    "activities": "/activities/",
    "contact": at("amira"),
    "contact without anything": lambda office: f"/contacts/{office.contact('Noor El-Amin').pk}/",
    "account": at("vela"),
    "activity": lambda office: f"/activities/{office.activity('Call about the quote').pk}/",
    "meeting": lambda office: f"/activities/{office.activity('Site visit').pk}/",
    "board of deals": "/opportunities/?board=1",
    "deal": lambda office: f"/opportunities/{office.deal('Lab refit').pk}/",
    "deals by stage and month": "/opportunities/report/",
    "move a deal": lambda office: f"/opportunities/{office.deal('Lab refit').pk}/move/?stage=closed_lost",
    "new contact": "/contacts/new/",
    "new contact, all fields": "/contacts/new/?all=1",
    "edit": at("amira", "edit/"),
    "one fact": at("amira", "fact/phones/"),
    "history": at("amira", "history/"),
    "duplicates": lambda office: f"/contacts/{office.contact('Selin Kaya').pk}/duplicates/",
    "trash, empty": "/contacts/trash/",
    "export": "/contacts/export/",
    "search, found": "/search/?q=ve",
    "search, similar": "/search/?q=hadadd",
    "search, nothing": "/search/?q=quetzalcoatl",
    "search, not asked": "/search/",
    "new relation": lambda office: f"/relations/contact/{office.contact('Amira Haddad').pk}/add/",
    "plan a task": "/plan/",
    "plan a meeting": lambda office: (
        f"/plan/?what=meeting&kind=contact&id={office.contact('Amira Haddad').pk}"
    ),
    "log a call": lambda office: f"/calls/new/?kind=contact&id={office.contact('Amira Haddad').pk}",
    "log a call with whom": "/calls/new/",
    "notices": "/notices/",
    "settings": "/settings/",
    "tokens": "/settings/tokens/",
    "help for programs": "/help/api/",
    "my changes": "/me/changes/",
    "my calendar": "/settings/calendar/",
    "calendar file": "/settings/calendar/file/",
    "who is away": "/settings/calendar/team/",
    "my data": "/settings/me/data/",
    "consent": lambda office: f"/privacy/contact/{office.contact('Amira Haddad').pk}/",
    "help": "/help/",
    "components": "/ui/",
    "sign out": "/account/logout/",
    "forbidden": "/settings/people/",
    "not found": "/contacts/99999999/",
}
PETRA: dict[str, Any] = {"today, first day": "/"}
SAM: dict[str, Any] = {
    "people": "/settings/people/",
    "person": lambda office: f"/settings/people/{office.maya.pk}/",
    "new person": "/settings/people/new/",
    "invite": "/settings/people/invite/",
    "pipelines": "/settings/pipelines/",
    "stage": "/settings/stages/proposal/",
    "teams": "/settings/teams/",
    "team": lambda _: f"/settings/teams/{Team.objects.latest('pk').pk}/",
    "roles": "/settings/roles/",
    "role": lambda _: f"/settings/roles/{Role.objects.get(key='sales_rep').pk}/",
    "new role": "/settings/roles/new/",
    "jobs": "/jobs/",
    "backups": "/settings/backups/",
    "audit trail": "/audit/",
    "company calendar": "/settings/calendar/company/",
    "days away of a list": "/settings/calendar/absences/",
    "calendar of somebody": lambda office: f"/settings/calendar/{office.maya.pk}/",
    "personal data": "/settings/privacy/",
    "personal data of a contact": lambda office: f"/privacy/contact/{office.contact('Amira Haddad').pk}/",
    "erase a former colleague": lambda office: f"/settings/privacy/former/{office.maya.pk}/",
}
PAGES = [
    pytest.param(who, address, id=name)
    for who, pages in ((None, STRANGER), ("maya", MAYA), ("petra", PETRA), ("sam", SAM))
    for name, address in pages.items()
]


@pytest.mark.parametrize(("who", "address"), PAGES)
def test_a_page_is_accessible_and_fits(office, sit_down, who, address) -> None:
    hands = look(sit_down, getattr(office, who) if who else None)

    hands.open(address(office) if callable(address) else address)

    check(hands)


def look(sit_down: Callable[..., Hands], user: User | None = None) -> Hands:
    """Somebody before a screen on which nothing moves: what moves has no colour yet."""
    return sit_down(user, DESK, reduced_motion="reduce")


def check(hands: Hands) -> None:
    # What arrives late belongs to the page.
    expect(hands.page.locator("body[data-busy]")).to_have_count(0)
    expect(hands.page.locator("[hx-trigger=load],[hx-trigger=revealed]")).to_have_count(0)
    assert faults_of(hands.page) == []


def test_a_refused_sign_in_is_accessible(office, sit_down) -> None:
    hands = look(sit_down).open("/account/login/")
    hands.page.locator("input[name=login]").fill("maya@office.example")
    hands.page.locator("input[name=password]").fill("wrong")
    hands.page.keyboard.press("Enter")
    expect(hands.page.get_by_role("alert").first).to_be_visible()

    check(hands)


SECURITY = {
    "second factor": "/account/2fa/",
    "authenticator app": "/account/2fa/totp/activate/",
    "passkeys": "/account/2fa/webauthn/",
    "new passkey": "/account/2fa/webauthn/add/",
    "recovery codes": "/account/2fa/recovery-codes/generate/",
    "change password": "/account/password/change/",
    "confirm it is you": "/account/reauthenticate/",
}


@pytest.mark.parametrize("address", SECURITY.values(), ids=SECURITY.keys())
def test_a_page_of_ones_own_security_is_accessible_and_fits(office, sit_down, address) -> None:
    hands = look(sit_down).open("/account/login/")
    hands.page.locator("input[name=login]").fill("maya@office.example")
    hands.page.locator("input[name=password]").fill(PASSWORD)
    hands.page.keyboard.press("Enter")
    expect(hands.page.locator("#next")).to_be_visible()

    hands.open(address)

    check(hands)


def test_an_empty_list_is_accessible_and_says_what_it_is_for(empty_house, sit_down) -> None:
    from tests.factories.core import make_team, make_user

    hands = look(sit_down, make_user("sales_rep", make_team()))
    for address in ("/contacts/", "/accounts/", "/activities/", "/"):
        hands.open(address)
        assert hands.main.get_by_role("link").count() >= 1
        check(hands)


def test_a_form_with_errors_is_accessible(office, sit_down) -> None:
    hands = look(sit_down, office.maya).open("/contacts/new/")
    hands.field("E-mail").first.fill("ada at lumen")
    hands.field("Phone").first.fill("no number")
    hands.page.keyboard.press("Enter")
    expect(hands.main.get_by_role("alert")).to_be_visible()

    check(hands)


def test_possible_duplicates_are_accessible(office, sit_down) -> None:
    hands = look(sit_down, office.maya).open("/contacts/new/")
    hands.type("amira.haddad@velafoods.example", hands.field("E-mail").first, commit="")
    expect(hands.page.locator("#duplicates")).to_contain_text("Amira Haddad")

    check(hands)


def test_a_conflict_is_accessible(office, sit_down) -> None:
    hands, other = look(sit_down, office.maya), look(sit_down, office.kofi)
    for one in (hands, other):
        one.open(amira(office) + "edit/")
    for one, title in ((other, "Buyer"), (hands, "Seller")):
        one.field("Job title").fill(title)
        one.field("Phone").first.fill("030 5550 99" if one is hands else "030 5550 88")
        one.click(one.button("Save"))
    expect(hands.heading("Two of you changed this")).to_be_visible()

    check(hands)


def test_a_conflict_about_one_fact_is_accessible(office, sit_down) -> None:
    hands, other = (
        look(sit_down, office.maya).open(amira(office)),
        look(sit_down, office.kofi).open(amira(office)),
    )
    hands.click(hands.page.locator("#fact-job_title dd"))
    expect(hands.field("Job title")).to_be_focused()
    other.click(other.page.locator("#fact-job_title dd"))
    other.type("Buyer")
    other.expect_receipt()
    hands.type("Seller")
    expect(hands.button("Keep mine")).to_be_visible()

    check(hands)


def test_a_merge_and_its_receipt_are_accessible(office, sit_down) -> None:
    first = office.contact("Selin Kaya")
    twin = type(first).objects.exclude(pk=first.pk).get(last_name="Kaya")
    hands = look(sit_down, office.maya).open(f"/contacts/{first.pk}/merge/{twin.pk}/")
    check(hands)

    hands.page.set_viewport_size(DESK["viewport"])
    hands.click(hands.button("Merge"))
    hands.expect_receipt()

    check(hands)


def test_many_at_once_are_accessible(office, sit_down) -> None:
    hands = look(sit_down, office.maya)
    for act in ("Change", "Assign", "Tag", "Delete"):
        hands.page.set_viewport_size(DESK["viewport"])
        hands.open("/contacts/")
        hands.click(hands.page.get_by_role("checkbox", name="Select Noor El-Amin"))
        if act == "Change":
            check(hands)
            hands.page.set_viewport_size(DESK["viewport"])
        hands.click(hands.button(act, exact=True))
        expect(hands.button("Cancel").or_(hands.link("Cancel"))).to_be_visible()
        check(hands)


def test_a_trash_with_something_in_it_is_accessible(office, sit_down) -> None:
    from keen.people.records import CONTACT

    life.delete(CONTACT, actor=office.maya.actor(), record_id=office.contact("Noor El-Amin").pk)
    hands = look(sit_down, office.maya).open("/contacts/trash/")
    expect(hands.main).to_contain_text("Noor El-Amin")

    check(hands)


def opened_by_key(keys: str, shown: str) -> Callable[[Hands], None]:
    def open_it(hands: Hands) -> None:
        hands.key(keys)
        expect(hands.page.locator(shown)).to_be_visible()

    return open_it


def opened_by_click(what: str) -> Callable[[Hands], None]:
    def open_it(hands: Hands) -> None:
        hands.click(hands.page.locator(what).first)

    return open_it


OVERLAYS = {
    "palette": ("/", opened_by_key("Control+k", "#palette")),
    "keys": ("/", opened_by_key("?", "#keys-help")),
    "snooze": ("/", opened_by_key("s", "#next input[type=date]")),
    "snooze of a line": ("/", opened_by_click("summary[aria-label^=Snooze]")),
    "new": ("/", opened_by_click("summary[data-key=c]")),
    "account menu": ("/", opened_by_click(".account > summary")),
    "call sheet": (amira, opened_by_key("l", "#call-sheet")),
    "more": (amira, opened_by_click("summary[aria-label=More]")),
    "a fact": (amira, opened_by_click("#fact-phones [data-edit-open]")),
    "filter": ("/contacts/", opened_by_click("summary:has-text('Filter')")),
    "columns": ("/contacts/", opened_by_click("summary:has-text('Columns')")),
    "keep view": ("/contacts/", opened_by_click("summary:has-text('Keep view')")),
}


@pytest.mark.parametrize(("address", "open_it"), OVERLAYS.values(), ids=OVERLAYS.keys())
def test_what_opens_on_a_page_is_accessible_and_fits(office, sit_down, address, open_it) -> None:
    hands = look(sit_down, office.kofi if address == "/contacts/" else office.maya)
    hands.open(address(office) if callable(address) else address)
    expect(hands.page.locator("[hx-trigger=load],[hx-trigger=revealed]")).to_have_count(0)

    open_it(hands)

    check(hands)


def test_the_found_in_the_palette_are_accessible(office, sit_down) -> None:
    hands = look(sit_down, office.maya).open("/")
    hands.key("Control+k")
    hands.type("vela", commit="")
    expect(hands.page.locator("[data-palette-found] [role=option]").first).to_be_visible()

    check(hands)


def test_every_receipt_is_accessible(office, sit_down) -> None:
    hands = look(sit_down, office.maya).open(amira(office))
    hands.key("l")
    hands.type("Wants it in May")
    hands.expect_receipt()
    check(hands)

    hands.page.wait_for_function("() => window.keen?.keeps")
    hands.page.context.set_offline(offline=True)
    hands.type("Offline", hands.page.get_by_role("textbox", name="Write a note"), commit="Control+Enter")
    expect(hands.receipt).to_contain_text("No network")
    check(hands)

"""Leads: a visitor sends a form without scripts, and whoever gets it converts it with a few clicks."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from keen.people.models import Account, Contact
from keen.sales.models import FormEntry, Lead, Opportunity
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.looking import faults_of
from tests.e2e.office import Office
from tests.factories.sales import make_form

pytestmark = pytest.mark.browser
MESSAGE = "We have twelve cold rooms and want to know when a door stands open for longer than a minute."


@pytest.fixture
def form(office: Office) -> Any:
    """A form whose leads go to Maya."""
    return make_form(
        "Ask for an offer", owner=office.maya, team=office.maya.team, promised_hours=24,
        consent_text="You may write to me about offers.",
    )  # fmt: skip


def test_from_the_form_of_a_visitor_to_account_contact_and_deal(
    form: Any, office: Office, sit_down: Any, monkeypatch: Any
) -> None:
    """Visitor on a phone without scripts; then the sales rep: open the lead, convert, done in 3."""
    # A machine types faster than people read.
    monkeypatch.setattr("keen.sales.domain.spam.SHORTEST_SECONDS", 0)
    visitor = sit_down(None, PHONE, java_script_enabled=False).open(f"/f/{form.key}/")
    for label, words in (
        ("First name", "Jana"),
        ("Last name", "Roth"),
        ("E-mail", "jana.roth@nord.example"),
        ("Company", "Nord Logistik"),
        ("How can we help?", MESSAGE),
    ):
        visitor.field(label).fill(words)
    visitor.page.get_by_label("You may write to me").check()
    visitor.tap(visitor.button("Send"))
    expect(visitor.page.get_by_role("status")).to_have_text("Thank you. We will be in touch.")

    hands = sit_down(office.maya, DESK).open("/leads/?status=new")
    hands.click(hands.main.get_by_role("link", name="Jana Roth").first)
    expect(hands.timeline).to_contain_text("sent the form “Ask for an offer” and agreed to e-mail")
    expect(hands.timeline).to_contain_text(MESSAGE)
    expect(hands.page.locator("#lead")).to_contain_text("left of the promise")
    hands.click(hands.main.get_by_role("link", name="Convert"))
    hands.click(hands.main.get_by_role("button", name="Convert"))

    hands.expect_receipt(text="Jana Roth is converted.")
    assert hands.count <= 3
    lead = Lead.objects.get()
    assert (lead.account, lead.contact) == (
        Account.objects.get(name="Nord Logistik"),
        Contact.objects.get(last_name="Roth"),
    )
    assert lead.opportunity == Opportunity.objects.get(account=lead.account)
    hands.key("u")
    expect(hands.receipt).to_contain_text("Taken back")
    lead.refresh_from_db()
    assert (lead.status, Account.objects.living().filter(name="Nord Logistik").count()) == ("new", 0)


def test_pages_of_leads_and_forms_are_readable_and_within_the_width(
    form: Any, office: Office, sit_down: Any
) -> None:
    lead = Lead.objects.create(
        first_name="Jana", last_name="Roth", company="Vela Foods", owner=office.maya, team=office.maya.team,
        emails=[{"address": "jana@velafoods.example", "label": "work"}], created_at=timezone.now(), updated_at=timezone.now(),
    )  # fmt: skip
    FormEntry.objects.create(
        form=form,
        once="spam",
        at=timezone.now(),
        state="spam",
        why=["Holds 3 links"],
        values={"last_name": "X"},
    )
    maya, admin, visitor = sit_down(office.maya), sit_down(office.sam), sit_down(None)
    pages = [
        (visitor, f"/f/{form.key}/"), (visitor, f"/f/{form.key}/?sent=1"), (maya, f"/leads/{lead.pk}/"),
        (maya, f"/leads/{lead.pk}/convert/"), (admin, "/settings/forms/"), (admin, f"/settings/forms/{form.key}/"),
        (admin, "/settings/forms/spam/"), (admin, "/settings/lead-score/"),
    ]  # fmt: skip
    assert {path: found for hands, path in pages if (found := faults_of(hands.open(path).page))} == {}

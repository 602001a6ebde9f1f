"""The reason to come on the first day: a file of orders is dropped, and the people who sell see what was shipped and what is owed."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from keen.orders.models import Invoice
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.hands import Hands
from tests.e2e.looking import faults_of

pytestmark = pytest.mark.browser


def sound(hands: Hands) -> None:
    """The page is readable and within the width; the screen is as wide as before."""
    assert faults_of(hands.page) == []
    hands.page.set_viewport_size(DESK["viewport"])


def test_a_file_is_dropped_tied_in_the_tray_and_seen_by_who_looks_after_the_account(
    office, sit_down, tmp_path: Path
) -> None:
    late = timezone.localdate() - timedelta(days=14)
    file = tmp_path / "invoices.csv"
    file.write_text(
        f"Rechnungsnummer;Kunde;Fällig am;Betrag;Offen\nRE-7712;VELA FOODS AG;{late:%d.%m.%Y};1.482,74;1.482,74\n"
    )
    hands = sit_down(office.sam, DESK)

    hands.open("/orders/drop/")
    sound(hands)
    hands.page.locator("input[type=file]").set_input_files(file)
    hands.click(hands.button("Read this file"))
    expect(hands.main).to_contain_text("1 new invoices")
    sound(hands)
    hands.click(hands.button("Bring in 1 invoices"))
    expect(hands.main).to_contain_text("See the invoices")
    assert hands.count == 2

    hands.open("/orders/unmatched/")
    sound(hands)
    hands.click(hands.button("Tie to Vela Foods").first)
    hands.expect_receipt()
    expect(hands.main).to_contain_text("Every customer has an account")
    assert hands.count == 1

    seen_on_the_phone(sit_down(office.account("Vela Foods").owner, PHONE))


def seen_on_the_phone(phone: Hands) -> None:
    phone.open("/")
    expect(phone.main).to_contain_text("Unpaid: Vela Foods")
    expect(phone.main).to_contain_text("14 days late")
    invoice = Invoice.objects.get()
    phone.open(f"/accounts/{invoice.account_id}/")
    expect(phone.main).to_contain_text("Open invoices")
    expect(phone.main).to_contain_text("Invoice RE-7712 was due: €1,482.74 open")
    phone.open(f"/invoices/{invoice.pk}/")
    expect(phone.main).to_contain_text("14 days overdue")
    assert faults_of(phone.page) == []

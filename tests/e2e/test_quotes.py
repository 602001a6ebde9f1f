"""From a deal to the customer's word: lines, a quote, a private link, accepted on a phone without signing in."""

import re

import pytest
from django_tasks_db.models import DBTaskResult
from playwright.sync_api import expect

from keen.core.jobs.mail import send_mail
from keen.sales.models import Quote
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.hands import Hands
from tests.e2e.looking import faults_of
from tests.factories.offers import make_book, make_product

pytestmark = pytest.mark.browser


def test_a_deal_becomes_a_quote_that_the_customer_accepts_on_the_phone(office, sit_down) -> None:
    make_product("Cold chain sensor", price="149.50", book=make_book(), number="T2", unit="piece")
    deal = office.deal("Lab refit")
    hands = sit_down(deal.owner, DESK)

    hands.open(f"/opportunities/{deal.pk}/lines/")
    hands.type("cold ch", hands.page.locator("#f-text-1"), commit="")
    hands.click(hands.page.get_by_role("option", name=re.compile("Cold chain sensor")))
    expect(hands.page.locator("#f-price-1")).to_have_value("149.50")
    hands.page.locator("#f-quantity-1").fill("10")
    hands.page.locator("#f-quantity-1").press("Tab")
    expect(hands.page.locator(".sums .all")).to_contain_text("1,779.05")
    assert faults_of(hands.page) == []
    hands.page.set_viewport_size(DESK["viewport"])
    hands.click(hands.button("Save the lines"))
    hands.expect_receipt()
    hands.click(hands.button("Make a quote").first)
    hands.page.locator("#f-email").fill("amira@vela.example")
    assert faults_of(hands.page) == []
    hands.page.set_viewport_size(DESK["viewport"])
    hands.click(hands.button("Save and send"))
    hands.click(hands.button("Send", exact=True))
    hands.expect_receipt(undo=False)
    assert hands.count <= 8
    assert faults_of(hands.page) == []

    accepted_by_the_customer(sit_down(None, PHONE), token())


def token() -> str:
    task = DBTaskResult.objects.get(task_path=send_mail.module_path)
    found = re.search(r"/q/([\w-]+)/", task.args_kwargs["kwargs"]["body"])
    assert found
    return found[1]


def accepted_by_the_customer(phone: Hands, link: str) -> None:
    phone.open(f"/q/{link}/")
    assert faults_of(phone.page) == []
    phone.page.get_by_label("Your name").fill("Amira Haddad")
    phone.tap(phone.page.get_by_role("button", name="Accept for €1,779.05"))
    expect(phone.page.get_by_role("status")).to_contain_text("Accepted by Amira Haddad")
    assert phone.count == 1
    assert Quote.objects.get().status == "accepted"

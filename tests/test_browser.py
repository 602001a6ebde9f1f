"""The browser fixtures see what they are there to see."""

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page

from tests.browser import accessibility_violations

pytestmark = pytest.mark.browser


def test_a_page_comes_from_the_running_keen_and_is_accessible(page: Page) -> None:
    answer = page.goto(reverse("account_login"))

    assert answer is not None
    assert answer.status == 200
    assert accessibility_violations(page) == []


def test_an_inaccessible_element_is_found_by_name(page: Page) -> None:
    page.goto(reverse("account_login"))
    before = accessibility_violations(page)

    page.evaluate("() => document.body.append(document.createElement('button'))")

    after = [line for line in accessibility_violations(page) if line not in before]
    assert [line.split(":")[0] for line in after] == ["button-name"]


def test_an_inline_script_is_refused_by_the_policy(context: BrowserContext) -> None:
    page = context.new_page()  # the fixture would fail the test for the complaint that is wanted here
    page.goto(reverse("account_login"))

    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.evaluate(
            "() => { const script = document.createElement('script'); script.textContent = 'window.ran = true';"
            " document.body.append(script) }"
        )
    assert page.evaluate("() => window.ran") is None

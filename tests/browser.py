"""A real Chromium for tests marked `browser`: a page per test, and the rules every page has to keep."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import chromium
import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

AXE = next((Path(__file__).parent / "vendor" / "axe").glob("axe-*.min.js")).read_text()
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once; in a container it may run as root, where it has no sandbox."""
    path = chromium.find()
    if path is None:
        pytest.skip("no Chromium")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=arguments)
        yield started
        started.close()


@pytest.fixture
def context(
    browser: Browser, live_server: Any, django_db_serialized_rollback: None
) -> Iterator[BrowserContext]:
    """A visitor without a past, on a running Keen."""
    visitor = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 800})
    visitor.set_default_timeout(10_000)
    yield visitor
    visitor.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page; the test fails if the browser complained of anything, a policy violation included."""
    complaints: list[str] = []
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    # An answer of 4xx to a wrong input is written to the console by the browser itself.
    assert [text for text in complaints if "Failed to load resource" not in text] == []


@pytest.fixture
def sign_in(context: BrowserContext, live_server: Any) -> Callable[[Any], None]:
    """A function that signs a user in on this test's browser, without the form."""

    def put_session(user: Any) -> None:
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    return put_session


def accessibility_violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA, a line for each element; empty when all is well."""
    # Not page.evaluate: that goes through eval, which the pages' content security policy forbids.
    page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": AXE})
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", AXE_RULES)
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]

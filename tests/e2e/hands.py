"""The hands of a person in front of a screen: they do what a person can do, and count it.

Each tap, click, key command and each text that is typed and handed over counts one, as the jobs in the design do.
"""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect


class Hands:
    """What somebody does on a page, and how often they had to do something."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def open(self, address: str) -> "Hands":
        """The page of the address is there; what is counted starts here."""
        self.page.goto(address, wait_until="load")
        self.count = 0
        return self

    def click(self, what: Locator, **options: Any) -> None:
        self.count += 1
        what.click(**options)

    def tap(self, what: Locator) -> None:
        self.count += 1
        what.tap()

    def key(self, keys: str) -> None:
        """A key command, such as L or Control+K, on a page that is there: nobody presses keys at a page on its way."""
        self.count += 1
        self.page.wait_for_load_state()
        self.page.keyboard.press(keys)

    def type(self, words: str, into: Locator | None = None, *, commit: str = "Enter") -> None:
        """Words where the cursor stands, and the key that hands them over ("" for none): one committed text entry.

        A field that has to be reached first by hand counts one more.
        """
        if into is not None:
            self.click(into)
        self.count += 1
        self.page.keyboard.type(words)
        if commit:
            self.page.keyboard.press(commit)

    def button(self, name: str, *, exact: bool = False) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact)

    def link(self, name: str, *, exact: bool = False) -> Locator:
        return self.page.get_by_role("link", name=name, exact=exact)

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name)

    def field(self, label: str) -> Locator:
        return self.main.get_by_label(re.compile(rf"^{re.escape(label)}( required| if you like)?$"))

    @property
    def main(self) -> Locator:
        return self.page.locator("#main")

    @property
    def receipt(self) -> Locator:
        return self.page.locator("#receipt [data-receipt]")

    @property
    def timeline(self) -> Locator:
        return self.page.locator("#timeline")

    @property
    def path(self) -> str:
        """The address of the page without host and query."""
        return str(self.page.evaluate("() => location.pathname"))

    def expect_receipt(self, outcome: str = "saved", *, text: str = "", undo: bool = True) -> None:
        """The receipt says how it went, on what, what comes next or that nothing does, and how to take it back."""
        expect(self.receipt).to_have_attribute("data-outcome", outcome)
        if text:
            expect(self.receipt).to_contain_text(text)
        said = {name: self.receipt.get_attribute(f"data-{name}") for name in ("object", "next", "undo")}
        assert all(said.values()), said
        assert (said["undo"] != "none") is undo, said

    def expect_focus(self, on: Locator) -> None:
        expect(on).to_be_focused()

"""What every page has to keep, whoever looks at it and on what: readable, reachable, within the width."""

from typing import Any

from playwright.sync_api import Page

from tests.browser import AXE, AXE_RULES

WIDE, NARROW, NARROWEST = (1280, 800), (360, 740), (320, 640)
RULES = {"type": "tag", "values": [*AXE_RULES, "best-practice"]}
# The dark theme changes colours alone, so what does not look at colours has been looked at in the light.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


def faults_of(page: Page) -> list[str]:
    """What is wrong with the page in light and dark, wide and narrow, a line for each; empty when all is well."""
    # Not page.evaluate: that goes through eval, which the pages' content security policy forbids.
    page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": AXE})
    page.evaluate("() => scrollTo(0, 0)")  # what lies half under the bar at the top would count as small
    found: dict[str, str] = {}
    for width, height in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": height})
        for theme, rules in (("light", RULES), ("dark", COLOURS)):
            paint(page, theme)
            for fault in violations(page, rules):
                found.setdefault(fault, f"{theme} {width}")
    page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})
    found |= dict.fromkeys(too_wide(page), "320")
    return [f"{where}: {fault}" for fault, where in found.items()]


def paint(page: Page, theme: str) -> None:
    """The page in light or dark, as the switch of the account menu does it."""
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)


def violations(page: Page, rules: dict[str, Any]) -> list[str]:
    """What axe finds, a line for each element."""
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", rules)
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]}{_numbers(node)}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def _numbers(node: dict[str, Any]) -> str:
    """The ratio and the colours, where the fault is about them."""
    for check in node["any"]:
        if check["id"] == "color-contrast" and check["data"]:
            return " {contrastRatio} {fgColor} on {bgColor}".format(**check["data"])
    return ""


def too_wide(page: Page) -> list[str]:
    """The elements that make the page scroll sideways, the innermost ones; empty when it does not."""
    return list(
        page.evaluate(
            """() => {
              const width = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= width) return [];
              const out = (element) => element.getBoundingClientRect().right > width + 0.5;
              return [...document.querySelectorAll("body *")]
                .filter((element) => out(element) && ![...element.children].some(out) && element.checkVisibility())
                .map((element) => `sideways scroll to ${document.documentElement.scrollWidth}: ` + element.outerHTML.slice(0, 160));
            }"""
        )
    )


class Look:
    """Looks at pages as every page is looked at, and remembers what is wrong."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: dict[str, list[str]] = {}

    def at(self, name: str) -> None:
        """Look at the page that is open; it is wide again afterwards."""
        if found := faults_of(self.page):
            self.faults[name] = found
        self.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})

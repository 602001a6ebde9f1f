"""Takes the pictures of the main pages in docs/pictures, from a demo of its own, in light and dark, wide and narrow.

Run it with `python tools/pictures.py`; names behind it take those pages alone. With Pillow at hand the pictures are
made smaller. Everything but the time of day is the same on every machine for the same day.
"""

import argparse
import io
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import chromium
from playwright.sync_api import Browser, Page, sync_playwright

PROJECT = Path(__file__).resolve().parent.parent
PICTURES = PROJECT / "docs" / "pictures"
OUTLOOK = PROJECT / "tests" / "data" / "outlook.csv"
SCREENS: dict[int, dict[str, Any]] = {
    1280: {"viewport": {"width": 1280, "height": 800}},
    360: {
        "viewport": {"width": 360, "height": 740},
        "device_scale_factor": 2,
        "has_touch": True,
        "is_mobile": True,
    },
}
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
LARGEST = 200_000
COLOURS = 192
WAIT = 120


def go(address: str) -> Callable[[Page], None]:
    """What leads to the page of an address."""
    return lambda page: goto(page, address)


def goto(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("[hx-trigger=load]", state="detached")


def do_next(page: Page) -> None:
    """The person whom Today names first."""
    goto(page, "/")
    goto(page, page.locator("#next a[href^='/contacts/']").first.get_attribute("href") or "/contacts/")


def company_of_do_next(page: Page) -> None:
    goto(page, "/")
    goto(page, page.locator("#next a[href^='/accounts/']").first.get_attribute("href") or "/accounts/")


def palette(page: Page) -> None:
    goto(page, "/")
    page.keyboard.press("Control+k")
    page.keyboard.type("hambu")
    page.wait_for_selector("[data-palette-found] [role=option]")


def import_check(page: Page) -> None:
    """The dry run of an export from Outlook."""
    goto(page, "/import/")
    page.locator("input[type=file]").set_input_files(OUTLOOK)
    page.get_by_role("button", name="Read this file").click()
    page.get_by_role("button", name="Check all rows").click()
    page.get_by_role("heading", name="What would happen").wait_for()


def role(page: Page) -> None:
    goto(page, "/settings/roles/")
    page.get_by_role("link", name="Sales rep").first.click()
    page.wait_for_load_state()


def grid(page: Page) -> None:
    """A block of a spreadsheet as it would be written: a change, a mistake, and somebody who is here already."""
    goto(page, "/contacts/?owner=me&q=ahrens&grid=1&cols=job_title,emails,birthday")
    known = page.locator("tbody tr[data-line]").first
    first, last, address = (
        known.locator(f"[data-cell={name}] [data-shown]").text_content() or ""
        for name in ("first_name", "last_name", "emails")
    )
    page.locator("summary", has_text="Paste a block").click()
    head = "First name\tLast name\tJob title\tE-mail\tBirthday"
    new = "Noor\tEl-Sayed\tHead of purchasing\tnoor@vela-foods.example\tsome day in May"
    page.get_by_label("Cells, as you copied them").fill(f"{head}\n{new}\n{first}\t{last}\tBuyer\t{address}\t")
    page.get_by_role("button", name="Show what becomes of it").click()
    page.get_by_text("This is what the block would do.").wait_for()
    page.locator(".scroll-x").evaluate(
        "one => { one.scrollLeft = 0; scrollTo(0, document.body.scrollHeight); }"
    )


def webhook(page: Page) -> None:
    """An endpoint, which is made where there is none."""
    goto(page, "/settings/webhooks/")
    if not page.locator("main a[href^='/settings/webhooks/']", has_text="Shop").count():
        goto(page, "/settings/webhooks/new/")
        page.locator("[name=name]").fill("Shop")
        page.locator("[name=url]").fill("https://shop.example/hooks/keen")
        page.get_by_role("button", name="Make it").click()
        page.get_by_text("Copy the secret").first.wait_for()
    goto(page, "/settings/webhooks/")
    page.locator("main a", has_text="Shop").first.click()
    page.wait_for_load_state()


def backups(page: Page) -> None:
    """The page after a backup, with a directory that is not that of this machine."""
    goto(page, "/settings/backups/")
    if page.get_by_text("No backup yet").count():
        page.get_by_role("button", name="Back up now").click()
        for _ in range(WAIT // 2):
            goto(page, "/settings/backups/")
            if page.get_by_text("All the same").count():
                break
            time.sleep(1)
    page.evaluate(
        """() => document.querySelectorAll("main dd, main dd *").forEach((one) => {
            if (!one.children.length && one.textContent.startsWith("/")) one.textContent = "/var/lib/keen/backups";
        })"""
    )


def personal_data(page: Page) -> None:
    goto(page, "/contacts/?sort=-last_contact_at")
    href = page.locator("main tbody tr[data-row]").first.get_attribute("data-href") or ""
    goto(page, f"/privacy/contact/{href.rstrip('/').rpartition('/')[2]}/")


@dataclass(frozen=True)
class Picture:
    """A page, who sees it, and how one gets there."""

    name: str
    lead: Callable[[Page], None]
    who: str = "Maya Lind"


ALL = (
    Picture("today", go("/")),
    Picture("contacts", go("/contacts/")),
    Picture("contact", do_next),
    Picture("account", company_of_do_next),
    Picture("new-contact", go("/contacts/new/")),
    Picture("palette", palette),
    Picture("import-check", import_check, "Sam Fischer"),
    Picture("people", go("/settings/people/"), "Sam Fischer"),
    Picture("role", role, "Sam Fischer"),
    Picture("jobs", go("/jobs/"), "Sam Fischer"),
    Picture("grid", grid),
    Picture("fields", go("/settings/fields/"), "Sam Fischer"),
    Picture("webhooks", webhook, "Sam Fischer"),
    Picture("usage", go("/me/usage/")),
    Picture("calendar", go("/settings/calendar/")),
    Picture("backups", backups, "Sam Fischer"),
    Picture("privacy", personal_data, "Sam Fischer"),
    Picture("tokens", go("/settings/tokens/")),
    Picture("login", go("/account/login/"), ""),
    Picture("ui", go("/ui/")),
)


def main() -> int:
    """Takes the pictures and returns the exit code: 1 when one is larger than 200 kB."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(one.name for one in ALL))
    parser.add_argument("--to", type=Path, default=PICTURES, help="directory to write to")
    parser.add_argument("--at", metavar="ADDRESS", help="a demo that runs already, instead of a new one")
    options = parser.parse_args()
    wanted = [one for one in ALL if not options.names or one.name in options.names]
    browser_path = chromium.find_or_install()
    if browser_path is None:
        sys.exit("There is no Chromium here to take pictures with.")
    options.to.mkdir(parents=True, exist_ok=True)
    sizes: dict[str, int] = {}
    with demo(options.at) as address, sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=browser_path, args=arguments)
        for width in SCREENS:
            for theme in THEMES:
                sizes |= take(browser, address, wanted, (theme, width), options.to)
        browser.close()
    large = {name: size for name, size in sizes.items() if size > LARGEST}
    print(f"{len(sizes)} pictures, {sum(sizes.values()) // 1000} kB in {options.to}")
    for name, size in large.items():
        print(f"{name} has {size // 1000} kB, more than {LARGEST // 1000}")
    return 1 if large else 0


@contextmanager
def demo(running: str | None) -> Iterator[str]:
    """The address of a demo with nothing changed in it yet."""
    if running:
        yield running
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="keen-pictures-") as data:
        command = [
            sys.executable,
            "-m",
            "keen.site.cli",
            "demo",
            "--port",
            str(port),
            "--data",
            f"{data}/demo",
        ]
        environment = {**os.environ, "PYTHONPATH": str(PROJECT / "src")}
        server = subprocess.Popen(command, cwd=PROJECT, env=environment)
        try:
            address = f"http://localhost:{port}"
            wait_for(address, server)
            yield address
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(20)
            server.kill()


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Comes back when the demo answers."""
    for _ in range(WAIT * 2):
        if server.poll() is not None:
            sys.exit("The demo did not start; what it said is above.")
        with suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(f"{address}/account/login/").close()  # noqa: S310  our own server
            return
        time.sleep(0.5)
    sys.exit(f"The demo did not answer within {WAIT} s.")


def take(
    browser: Browser, address: str, wanted: list[Picture], look: tuple[Theme, int], target: Path
) -> dict[str, int]:
    """The sizes in bytes of the pictures of one look, by file name."""
    theme, width = look
    sizes = {}
    for who in dict.fromkeys(one.who for one in wanted):
        context = browser.new_context(
            base_url=address, color_scheme=theme, reduced_motion="reduce", locale="en-GB", **SCREENS[width]
        )
        page = context.new_page()
        if who:
            page.goto("/account/login/")
            page.get_by_role("button", name=who).first.click()
            page.wait_for_url(f"{address}/")
        for one in (one for one in wanted if one.who == who):
            one.lead(page)
            page.wait_for_function("document.fonts.status === 'loaded'")
            name = f"{one.name}-{theme}-{width}.png"
            (target / name).write_bytes(smaller(page.screenshot()))
            sizes[name] = (target / name).stat().st_size
        context.close()
    return sizes


def smaller(picture: bytes) -> bytes:
    """The same picture with as few colours as the eye needs; as it is without Pillow."""
    if find_spec("PIL") is None:
        return picture
    image = import_module("PIL.Image")
    target = io.BytesIO()
    drawn = image.open(io.BytesIO(picture)).convert("RGB")
    drawn.quantize(COLOURS, dither=image.Dither.NONE).save(target, "PNG", optimize=True)
    return min(picture, target.getvalue(), key=len)


if __name__ == "__main__":
    sys.exit(main())

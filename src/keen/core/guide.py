"""The guide as pages of Keen: the files of docs/guide, for whoever has signed in."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe

from keen.lib import text
from keen.lib.errors import NotVisibleError

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "guide"
LEAST_LETTERS = 3
_LISTED = re.compile(r"^- \[(?P<title>[^\]]+)\]\((?P<slug>[a-z-]+)\.md\): (?P<about>.+)$", re.MULTILINE)
_HEADING = re.compile(r"^##+ (.+)$", re.MULTILINE)
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
# What is written for those who change Keen itself.
_FOR_PROGRAMMERS = re.compile(
    r"^## (?:In the code|For programmers)\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Topic:
    """One page of the guide, with the words that it is found by."""

    slug: str
    title: str
    about: str
    words: tuple[str, ...]

    @property
    def href(self) -> str:
        """Its address."""
        return f"/help/{self.slug}/"


@cache
def topics() -> tuple[Topic, ...]:
    """The pages in the order of the guide's first one; none where Keen was installed without them."""
    start = FOLDER / "README.md"
    listed = _LISTED.finditer(start.read_text("utf-8")) if start.exists() else ()
    return tuple(_topic(found["slug"], found["title"], found["about"]) for found in listed)


def _topic(slug: str, title: str, about: str) -> Topic:
    written = _written(slug)
    named = " ".join([slug, title, about, *_HEADING.findall(written), *_BOLD.findall(written)])
    return Topic(slug, title, about, tuple(dict.fromkeys(text.fold(named).split())))


def _written(slug: str) -> str:
    return _FOR_PROGRAMMERS.sub("", (FOLDER / f"{slug}.md").read_text("utf-8"))


def find(asked: str, most: int = 2) -> list[Topic]:
    """The pages in whose title, summary or headings each of the words begins a word; those named so first."""
    wanted = text.fold(asked).split()
    if sum(map(len, wanted)) < LEAST_LETTERS:
        return []
    found = [one for one in topics() if all(any(word.startswith(it) for word in one.words) for it in wanted)]
    return sorted(found, key=lambda one: wanted[0] not in text.fold(one.title))[:most]


@cache
def page(slug: str) -> tuple[Topic, SafeString]:
    """The page, as it is read.

    Raises: NotVisibleError for one that there is not.
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415  only who reads the guide pays for it

    topic = next((one for one in topics() if one.slug == slug), None)
    if topic is None:
        raise NotVisibleError("no_page", "The guide has no such page. Look through its list.")
    known = {one.slug for one in topics()}
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    read = reader.parse(_written(slug).partition("\n")[2])
    for token in (child for block in read for child in block.children or ()):
        target = str(token.attrGet("href") or "")
        name = target.removesuffix(".md")
        if token.type == "link_open" and name in known:
            token.attrSet("href", f"/help/{name}/")
        elif token.type == "link_open" and not target.startswith(("https://", "/", "#")):
            token.attrs.pop("href")  # what lies beside the guide is not served
    html = reader.renderer.render(read, reader.options, {})
    wide = html.replace("<table>", '<div class="scroll-x"><table class="tbl">').replace(
        "</table>", "</table></div>"
    )
    return topic, mark_safe(wide)  # noqa: S308  our own text; raw markup in it is escaped

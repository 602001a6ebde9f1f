"""The names that events may hold: those of Keen's own pages, fields, controls and keys, read from what is declared."""

import re
from functools import lru_cache
from typing import Any, Final

from django.urls import Resolver404, resolve

from keen.core import stamps
from keen.core.access import routes
from keen.core.wiring import wired
from keen.telemetry.domain.properties import UNKNOWN

_CELL: Final = re.compile(r"^c-\w+-", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]+")
_TAIL: Final = re.compile(r"[-.\[#]")
# Fields of forms that are no record's own.
FORM_FIELDS = [
    "about",
    "answer",
    "at",
    "back",
    "body",
    "category",
    "chips",
    "company",
    "confirm",
    "date",
    "description",
    "direction",
    "due_on",
    "due_time",
    "email",
    "file",
    "filter",
    "from",
    "goal",
    "grants",
    "kind",
    "leads_team",
    "level",
    "message",
    "minutes",
    "name",
    "next",
    "note",
    "note_text",
    "on",
    "options",
    "outcome",
    "owner",
    "parent",
    "participants",
    "password",
    "place",
    "priority",
    "purpose",
    "q",
    "query",
    "reason",
    "remind",
    "repeat",
    "role",
    "roles",
    "share",
    "site",
    "starts_at",
    "subject",
    "tag",
    "tags",
    "team",
    "text",
    "theme",
    "time",
    "title",
    "to",
    "url",
    "value",
    "what",
    "when",
    "zone",
    "job_title",
    "density",
    "single_keys",
    "is_private",
    "ids",
]
# What a control is, with where it leads to or what it opens behind it.
SORTS = ("link", "button", "menu", "field", "row", "tab", "option")
OPENS = ("palette", "more", "keys-help", "peek", "edit", "undo", "call", "copy")
KEYS = frozenset("abcdefghijklmnopqrstuvwxyz?/[]") | frozenset(
    f"g {one}" for one in "abcdefghijklmnopqrstuvwxyz"
)
NOTICES = frozenset({"mention", "handover", "reminder", "usage", "voice", "other"})


def vocabulary() -> dict[str, frozenset[str]]:
    """Every known name by what it is a name of.

    Cost: milliseconds the first time, and when the fields of one's own have changed; nothing else.
    """
    return _vocabulary(stamps.current(), tuple(one.kind for one in wired().record_types))


@lru_cache(maxsize=4)
def _vocabulary(mark: str, kinds_wired: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """The names as they are while the fields of one's own are in this state, and these kinds of record are wired."""
    del mark, kinds_wired
    kinds: list[Any] = list(wired().record_types)
    fields = frozenset(FORM_FIELDS) | {field.name for kind in kinds for field in kind.fields}
    pages = frozenset(pattern.name for _, pattern in routes() if pattern.name and len(pattern.name) <= 40)
    aims = {*pages, *OPENS, *(f"field {name}" for name in fields)}
    return {
        "kinds": frozenset(kind.kind for kind in kinds) | {"user", "team", "role", "list", "relation"},
        "fields": fields,
        "pages": pages,
        "keys": KEYS,
        "notices": NOTICES,
        "controls": frozenset(SORTS) | {f"{sort} {aim}"[:48] for sort in SORTS for aim in aims},
    }


def page_at(path: str) -> str:
    """The name of the page at an address, `other` for one that is none of Keen's. The address itself is not kept."""
    return _page_at(_NUMBER.sub("1", path))


@lru_cache(maxsize=1024)
def _page_at(path: str) -> str:
    """The same for an address in which every number is 1: records share a page, and the look-up takes a while."""
    try:
        name = resolve(path).url_name or UNKNOWN
    except (Resolver404, ValueError):
        return UNKNOWN
    return name if name in vocabulary()["pages"] else UNKNOWN


def kind_of(page: str) -> str:
    """The kind of record that a page is about, by its name: `contact-edit` is about contacts. "" for others."""
    known = vocabulary()["kinds"]
    return page if page in known else next((kind for kind in known if page.startswith(f"{kind}-")), "")


def kind_at(path: str) -> str:
    """The kind of record whose pages lie at `contacts/` and so on. "" for none."""
    kinds: list[Any] = list(wired().record_types)
    return next((str(kind.kind) for kind in kinds if kind.path == path), "")


def field_of(name: object) -> str:
    """The field of an input: `c-12-job_title` of a grid is `job_title`, `emails-0` is `emails`; `other` for unknown ones."""
    known = vocabulary()["fields"]
    for part in _parts_of(str(name)):
        if part in known:
            return part
    return UNKNOWN


def _parts_of(name: str) -> tuple[str, ...]:
    whole = _CELL.sub("", name)
    return name, whole, _TAIL.split(whole, maxsplit=1)[0]

"""The search as it is shown: groups by kind, what could be made instead, and the letters that were typed in bold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from keen.core.domain.actor import Actor
from keen.core.domain.rights import Scope
from keen.lib import text
from keen.records import declare, search
from keen.records.declare import RecordType
from keen.records.search import Hit

ON_PAGE = 40
IN_PALETTE = 8
IN_LOOKUP = 8
_LONGEST_NAME = 80
_MOST_WORDS = 5


@dataclass(frozen=True)
class Group:
    """The hits of one kind."""

    type: RecordType
    hits: Sequence[Hit]


@dataclass(frozen=True)
class Tab:
    """One choice of kind above the hits."""

    label: str
    href: str
    count: int | str
    current: bool


@dataclass(frozen=True)
class Offer:
    """A record that could be made with what was typed."""

    label: str
    href: str
    icon: str


def results(actor: Actor, typed: str, kind: str) -> dict[str, Any]:
    """What the search page shows for the text, within one kind when it names one.

    Cost: that of one search.
    """
    asked = text.clean(typed, 200)
    hits = (
        search.find(actor, asked, kinds=[kind] if kind else None, most=ON_PAGE)
        if asked
        else search.lately(actor)
    )
    return {
        "q": asked,
        "kind": kind,
        "groups": _groups(hits),
        "tabs": _tabs(actor, asked, kind, hits),
        "more": len(hits) == ON_PAGE,
        "similar": bool(hits) and bool(asked) and all(hit.mistyped for hit in hits),
        "offers": offers(actor, asked, kind) if not any(not hit.mistyped for hit in hits) else [],
    }


def _groups(hits: Sequence[Hit]) -> list[Group]:
    """The hits by kind; the kind of the best hit first."""
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.kind, []).append(hit)
    return [Group(declare.get(kind), of_kind) for kind, of_kind in found.items()]


def _tabs(actor: Actor, asked: str, kind: str, hits: Sequence[Hit]) -> list[Tab]:
    counts = (
        {group.type.kind: len(group.hits) for group in _groups(hits)}
        if not kind and len(hits) < ON_PAGE
        else {}
    )
    seen = [one for one in declare.types() if actor.rights.scope(one.kind, "view") is not Scope.NONE]
    choices = [("All", ""), *((one.plural, one.kind) for one in seen)]
    return [
        Tab(label, f"?{urlencode({'q': asked, 'kind': of})}", counts.get(of, ""), of == kind)
        for label, of in choices
    ]


def offers(actor: Actor, asked: str, kind: str = "") -> list[Offer]:
    """What could be made under the name that was typed, as far as the actor may.

    Shape: empty for what is no name: without a letter, an address, or a sentence.
    """
    name = asked[:_LONGEST_NAME]
    if not any(letter.isalpha() for letter in name) or "@" in name or len(name.split()) > _MOST_WORDS:
        return []
    made = [
        one for one in declare.types()
        if one.mergeable and kind in {"", one.kind} and actor.rights.scope(one.kind, "add") is not Scope.NONE
    ]  # fmt: skip
    return [
        Offer(
            f"Create {one.label.lower()} “{name}”",
            f"/{one.path}/new/?{urlencode(_named(one, name))}",
            one.icon,
        )
        for one in made
    ]


def _named(record_type: RecordType, name: str) -> dict[str, str]:
    """The name as the fields of the form take it."""
    if "first_name" not in record_type.by_name:
        return {record_type.name_field: name}
    first, _, last = name.rpartition(" ")
    return {"first_name": first, "last_name": last} if first else {"last_name": last}


def marked(label: str, asked: str) -> SafeString:
    """The label with the beginnings that were typed marked."""
    starts = sorted(text.fold(asked).split(), key=len, reverse=True)
    return format_html_join(" ", "{}", ((_marked_word(word, starts),) for word in label.split(" ")))


def _marked_word(word: str, starts: Sequence[str]) -> str | SafeString:
    folded = text.fold(word)
    for start in starts:
        # Only where folding kept the letters one to one is it known how many of them were typed.
        if folded.startswith(start) and len(folded) == len(word):
            return format_html("<mark>{}</mark>{}", word[: len(start)], word[len(start) :])
    return word

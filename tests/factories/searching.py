"""Searches for tests, and what people and programs type into them."""

from collections.abc import Iterable, Mapping
from typing import Any

from keen.core.domain.actor import SYSTEM, Actor
from keen.core.domain.rights import Rights
from keen.records import search

AWKWARD = [
    "", " ", "*", '"', "'", "AND OR NOT", "NEAR(", "a NEAR/2 b", "(((", "title:x", "a*b", "-", "^a", "a:*", "a & !b | c",
    "\\", "%", "_", "x" * 10_000, "a " * 5_000, "\x00", "a\x00b", "\ud800", "😀", "😀 anna", "שלום", "عبد الله", "m",
    "山田", "太", "ß", "İ", "@", "a@", "@b", ".", "a.b.c.d", "+", "+4", "00", "0" * 400, "1234 5678 9012", "\u202eabc",
    "{}", "[]", "$1", "'; DROP TABLE records_searchentry; --", "%s", "%(a)s", "-- ", "\n\t", "e\u0301", "①②③④", "٠٣٠٥",
]  # fmt: skip


def titles(text: str, actor: Actor = SYSTEM, **options: Any) -> list[str]:
    """What is found, by title, the best first."""
    return [hit.title for hit in search.find(actor, text, **options)]


def viewer(
    scope: str = "all",
    *,
    teams: Iterable[int] = (),
    user_id: int = 900,
    hidden: Mapping[str, Iterable[str]] | None = None,
) -> Actor:
    """Somebody who may look at all kinds as far as the scope, without the hidden fields of each kind."""
    rights = Rights(
        records={"*": {"view": scope}},
        teams=frozenset(teams),
        hidden={kind: frozenset(names) for kind, names in (hidden or {}).items()},
    )
    return Actor(user_id=user_id, name="Viewer", rights=rights)

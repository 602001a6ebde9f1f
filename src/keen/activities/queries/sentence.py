"""A line as its writer means it: read with the names that the writer may see."""

from datetime import datetime
from itertools import pairwise
from typing import Final

from django.conf import settings

from keen.activities.domain.sentence.found import Known, Reading, Scene
from keen.activities.domain.sentence.line import language_of, lexicon
from keen.activities.domain.sentence.people import tokens
from keen.activities.domain.sentence.plain import plain
from keen.activities.domain.sentence.reading import MOST_READ, read
from keen.activities.queries.steps import zone_of
from keen.core.domain.actor import Actor
from keen.lib import text
from keen.records import search

KINDS: Final = ("contact", "account")
MOST_WORDS: Final = 40
SHORTEST: Final = 3


def understood(actor: Actor, line: str, now: datetime) -> Reading:
    """What the line says to the actor.

    Cost: 1 query, and none for a letter.
    """
    return read(line, scene_of(actor, line, now))


def scene_of(actor: Actor, line: str, now: datetime) -> Scene:
    """Where the line was written, with the people and companies that it could name.

    Cost: 1 query.
    """
    known = tuple(
        Known(hit.kind, hit.record_id, hit.title, hit.subtitle) for hit in _named(actor, line)
    )  # fmt: skip
    return Scene(
        now=now.astimezone(zone_of(actor)),
        country=settings.KEEN.region,
        currency=settings.KEEN.currency,
        known=known,
    )


def _named(actor: Actor, line: str) -> list[search.Hit]:
    if len(line) > MOST_READ:
        return []
    common = lexicon(language_of(plain(line)))
    # One sign may fold to several words, as "½" does.
    words = [part for word in tokens(line) for part in text.fold(word.text).split() or [""]][:MOST_WORDS]
    alone = [
        word
        for word in dict.fromkeys(words)
        if len(word) >= SHORTEST and word not in common and word.isalpha()
    ]
    pairs = [
        (first, second)
        for first, second in pairwise(words)
        if first and second and not (first in common and second in common) and not first.isdigit()
    ]
    return search.named(actor, alone, list(dict.fromkeys(pairs)), KINDS)

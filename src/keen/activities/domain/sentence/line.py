"""A line with everything in it that has a place of its own, and the language it is written in."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from keen.activities.domain.sentence import amounts, clock, dates, handles, people
from keen.activities.domain.sentence.english import ENGLISH
from keen.activities.domain.sentence.found import Guess, Scene, Sort
from keen.activities.domain.sentence.french import FRENCH
from keen.activities.domain.sentence.german import GERMAN
from keen.activities.domain.sentence.people import Token
from keen.activities.domain.sentence.plain import plain
from keen.activities.domain.sentence.spanish import SPANISH
from keen.activities.domain.sentence.words import Words

LANGUAGES: Final = (ENGLISH, GERMAN, FRENCH, SPANISH)
Span = tuple[int, int]
_NAMES: Final = frozenset([Sort.PERSON, Sort.COMPANY])
_INTRODUCES: Final = frozenset(
    [
        "with",
        "met",
        "mit",
        "avec",
        "rencontre",
        "parle",
        "appele",
        "con",
        "conoci",
        "to",
        "called",
        "getroffen",
        "von",
        "from",
        "de",
        "d",
        "a",
        "hable",
        "ceo",
        "new",
        "neuer",
        "herr",
        "frau",
        "mr",
        "mrs",
        "gesprochen",
        "angerufen",
        "llame",
        "vi",
    ]
)


def language_of(text: str, named: Collection[str] = ()) -> Words:
    """The language of a plain text: the one with most of its words that are not `named`; English when none has any."""
    found = [word for word in re.findall(r"[^\W\d_]+", text) if word not in named]
    return max(LANGUAGES, key=lambda words: (sum(word in lexicon(words) for word in found), words is ENGLISH))


@lru_cache(maxsize=8)
def lexicon(words: Words) -> frozenset[str]:
    """All words that name nobody when they stand alone."""
    found = set(words.common) | words.lead | words.linking | set(words.numbers)
    for names in (*words.weekdays, *words.months):
        found |= set(names.split("|"))
    for phrase in (*words.days, *words.today_parts):
        found |= set(phrase.split())
    for pattern in (*(deed.pattern for deed in words.deeds), *(pattern for pattern, _ in words.periods)):
        found |= set(re.findall(r"[a-z]{3,}", pattern))
    return frozenset(found)


@dataclass(frozen=True)
class Line:
    """What was written, plain, as words, and everything found in it; no two places overlap."""

    written: str
    text: str
    words: Words
    scene: Scene
    tokens: Sequence[Token]
    guesses: Sequence[Guess]
    days: Sequence[dates.Mention]
    clocks: Sequence[clock.Clock]

    @property
    def spans(self) -> list[Span]:
        """The places of all that was found."""
        return spans_of(self.guesses) + self.day_spans + [(one.start, one.end) for one in self.clocks]

    @property
    def day_spans(self) -> list[Span]:
        """The places of days."""
        return [(one.start, one.end) for one in self.days]

    @property
    def name_spans(self) -> list[Span]:
        """The places of people and companies that are known."""
        return spans_of([one for one in self.guesses if one.sort in _NAMES])

    def rest(self, start: int, end: int, spans: Sequence[Span]) -> str:
        """The words of a clause outside of some places, without those that only link."""
        inside = [word for word in self.tokens if start <= word.start < end]
        free = [
            word.text for word in inside if not any(begin <= word.start < until for begin, until in spans)
        ]
        return " ".join(word for word in free if word not in self.words.linking)


def look(written: str, scene: Scene) -> Line:
    """The line with everything that has a place of its own: the surest sorts first, so that they take the place."""
    text = plain(written)
    named = {word for one in scene.known for word in re.findall(r"[^\W\d_]+", plain(one.title))}
    words = language_of(text, named)
    guesses = _apart([*handles.addresses(written)], [])
    guesses += _apart([*amounts.amounts(text, scene.currency)], spans_of(guesses))
    guesses += _apart([*handles.numbers(written, scene.country)], spans_of(guesses))
    mentions = dates.mentions(text, written, words, country=scene.country, today=scene.now.date())
    days = [day for day in mentions if is_free(day.start, day.end, spans_of(guesses))]
    taken = [*spans_of(guesses), *((day.start, day.end) for day in days)]
    places = [(day.start, day.end) for day in days]
    clocks = [one for one in clock.clocks(text, words, places) if is_free(one.start, one.end, taken)]
    taken += [(one.start, one.end) for one in clocks]
    lengths = [Guess(Sort.DURATION, one.start, one.end, one.minutes) for one in clock.lengths(text, words)]
    guesses += _apart(lengths, taken)
    tokens = people.tokens(written)
    guesses += _names(written, tokens, words, scene, [*taken, *spans_of(guesses)])
    return Line(written, text, words, scene, tokens, guesses, days, clocks)


def _names(
    written: str, tokens: Sequence[Token], words: Words, scene: Scene, taken: Sequence[Span]
) -> list[Guess]:
    common = lexicon(words)
    free = [word for word in tokens if is_free(word.start, word.end, taken)]
    known = people.known_in(free, scene.known, common)
    strangers = people.Strangers(written, common, _INTRODUCES, words.articles)
    return [*known, *people.new_in(tokens, [*taken, *spans_of(known)], strangers)]


def spans_of(found: Sequence[Guess]) -> list[Span]:
    """The places of guesses."""
    return [(one.start, one.end) for one in found]


def is_free(start: int, end: int, taken: Sequence[Span]) -> bool:
    """Whether nothing taken overlaps the place."""
    return all(end <= begin or start >= until for begin, until in taken)


def _apart(found: list[Guess], taken: Sequence[Span]) -> list[Guess]:
    """The guesses that overlap neither what is taken nor a longer one of their own."""
    kept: list[Guess] = []
    for one in sorted(found, key=lambda guess: (guess.start - guess.end, guess.start)):
        if is_free(one.start, one.end, [*taken, *spans_of(kept)]):
            kept.append(one)
    return kept

"""How well a record answers a search, and why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from keen.lib import text
from keen.records.domain.asking import Question, Term
from keen.records.domain.findable import addresses, email_words, joined_address, mistyped, whole, words

EXACT: Final = 300.0
START: Final = 200.0
PIECE: Final = 100.0
MISTYPED: Final = 60.0
BESIDE_TITLE: Final = 20.0
IN_FIELD: Final = 30.0
WHOLE_TITLE: Final = 50.0
FIRST_WORD: Final = 5.0
_EACH_SLIP: Final = 10.0

OWN: Final = 20.0
TEAM: Final = 8.0
OPENED: Final = 30.0
FRESH: Final = ((timedelta(days=2), 10.0), (timedelta(days=14), 6.0), (timedelta(days=90), 3.0))


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody may read of a record: "" and no field for what is kept from them."""

    title: str
    subtitle: str = ""
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """How close, and in which text of which field. `field` is "" when the title or subtitle shows it already."""

    closeness: float
    field: str = ""
    text: str = ""
    mistyped: bool = False


NO_MATCH: Final = Match(0.0)


def match(question: Question, shown: Shown, *, mistyped_too: bool = True) -> Match | None:
    """How well the record answers, None when it does not; slips of the keys count as answers when they are asked for.

    Shape: closeness falls from an exact word to a start, a piece and a mistyped one, so that these never mix.
    """
    found = [_term(term, shown, mistyped_too) for term in question.terms]
    best = _combined(found) if found and all(one.closeness for one in found) else NO_MATCH
    if len(question.terms) > 1 and question.numbers:
        best = _closer(best, _number(question.numbers, shown))
    if not best.closeness:
        return None
    title = _joined(shown.title)
    if question.whole and question.whole == title:
        return Match(best.closeness + WHOLE_TITLE)
    first = question.terms[0].spellings[0][0] if question.terms else ""
    if first and title.startswith(first):
        return Match(best.closeness + FIRST_WORD, best.field, best.text, best.mistyped)
    return best


@lru_cache(maxsize=2_048)
def _joined(title: str) -> str:
    return whole(title)


def _combined(found: list[Match]) -> Match:
    """The mean closeness, and the reason that the eye does not see at once."""
    if len(found) == 1:
        return found[0]
    reason = next((one for one in found if one.field), found[0])
    closeness = sum(one.closeness for one in found) / len(found)
    return Match(closeness, reason.field, reason.text, any(one.mistyped for one in found))


def _term(term: Term, shown: Shown, mistyped_too: bool) -> Match:
    best = NO_MATCH
    for spelling in term.spellings:
        found = [_word(word, shown, mistyped_too) for word in spelling]
        if all(one.closeness for one in found):
            best = _closer(best, _combined(found))
    if best.closeness >= EXACT:
        return best
    if term.address:
        best = _closer(best, _address(term.address, shown))
    if term.numbers:
        best = _closer(best, _number(term.numbers, shown))
    return best


def _word(word: str, shown: Shown, mistyped_too: bool) -> Match:
    title = words(shown.title)
    best = _IN_TITLE[_in_words(word, title)]
    if best.closeness >= EXACT:
        return best
    if shown.subtitle:
        beside = _in_words(word, words(shown.subtitle))
        if beside - BESIDE_TITLE > best.closeness:
            best = Match(beside - BESIDE_TITLE)
    if best.closeness < START:
        best = _closer(best, _in_fields(word, shown.fields))
    return best if best.closeness else _roughly(word, title, mistyped_too)


_IN_TITLE: Final = {closeness: Match(closeness) for closeness in (EXACT, START, 0.0)}


def _closer(one: Match, other: Match) -> Match:
    return other if other.closeness > one.closeness else one


def _in_words(word: str, given: Collection[str]) -> float:
    if word in given:
        return EXACT
    for other in given:
        if other.startswith(word):
            return START
    return 0.0


def _in_fields(word: str, fields: Mapping[str, Sequence[str]]) -> Match:
    for name, texts in fields.items():
        if name == "phones":
            continue
        for value in texts:
            given = email_words(value) if name == "emails" else words(value)
            closeness = _in_words(word, given)
            if closeness:
                return Match(closeness - IN_FIELD, name, value)
    return NO_MATCH


def _roughly(word: str, title: Sequence[str], mistyped_too: bool) -> Match:
    if any(word in other for other in title) and len(word) > 1:
        return Match(PIECE)
    if not mistyped_too or not mistyped(word):
        return NO_MATCH
    slips = min((_slips(word, other) for other in title), default=9)
    return (
        Match(MISTYPED - _EACH_SLIP * slips, mistyped=True)
        if slips <= (1 if len(word) <= 5 else 2)
        else NO_MATCH
    )


def _slips(word: str, other: str) -> int:
    return int(OSA.distance(word, other, score_cutoff=2))


def _address(address: str, shown: Shown) -> Match:
    for value in shown.fields.get("emails", ()):
        joined = joined_address(value)
        if joined == address:
            return Match(EXACT, "emails", value)
        if joined.startswith(address):
            return Match(EXACT - IN_FIELD, "emails", value)
        if any(part.startswith(address) for part in addresses(value)):
            return Match(START, "emails", value)
    return NO_MATCH


def _number(numbers: Sequence[str], shown: Shown) -> Match:
    for value in shown.fields.get("phones", ()):
        digits = text.digits(value)
        for number in numbers:
            if digits == number or (len(number) > 6 and digits.endswith(number)):
                return Match(EXACT, "phones", value)
            if number in digits:
                return Match(START, "phones", value)
    return NO_MATCH


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near a record is to the one who searches."""

    own: bool = False
    team: bool = False
    updated_at: datetime | None = None
    opened_at: datetime | None = None


def weight(near: Nearness, now: datetime) -> float:
    """What is added to closeness, always less than the step between two kinds of closeness."""
    found = OWN if near.own else TEAM if near.team else 0.0
    if near.updated_at is not None:
        age = now - near.updated_at
        found += next((points for limit, points in FRESH if age <= limit), 0.0)
    if near.opened_at is not None:
        days = max((now - near.opened_at).total_seconds(), 0.0) / 86_400
        found += OPENED / (1.0 + days / 7.0)
    return found

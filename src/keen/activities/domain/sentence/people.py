"""Who is named in a line: people and companies that are known, and names that nobody has here yet."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from keen.activities.domain.sentence.found import Guess, Known, Sort
from keen.activities.domain.sentence.plain import WORD, plain

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_LEGAL: Final = frozenset(
    [
        "gmbh",
        "ag",
        "kg",
        "ug",
        "se",
        "ohg",
        "inc",
        "llc",
        "ltd",
        "plc",
        "corp",
        "co",
        "sa",
        "sas",
        "sarl",
        "sasu",
        "sl",
        "slu",
        "srl",
        "bv",
        "nv",
        "ab",
        "oy",
        "as",
        "spa",
        "kgaa",
        "mbh",
        "limited",
    ]
)
_TITLES: Final = frozenset(
    [
        "mr",
        "mrs",
        "hr",
        "fr",
        "ms",
        "miss",
        "herr",
        "herrn",
        "frau",
        "m",
        "mme",
        "mlle",
        "monsieur",
        "madame",
        "sr",
        "sra",
        "srta",
        "senor",
        "senora",
        "don",
        "dona",
        "dr",
    ]
)
_FEWEST_LETTERS: Final = 3
_MAILBOX: Final = re.compile(r"([a-z0-9._+-]+)@")
_MOST_NEW: Final = 3
_LONGEST_NAME: Final = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the text. `apart` tells a sign other than a blank before it."""

    text: str
    start: int
    end: int
    capital: bool
    apart: bool


def tokens(written: str) -> list[Token]:
    """The words of the text in small letters without accents."""
    found: list[Token] = []
    small = plain(written)
    before = 0
    for match in WORD.finditer(small):
        between = small[before : match.start()]
        apart = bool(between.strip(" .'-&")) or (
            bool(re.search(r"\. ", between)) and bool(found) and len(found[-1].text) > _FEWEST_LETTERS
        )
        found.append(Token(match[0], match.start(), match.end(), written[match.start()].isupper(), apart))
        before = match.end()
    return found


def known_in(words: Sequence[Token], known: Iterable[Known], common: frozenset[str]) -> list[Guess]:
    """The known people and companies that are named, in the order of the text, each once.

    Shape: names in any order, without accents or with ae for ä; a single word of a name is a guess, with all others
    that have it. `common` are words of the language, which alone name nobody.
    """
    matches = [match for one in known for match in _matches(words, one, common)]  # the nearest first
    matches.sort(key=lambda match: (-match.weight, match.start, match.known.kind != "contact"))
    taken: list[_Match] = []
    for match in matches:
        same = any(match.known is other.known for other in taken)
        if not same and all(match.end <= other.start or match.start >= other.end for other in taken):
            taken.append(match)
    return [_guess(match, matches) for match in sorted(taken, key=lambda match: match.start)]


@dataclass(frozen=True, slots=True)
class _Match:
    """A known name in the text. `weight` tells how much of the name is there."""

    known: Known
    start: int
    end: int
    weight: float
    whole: bool


def _guess(match: _Match, matches: Sequence[_Match]) -> Guess:
    same = [
        other.known
        for other in matches
        if other.start < match.end and match.start < other.end and other.known != match.known
    ]
    rivals = [
        other
        for other in matches
        if (other.start, other.end) == (match.start, match.end) and other.known.id != match.known.id
    ]
    sort = Sort.PERSON if match.known.kind == "contact" else Sort.COMPANY
    return Guess(
        sort,
        match.start,
        match.end,
        match.known,
        sure=match.whole and not rivals,
        others=tuple(dict.fromkeys(same)),
    )


def _matches(words: Sequence[Token], known: Known, common: frozenset[str]) -> Iterator[_Match]:
    """The places where the words of a name stand next to each other."""
    forms = _forms(known)
    needed = len(forms)
    at = 0
    while at < len(words):
        run, used = _run(words, at, forms)
        if run and _counts(words, at, run, known, common):
            last = words[at + run - 1]
            end = at + run
            if (
                known.kind == "account"
                and end < len(words)
                and words[end].text in _LEGAL
                and not words[end].apart
            ):
                last = words[end]
                used += 1
            titled = at > 0 and words[at - 1].text in _TITLES
            weight = used + 0.5 * (run >= needed) + 0.5 * (titled and known.kind == "contact")
            if titled and run == 1:
                weight += forms.index(next(form for form in forms if words[at].text in form)) * 0.1
            yield _Match(known, words[at].start, last.end, weight, whole=run >= min(needed, 2))
            at = end
        else:
            at += 1


def _run(words: Sequence[Token], at: int, forms: Sequence[frozenset[str]]) -> tuple[int, int]:
    """How many words from here are of the name, each once."""
    left = list(forms)
    count = 0
    for word in words[at : at + len(forms)]:
        if count and word.apart:
            break
        form = next((form for form in left if word.text in form), None)
        if form is None:
            break
        left.remove(form)
        count += 1
    return count, count


def _counts(words: Sequence[Token], at: int, run: int, known: Known, common: frozenset[str]) -> bool:
    """Whether so much of a name is enough: of one word only one that is no word of the language."""
    needed = len(_forms(known))
    word = words[at]
    if run >= needed > 1:
        return True
    if run > 1:
        return any(word.text not in common for word in words[at : at + run])
    titled = at > 0 and words[at - 1].text in _TITLES
    if len(word.text) < _FEWEST_LETTERS or (word.text in common and not titled):
        return False
    if known.kind == "account" and needed > 1:
        return _forms(known)[0] >= {word.text} and (word.capital or needed == 1)
    return True


def _forms(known: Known) -> list[frozenset[str]]:
    """The spellings of each word of the name; a company's without its legal form."""
    found: list[frozenset[str]] = []
    for chunk in re.split(r"[\s'\u2019.&/-]+", known.title):
        spellings = frozenset(
            "".join(WORD.findall(plain(spelling))) for spelling in (chunk, chunk.lower().translate(_UMLAUTS))
        ) - {""}
        if spellings:
            found.append(spellings)
    if known.kind == "account":
        kept = [spellings for spellings in found if not spellings & _LEGAL]
        return kept or found
    return found


@dataclass(frozen=True)
class Strangers:
    """What tells names that nobody has here yet: words of the language are none, some words introduce them."""

    written: str
    common: frozenset[str]
    introduces: frozenset[str]
    articles: frozenset[str]


def new_in(words: Sequence[Token], taken: Sequence[tuple[int, int]], strangers: Strangers) -> list[Guess]:
    """Names that nobody has here yet: two or more capitalised words, or words before a legal form."""
    free = [
        word if all(word.end <= start or word.start >= end for start, end in taken) else None
        for word in words
    ]
    companies = list(_new_companies(free, strangers))
    spans = [(guess.start, guess.end) for guess in companies]
    left = [
        word if word and all(word.end <= start or word.start >= end for start, end in spans) else None
        for word in free
    ]
    return [*companies, *_new_people(left, strangers)][:_MOST_NEW]


def _new_companies(words: Sequence[Token | None], strangers: Strangers) -> Iterator[Guess]:
    for at, word in enumerate(words):
        if (
            word is None
            or word.text not in _LEGAL
            or (len(word.text) == 2 and not word.capital and word.text not in {"ag", "kg", "sl", "sa"})
        ):
            continue
        first = at
        while first > 0 and at - first < _LONGEST_NAME:
            before, after = words[first - 1], words[first]
            if (
                before is None
                or after is None
                or after.apart
                or before.text in strangers.common
                or before.text in _LEGAL
            ):
                break
            first -= 1
        begun = words[first]
        if first < at and begun is not None:
            yield Guess(
                Sort.NEW_COMPANY, begun.start, word.end, strangers.written[begun.start : word.end], sure=False
            )


def _new_people(words: Sequence[Token | None], strangers: Strangers) -> Iterator[Guess]:
    boxes = _mailboxes(strangers.written)
    for begin, run in _capitalised(words, strangers.common):
        before = words[begin - 1] if begin > 0 else None
        noun = before is not None and before.text in strangers.articles  # with its article
        named = run[1:] if noun else run
        start, end = begin + noun, begin + len(run)
        if not 2 <= len(named) <= _LONGEST_NAME:
            continue
        first, last = named[0], named[-1]
        if last.text in boxes or _is_introduced(words, start, end, strangers.introduces):
            name = strangers.written[first.start : last.end]
            yield Guess(Sort.NEW_PERSON, first.start, last.end, name, sure=False)


def _mailboxes(written: str) -> frozenset[str]:
    """The words of the mailboxes in the line, with and without their first letter: d.marchais and dmarchais name Marchais."""
    found = {word for box in _MAILBOX.findall(plain(written)) for word in re.split(r"[._+-]", box)}
    return frozenset(found | {word[1:] for word in found if len(word) > _FEWEST_LETTERS})


def _capitalised(words: Sequence[Token | None], common: frozenset[str]) -> list[tuple[int, list[Token]]]:
    """The runs of words that could be names, with the place of the first."""
    runs: list[tuple[int, list[Token]]] = []
    for at, word in enumerate(words):
        if word is None or not _is_name(word, common):
            continue
        if runs and runs[-1][0] + len(runs[-1][1]) == at and not word.apart:
            runs[-1][1].append(word)
        else:
            runs.append((at, [word]))
    return runs


def _is_name(word: Token, common: frozenset[str]) -> bool:
    return word.capital and len(word.text) > 1 and word.text not in common and not word.text.isdecimal()


def _is_introduced(words: Sequence[Token | None], begin: int, end: int, introduces: frozenset[str]) -> bool:
    """Whether a word before or behind says that somebody is named: with, mit, met, avec."""
    near = [words[at] for at in (begin - 2, begin - 1, end) if 0 <= at < len(words)]
    return any(word is not None and word.text in introduces for word in near)

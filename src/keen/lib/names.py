"""Names of people and of companies: taken apart, and made equal to compare."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cleanco.clean import basename
from nameparser import Parser, Policy

from keen.lib import text

SALUTATIONS: Final = frozenset(
    """
    mr mrs ms miss mx sir madam dame lord lady messrs rev reverend fr hon
    herr hr frau fr fraulein familie
    m mme mlle mm mmes monsieur madame mademoiselle maitre me
    sr sra srta sres don dona senor senora senorita
    sig signor signora signorina dott dottssa ing
    dr dra prof profa professor professorin professeur doctor docteur dipl mag drs
    """.split()  # noqa: SIM905 - words read best as words
)
# Words that follow a title without being the name: "Dipl.-Ing.", "Dr. med.", "Dr. h. c.".
_TITLE_TAILS: Final = frozenset(
    ["med", "phil", "rer", "nat", "pol", "jur", "iur", "h", "c", "hc", "ing", "dent", "vet", "habil"]
)
# Before a first name these are more often a given name or an initial than a title, unless a full stop follows.
_NEEDS_STOP: Final = frozenset(
    ["m", "me", "fr", "don", "hon", "mag", "ing", "dame", "lady", "lord", "hr", "sr"]
)
_LEGAL: Final = frozenset(
    """
    gmbh ggmbh mbh ag kg kgaa ohg gbr ug ek ev eg se co cie haftungsbeschrankt gesellschaft
    aktiengesellschaft kommanditgesellschaft mit beschrankter haftung
    inc incorporated llc llp lp ltd limited corp corporation company plc pty
    sa sas sasu sarl eurl snc sci scop sl slu sau srl spa sapi cv bv nv vof ab as asa aps oy oyj
    kk gk sro spol doo dd zrt kft rt nyrt sp zoo spzoo pte sdn bhd pvt
    """.split()  # noqa: SIM905 - words read best as words
)
_LEGAL_IN_FRONT: Final = frozenset(
    [
        "gmbh",
        "ag",
        "sarl",
        "sas",
        "sa",
        "ab",
        "oy",
        "pt",
        "sl",
        "ooo",
        "oao",
        "zao",
        "ets",
        "the",
        "ste",
        "firma",
        "as",
    ]
)
# Nobody is called by more; beyond it, taking apart and comparing would cost the square of the length.
MOST_COMPARED: Final = 500
_PARENTHESIS: Final = re.compile(r"\s?[(\[][^()\[\]]*[)\]]")
_SPELLED_INITIALS: Final = re.compile(r"\b(?:\w\.){2,}|\b(?:\w\. ){2,}(?=$|\s)|\b\w(?:/\w)+\b")
_AFTER_COMMA: Final = re.compile(r"\s*,\s*")
_SOUNDS: Final = (
    (re.compile("sch|sh"), "s"), (re.compile("tz|cz|ts"), "z"), (re.compile("ph"), "f"), (re.compile("th"), "t"),
    (re.compile("dt"), "t"), (re.compile("ck|cc|kh|ch|q"), "k"), (re.compile("c(?=[eiy])"), "s"),
    (re.compile("c"), "k"), (re.compile("x"), "ks"), (re.compile("w"), "v"), (re.compile("j|y|ie|ih"), "i"),
    (re.compile("ai|ei"), "e"), (re.compile("ae"), "a"), (re.compile("oe"), "o"), (re.compile("ue"), "u"),
    (re.compile("(?<=.)h"), ""), (re.compile("d$"), "t"), (re.compile(r"(.)\1+"), r"\1"),
)  # fmt: skip


# By default the parser throws emoji away; a name is kept as its bearer wrote it.
_PARSER: Final = Parser(policy=Policy(strip_emoji=False))


@dataclass(frozen=True, slots=True)
class NameParts:
    """A person's name taken apart; every part may be empty."""

    salutation: str = ""
    first: str = ""
    middle: str = ""
    last: str = ""
    suffix: str = ""


def split(full: str) -> NameParts:
    """The parts of a full name, "First Last" or "Last, First"; salutations of four languages are recognised.

    Shape: one word alone is the last name, as is what is longer than 500 characters; nothing is invented, nothing
    but blanks and commas gets lost.
    """
    cleaned = text.clean(full)
    return _split(cleaned) if len(cleaned) <= MOST_COMPARED else NameParts(last=cleaned)


@lru_cache(maxsize=2_048)
def _split(cleaned: str) -> NameParts:
    salutation, rest = _leading_titles(_AFTER_COMMA.sub(", ", cleaned).strip(" ,"))
    words = rest.split()
    if not words:
        return NameParts(last=salutation)
    if len(words) == 1:
        return NameParts(salutation=salutation, last=words[0])
    if len(words) == 2 and rest < "\u2e80" and all(word.isalpha() for word in words):
        return NameParts(salutation=salutation, first=words[0], last=words[1])
    return _parsed(salutation, rest)


def _parsed(salutation: str, rest: str) -> NameParts:
    before, core, after = _symbols_apart(rest)
    parsed = _PARSER.parse(core)
    first, middle, last = parsed.given, parsed.middle, parsed.family
    if not last:
        first, middle, last = (first, "", middle) if middle else ("", "", first)
    aside = f"({parsed.nickname})" if parsed.nickname else ""
    return NameParts(
        salutation=_joined(salutation, parsed.title),
        first=_joined(before, first),
        middle=middle,
        last=_joined(last, after),
        suffix=_joined(parsed.suffix, aside),
    )


def _symbols_apart(rest: str) -> tuple[str, str, str]:
    words = rest.split()
    start, end = 0, len(words)
    while start < end and not text.fold(words[start]):
        start += 1
    while end > start and not text.fold(words[end - 1]):
        end -= 1
    return " ".join(words[:start]), " ".join(words[start:end]), " ".join(words[end:])


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _leading_titles(cleaned: str) -> tuple[str, str]:
    words = cleaned.split()
    count = 0
    # The last word is never a title: somebody may well be called "Prof" or "Frau".
    while count < len(words) - 1 and _is_title(words[count], after_title=count > 0):
        count += 1
    return " ".join(words[:count]), " ".join(words[count:])


def _is_title(word: str, *, after_title: bool) -> bool:
    if word.endswith(","):
        return False
    parts = [part for part in re.split(r"[.\-]", text.fold(word).replace(" ", ".")) if part]
    if not parts:
        return after_title and word in {"&", "+", "/"}
    known = all(part in SALUTATIONS or (part in _TITLE_TAILS) for part in parts)
    if not known:
        return False
    if parts[0] in _TITLE_TAILS and parts[0] not in SALUTATIONS:
        return after_title and word.endswith(".")
    return len(parts) > 1 or parts[0] not in _NEEDS_STOP or word.endswith(".") or word == "Me"


def full(first: str, last: str) -> str:
    """First and last name as one line."""
    return f"{first} {last}".strip()


def person_key(first: str, last: str = "") -> str:
    """The name as people are compared: folded, without titles."""
    return _person_key(first[:MOST_COMPARED], last[:MOST_COMPARED])


@lru_cache(maxsize=2_048)
def _person_key(first: str, last: str) -> str:
    words = text.fold(f"{first} {last}").split()
    kept = [word for word in words if word not in SALUTATIONS or word in _NEEDS_STOP]
    return " ".join(kept or words)


def company_key(name: str) -> str:
    """The name as companies are compared: folded, without legal form ("Müller GmbH & Co. KG" gives "muller")."""
    return _company_key(name[:MOST_COMPARED])


@lru_cache(maxsize=2_048)
def _company_key(name: str) -> str:
    cleaned = text.clean(name)
    without_note = _PARENTHESIS.sub("", cleaned) or cleaned
    core = without_note
    # "Acme Private Ltd." carries two legal forms, one behind the other.
    while (shorter := basename(core)) and shorter != core:
        core = shorter
    joined = _SPELLED_INITIALS.sub(lambda found: re.sub(r"[. /]", "", found.group()) + " ", core)
    words = text.fold(joined).split()
    kept = list(words)
    while len(kept) > 1 and kept[-1] in _LEGAL:
        kept.pop()
    if len(kept) > 2 and len(kept[-1]) == 1 and kept[-2] + kept[-1] in _LEGAL:
        del kept[-2:]
    while len(kept) > 1 and kept[0] in _LEGAL_IN_FRONT:
        kept.pop(0)
    return " ".join(kept) if kept else text.fold(cleaned)


def sound_key(name: str) -> str:
    """The name roughly as it sounds: "Meyer", "Maier" and "Mayer" agree, as do "Müller" and "Mueller"."""
    return _sound_key(name[:MOST_COMPARED])


@lru_cache(maxsize=2_048)
def _sound_key(name: str) -> str:
    return " ".join(_sound(word) for word in text.fold(name).split())


def _sound(word: str) -> str:
    word = word.replace("ay", "ei").replace("ey", "ei")
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word

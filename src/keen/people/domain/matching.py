"""How likely two rows mean the same person, or the same company, and why.

A sum of evidence in the manner of Fellegi and Sunter: every comparison adds a weight in bits (log2 of how much more
often it is seen among true pairs than among strangers), and the logistic of the sum is the score. All that says
"works at the same place" (company, address, landline, e-mail domain) is ONE comparison: counted one by one, two
colleagues of the same surname would add up to a match.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from keen.lib import emails, names, text
from keen.people.domain.nicknames import same_given_name

# At EXACT a merge may happen by itself; from POSSIBLE on somebody is asked; LIKELY ones are asked first.
EXACT: Final = 0.99
LIKELY: Final = 0.90
POSSIBLE: Final = 0.50
_UNDER_EXACT: Final = 0.98
_UNDER_LIKELY: Final = 0.89

# Bits. One stranger in about 200 of a block is the same person; blocks are what is compared.
PRIOR: Final = -7.7
SAME_EMAIL: Final = 14.0
SAME_MAILBOX: Final = 3.0
SAME_MOBILE: Final = 12.0
OTHER_EMAIL: Final = -1.0
OTHER_MOBILE: Final = -2.0
FIRST_SAME, FIRST_NEAR, FIRST_INITIAL, FIRST_OTHER = 3.5, 2.5, 1.5, -9.0
LAST_SAME, LAST_NEAR, LAST_PART, LAST_OTHER = 4.5, 3.0, 2.0, -5.0
NAMES_SWAPPED: Final = 7.0
SITE_BOTH, SITE_COMPANY, SITE_PLACE, SITE_OTHER = 5.5, 4.0, 3.0, -1.5
COMPANY_SAME, COMPANY_NEAR, COMPANY_PART, COMPANY_OTHER = 9.0, 8.0, 3.0, -6.0
COMPANY_NUMBER, COMPANY_OTHER_NUMBER = 14.0, -6.0
COMPANY_DOMAIN, COMPANY_PHONE, COMPANY_STREET, COMPANY_CITY, COMPANY_TWO = 7.8, 6.0, 4.0, 2.0, 1.5
COMPANY_OTHER_DOMAIN, COMPANY_OTHER_CITY = -3.0, -1.0

# Mailboxes that belong to a place, not to a person.
ROLE_MAILBOXES: Final = frozenset(
    """
    info office kontakt contact contacto mail post hello hallo bonjour hola sales vertrieb ventas support service
    admin administration verwaltung buchhaltung accounting billing rechnung facturas comptabilite einkauf purchasing
    hr jobs karriere team zentrale empfang reception secretariat sekretariat marketing presse press webmaster
    """.split()  # noqa: SIM905 - words read best as words
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What is compared of a person; everything may be empty.

    Shape: `phones` are landlines and `mobiles` mobiles, both E.164; `place` is an address key (Address.key()).
    """

    first: str = ""
    last: str = ""
    company: str = ""
    emails: tuple[str, ...] = ()
    mobiles: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFacts:
    """What is compared of a company; `numbers` are register or VAT numbers, `domains` come from site and e-mails."""

    name: str = ""
    domains: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    place: str = ""
    city: str = ""
    numbers: tuple[str, ...] = ()


class Grade(StrEnum):
    """What to do about a match."""

    EXACT = "exact"
    LIKELY = "likely"
    POSSIBLE = "possible"
    NONE = "none"


class Match(NamedTuple):
    """How likely two rows are the same, 0 to 1, and why, the strongest reason first."""

    score: float
    reasons: tuple[str, ...]

    @property
    def grade(self) -> Grade:
        """The score as one of four words."""
        if self.score >= EXACT:
            return Grade.EXACT
        if self.score >= LIKELY:
            return Grade.LIKELY
        return Grade.POSSIBLE if self.score >= POSSIBLE else Grade.NONE


class _Evidence(NamedTuple):
    weight: float
    reason: str = ""


_NOTHING: Final = _Evidence(0.0)


def similarity(a: PersonFacts, b: PersonFacts) -> Match:
    """How likely two people are one.

    Shape: symmetric; more agreement never lowers the score; a name that contradicts never reaches EXACT, and a
    shared personal e-mail or mobile is always at least POSSIBLE.
    Source: Fellegi, Sunter: A theory for record linkage, JASA 64 (1969).
    """
    contact = _email(a.emails, b.emails), _mobile(a.mobiles, b.mobiles)
    first, last = _person_name(a, b)
    # One shared address is one fact: its domain is not counted a second time.
    site = _site(a, b, with_domains=contact[0].weight != SAME_EMAIL)
    if first.weight == FIRST_OTHER and site.weight > 0:
        # Two first names at one place are two colleagues; the place then says nothing for either side.
        site = _Evidence(0.0, site.reason)
    score = _probability([*contact, first, last, site])
    if first.weight == FIRST_OTHER:
        score = min(score, _UNDER_LIKELY)
    if last.weight == LAST_OTHER:
        score = min(score, _UNDER_EXACT)
    if contact[0].weight == SAME_EMAIL or contact[1].weight == SAME_MOBILE:
        score = max(score, POSSIBLE)
    same_name = (a.first, a.last) == (b.first, b.last) or (first.weight, last.weight) == (
        FIRST_SAME,
        LAST_SAME,
    )
    if same_name and (contact[0].weight > 0 or _reach(a) == _reach(b)):
        # Nothing tells them apart. Two of one name may be two, yet somebody has to say so.
        score = max(score, LIKELY) if a != PersonFacts() else score
    return Match(score, _reasons(_merged_name([*contact, first, last, site])))


def _reach(facts: PersonFacts) -> tuple[object, ...]:
    """All but the name."""
    return facts.company, facts.emails, facts.mobiles, facts.phones, facts.place


def company_similarity(a: CompanyFacts, b: CompanyFacts) -> Match:
    """How likely two companies are one; symmetric, and more agreement never lowers the score."""
    number = _shared(a.numbers, b.numbers, COMPANY_NUMBER, COMPANY_OTHER_NUMBER)
    name = _company_name(a.name, b.name)
    place = _company_place(a, b)
    score = _probability([_Evidence(number, "same register number" if number > 0 else ""), name, place])
    if name.weight == COMPANY_OTHER or number == COMPANY_OTHER_NUMBER:
        score = min(score, _UNDER_LIKELY)
    if number > 0 or "same web or e-mail domain" in place.reason:
        score = max(score, POSSIBLE)
    reasons = [
        _Evidence(number, "same register number" if number > 0 else "register numbers differ"),
        name,
        place,
    ]
    return Match(score, _reasons(reasons if number else reasons[1:]))


def blocking_keys(facts: PersonFacts) -> set[str]:
    """Keys of which likely duplicates share at least one: look these up, compare only what is found.

    Shape: "email:…", "phone:…", "name:…" (words sorted, so swapped names meet), "sound:…", "site:…" (initial and
    company). Empty facts give no key.
    """
    keys = {f"email:{address.lower()}" for address in facts.emails}
    keys |= {f"phone:{text.digits(number)}" for number in (*facts.mobiles, *facts.phones)}
    name = names.person_key(facts.first, facts.last)
    company = names.company_key(facts.company) if facts.company else ""
    if name:
        keys.add("name:" + " ".join(sorted(name.split())))
    sounds = sorted(names.sound_key(part) for part in (facts.first, facts.last) if part)
    if sounds:
        keys.add("sound:" + " ".join(sounds))
    if name and company:
        keys |= {
            f"site:{word[0]}|{company}" for word in (text.fold(facts.first), text.fold(facts.last)) if word
        }
    return keys


def company_blocking_keys(facts: CompanyFacts) -> set[str]:
    """Keys of which likely duplicate companies share at least one."""
    keys = {f"domain:{domain.lower()}" for domain in facts.domains}
    keys |= {f"phone:{text.digits(number)}" for number in facts.phones}
    keys |= {f"number:{text.fold(number)}" for number in facts.numbers}
    if facts.name:
        key = names.company_key(facts.name)
        keys |= {f"company:{key}", f"companysound:{names.sound_key(key)}"}
        keys.add(f"companyword:{max(key.split(), key=len, default='')}")
    return keys


def _probability(evidence: Iterable[_Evidence]) -> float:
    bits = PRIOR + sum(item.weight for item in evidence)
    return float(1.0 / (1.0 + 2.0**-bits))


def _reasons(evidence: Iterable[_Evidence]) -> tuple[str, ...]:
    ordered = sorted((item for item in evidence if item.reason), key=lambda item: -item.weight)
    return tuple(dict.fromkeys(item.reason for item in ordered))


def _merged_name(evidence: list[_Evidence]) -> list[_Evidence]:
    email, mobile, first, last, site = evidence
    if first.weight < 0 or last.weight <= 0:
        return evidence
    words = (
        "same name" if (first.weight, last.weight) == (FIRST_SAME, LAST_SAME) else first.reason or last.reason
    )
    if first.weight == 0:
        words = last.reason
    if last.weight != LAST_SAME:
        words = "similar name" if words != "names swapped" else words
    if site.weight in {SITE_BOTH, SITE_COMPANY}:
        return [email, mobile, _Evidence(first.weight + last.weight, "name and company alike"), site]
    return [email, mobile, _Evidence(first.weight + last.weight, words), site]


def _shared(a: Iterable[str], b: Iterable[str], same: float, other: float) -> float:
    left, right = {text.fold(item) for item in a}, {text.fold(item) for item in b}
    if not left or not right:
        return 0.0
    return same if left & right else other


def _email(a: tuple[str, ...], b: tuple[str, ...]) -> _Evidence:
    left, right = {item.lower() for item in a}, {item.lower() for item in b}
    if not left or not right:
        return _NOTHING
    shared = left & right
    if not shared:
        return _Evidence(OTHER_EMAIL)
    if all(item.partition("@")[0] in ROLE_MAILBOXES for item in shared):
        return _Evidence(SAME_MAILBOX, "same shared mailbox")
    return _Evidence(SAME_EMAIL, "same e-mail")


def _mobile(a: tuple[str, ...], b: tuple[str, ...]) -> _Evidence:
    if not a or not b:
        return _NOTHING
    return _Evidence(SAME_MOBILE, "same mobile") if set(a) & set(b) else _Evidence(OTHER_MOBILE)


def _person_name(a: PersonFacts, b: PersonFacts) -> tuple[_Evidence, _Evidence]:
    a_first, a_last = names.person_key(a.first), names.person_key(a.last)
    b_first, b_last = names.person_key(b.first), names.person_key(b.last)
    b_first = a_first if _is_spelled_alike(a.first, b.first) else b_first
    b_last = a_last if _is_spelled_alike(a.last, b.last) else b_last
    first, last = _first_name(a_first, b_first), _last_name(a_last, b_last)
    swapped = bool(a_first and a_last) and (a_first, a_last) == (b_last, b_first)
    if swapped and first.weight + last.weight < NAMES_SWAPPED:
        return _Evidence(NAMES_SWAPPED - LAST_NEAR, "names swapped"), _Evidence(LAST_NEAR, "names swapped")
    return first, last


def _is_spelled_alike(a: str, b: str) -> bool:
    """Whether one is the other with its umlauts written out: "Jürgen" is "Juergen"; "Bauer" is not "Baur"."""
    written_out = [names.person_key(name.lower().translate(_UMLAUTS)) for name in (a, b)]
    return bool(written_out[0]) and written_out[0] == written_out[1]


_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def _first_name(a: str, b: str) -> _Evidence:
    if not a or not b:
        return _NOTHING
    if a == b:
        return _Evidence(FIRST_SAME, "same first name")
    weight = _near_first_name(a, b)
    return _Evidence(weight, "first names differ" if weight < 0 else "similar name" if weight else "")


def _near_first_name(a: str, b: str) -> float:
    left, right = a.split(), b.split()
    if set(left) <= set(right) or set(right) <= set(left) or same_given_name(left[0], right[0]):
        return FIRST_NEAR
    if 1 in {len(left[0]), len(right[0])}:
        return FIRST_INITIAL if left[0][0] == right[0][0] else FIRST_OTHER
    if _gender_pair(a, b):
        return 0.0
    return FIRST_NEAR if _typing_error(a, b) or names.sound_key(a) == names.sound_key(b) else FIRST_OTHER


def _gender_pair(a: str, b: str) -> bool:
    # "Daniel" and "Daniela", "Mario" and "Maria", "Andrea" and "Andreas": one letter apart, yet two people.
    short, long = sorted((a, b), key=lambda item: (len(item), item))
    if long.startswith(short) and long[len(short) :] in {"a", "e", "ne", "na", "s"}:
        return True
    return len(a) == len(b) and a[:-1] == b[:-1] and {a[-1], b[-1]} in ({"o", "a"}, {"e", "a"}, {"o", "e"})


def _last_name(a: str, b: str) -> _Evidence:
    if not a or not b:
        return _NOTHING
    if a == b:
        return _Evidence(LAST_SAME, "same last name")
    if _typing_error(a, b) or names.sound_key(a) == names.sound_key(b):
        return _Evidence(LAST_NEAR, "similar name")
    if set(a.split()) & set(b.split()) - _PARTICLES:
        return _Evidence(LAST_PART, "similar name")
    return _Evidence(LAST_OTHER, "last names differ")


_PARTICLES: Final = frozenset(
    ["von", "van", "de", "del", "della", "di", "da", "der", "den", "la", "le", "el", "al", "y"]
)


def _typing_error(a: str, b: str) -> bool:
    shorter = min(len(a), len(b))
    allowed = 0 if shorter < 4 else 1 if shorter < 9 else 2
    return bool(OSA.distance(*sorted((a, b)), score_cutoff=allowed) <= allowed)


def _site(a: PersonFacts, b: PersonFacts, *, with_domains: bool) -> _Evidence:
    company = _same_company(a.company, b.company)
    place = _place_reason(a, b, with_domains=with_domains)
    if company and place:
        return _Evidence(SITE_BOTH, f"same company, {place}")
    if company:
        return _Evidence(SITE_COMPANY, "same company")
    if place:
        return _Evidence(SITE_PLACE, place)
    return _Evidence(SITE_OTHER, "different companies") if a.company and b.company else _NOTHING


def _place_reason(a: PersonFacts, b: PersonFacts, *, with_domains: bool) -> str:
    if set(a.phones) & set(b.phones):
        return "same phone"
    if a.place and a.place == b.place:
        return "same address"
    if with_domains and _domains(a.emails) & _domains(b.emails):
        return "same e-mail domain"
    return ""


def _domains(addresses: tuple[str, ...]) -> set[str]:
    return {domain for address in addresses if (domain := emails.company_domain(address))}


def _same_company(a: str, b: str) -> bool:
    if not a or not b:
        return False
    return _company_name(a, b).weight >= COMPANY_NEAR


def _company_name(a: str, b: str) -> _Evidence:
    left, right = names.company_key(a), names.company_key(b)
    if not left or not right:
        return _NOTHING
    if left == right:
        return _Evidence(COMPANY_SAME, "same name")
    ordered = sorted((left, right))
    if fuzz.token_sort_ratio(*ordered) >= 92 or names.sound_key(left) == names.sound_key(right):
        return _Evidence(COMPANY_NEAR, "similar name")
    short, long = sorted((set(left.split()), set(right.split())), key=len)
    if short <= long:
        return _Evidence(COMPANY_PART, "one name is part of the other")
    return _Evidence(COMPANY_OTHER, "names differ")


def _company_place(a: CompanyFacts, b: CompanyFacts) -> _Evidence:
    domain = _shared(a.domains, b.domains, COMPANY_DOMAIN, COMPANY_OTHER_DOMAIN)
    found = [
        _Evidence(domain, "same web or e-mail domain"),
        _Evidence(_shared(a.phones, b.phones, COMPANY_PHONE, 0.0), "same phone"),
        _Evidence(COMPANY_STREET if a.place and a.place == b.place else 0.0, "same address"),
        _Evidence(
            _shared([a.city] if a.city else [], [b.city] if b.city else [], COMPANY_CITY, 0.0), "same city"
        ),
    ]
    agreeing = [item for item in found if item.weight > 0]
    if agreeing:
        best = max(agreeing, key=lambda item: item.weight)
        strong = sum(item.weight >= COMPANY_STREET for item in agreeing)
        against = COMPANY_OTHER_DOMAIN if domain < 0 else 0.0
        return _Evidence(best.weight + (COMPANY_TWO if strong > 1 else 0.0) + against, best.reason)
    other_city = bool(a.city and b.city)
    against = (COMPANY_OTHER_DOMAIN if domain < 0 else 0.0) + (COMPANY_OTHER_CITY if other_city else 0.0)
    return _Evidence(against, "different domains" if domain < 0 else "different cities" if other_city else "")

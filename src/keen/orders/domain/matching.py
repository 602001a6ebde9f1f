"""Whose a paper is: what speaks for an account, and whether it is enough."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from keen.lib import emails, names
from keen.orders.domain.facts import Party
from keen.people.domain.matching import ROLE_MAILBOXES


class Sign(StrEnum):
    """What a customer of another system and an account here have in common."""

    NUMBER = "number"
    EMAIL = "email"
    DOMAIN = "domain"
    NAME = "name"


WORDS: Final = {
    Sign.NUMBER: "same customer number",
    Sign.EMAIL: "same e-mail",
    Sign.DOMAIN: "same web or e-mail domain",
    Sign.NAME: "same name",
}
WEIGHTS: Final = {Sign.NUMBER: 0.99, Sign.EMAIL: 0.97, Sign.DOMAIN: 0.8, Sign.NAME: 0.85}
# From here on a customer is tied without asking, when nobody else comes near.
SURE: Final = 0.95
NEAR: Final = 0.5
# One click ties all that are at least so likely and alone.
LIKELY: Final = 0.8


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that a customer may be, how likely, and what speaks for it."""

    account_id: int
    score: float
    signs: tuple[Sign, ...]

    @property
    def why(self) -> str:
        """The evidence in words."""
        return ", ".join(WORDS[sign] for sign in self.signs)


def key_of(party: Party) -> str:
    """What a customer is recognised by in their system: their number, else their e-mail, else their folded name.

    Shape: "" where nothing is said.
    """
    if party.number:
        return f"n:{party.number.casefold()}"
    if party.email:
        return f"e:{party.email.lower()}"
    folded = names.company_key(party.name) if party.name else ""
    return f"x:{folded}"[:210] if folded else ""


def handles_of(party: Party) -> set[tuple[Sign, str]]:
    """What an account or its people would be stored under if they were this customer."""
    found: set[tuple[Sign, str]] = set()
    if party.number:
        said = party.number.casefold()
        found |= {(Sign.NUMBER, one) for one in (said, said.lstrip("0"), party.number)}
    if party.email:
        box, _, _ = party.email.partition("@")
        if domain := emails.company_domain(party.email):
            found.add((Sign.DOMAIN, domain))
        if box not in ROLE_MAILBOXES:
            found.add((Sign.EMAIL, party.email.lower()))
    if party.name and (key := names.company_key(party.name)):
        found.add((Sign.NAME, key[:200]))
    return {(sign, value) for sign, value in found if value}


def ranked(signs: Mapping[int, Iterable[Sign]]) -> list[Candidate]:
    """The accounts for which something speaks, the likeliest first. More evidence never makes one less likely."""
    found = []
    for account_id, seen in signs.items():
        doubt = 1.0
        kinds = tuple(sorted(set(seen), key=lambda sign: -WEIGHTS[sign]))
        for sign in kinds:
            doubt *= 1 - WEIGHTS[sign]
        found.append(Candidate(account_id, 1 - doubt, kinds))
    return sorted(found, key=lambda one: (-one.score, one.account_id))


def sure(candidates: list[Candidate], least: float = SURE) -> Candidate | None:
    """The one account that it is beyond doubt; None when it is not enough, or when another one comes near."""
    if not candidates or candidates[0].score < least:
        return None
    rivals = [one for one in candidates[1:] if one.score >= NEAR]
    return None if rivals else candidates[0]

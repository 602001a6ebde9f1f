"""How promising a lead is, from 0 to 100, by open rules: each has its points and says in words why it gives them.

The rules are data. Fit says whether they are the kind of customer one sells to, interest what they did about it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from keen.lib import emails, text
from keen.lib.errors import RuleError

MOST: Final = 100
USUAL: Final[Mapping[str, int]] = {}
TELLING: Final = 80
DECIDERS: Final = frozenset(
    """
    chief ceo cfo cto coo cio cmo head director president vp owner founder partner lead manager managing principal
    leiter leiterin leitung geschaftsfuhrer geschaftsfuhrerin inhaber inhaberin vorstand prokurist chef chefin
    directeur directrice gerant gerante responsable president pdg jefe jefa gerente socio socia fundador fundadora
    """.split()  # noqa: SIM905  words read best as words
)
RECOMMENDED: Final = (
    "referral",
    "recommend",
    "empfehl",
    "recommand",
    "parrain",
    "recomend",
    "word of mouth",
)


class Part(StrEnum):
    """What a rule looks at."""

    FIT = "fit"
    INTEREST = "interest"


@dataclass(frozen=True)
class LeadFacts:
    """What is known of a lead where it is weighed.

    Units: `touches` is how often somebody was really in touch.
    """

    company: str = ""
    job_title: str = ""
    email: str = ""
    phone: str = ""
    source: str = ""
    description: str = ""
    came_by_form: bool = False
    touches: int = 0


@dataclass(frozen=True)
class Rule:
    """One rule: what must hold, its points, and the words for it. `field` is the field it looks at."""

    sign: str
    part: Part
    points: int
    words: str
    field: str


RULES: Final = (
    Rule("names_company", Part.FIT, 10, "Names a company", "company"),
    Rule("company_address", Part.FIT, 15, "Writes from the company's own address", "emails"),
    Rule("decides", Part.FIT, 20, "Their job title sounds as if they decide", "job_title"),
    Rule("has_phone", Part.FIT, 10, "Can be called", "phones"),
    Rule("came_by_form", Part.INTEREST, 10, "Came to us by a form of ours", "source"),
    Rule("recommended", Part.INTEREST, 10, "Was recommended", "source"),
    Rule("says_need", Part.INTEREST, 10, "Says in some words what they need", "description"),
    Rule("in_touch", Part.INTEREST, 10, "Somebody was in touch with them", ""),
    Rule("in_touch_again", Part.INTEREST, 5, "Was in touch more than once", ""),
    Rule("out_of_reach", Part.FIT, -20, "Neither an e-mail nor a phone is known", "emails"),
)
_SIGNS: Final[Mapping[str, Callable[[LeadFacts], bool]]] = {
    "names_company": lambda facts: bool(facts.company.strip()),
    "company_address": lambda facts: bool(emails.company_domain(facts.email)),
    "decides": lambda facts: bool(DECIDERS & set(text.fold(facts.job_title).split())),
    "has_phone": lambda facts: bool(facts.phone),
    "came_by_form": lambda facts: facts.came_by_form,
    "recommended": lambda facts: any(word in facts.source.casefold() for word in RECOMMENDED),
    "says_need": lambda facts: len(facts.description.strip()) >= TELLING,
    "in_touch": lambda facts: facts.touches > 0,
    "in_touch_again": lambda facts: facts.touches > 1,
    "out_of_reach": lambda facts: not facts.email and not facts.phone,
}


def weighed(points: Mapping[str, int]) -> list[Rule]:
    """The rules with the points that the company gives them, in their order; those that count nothing are left out."""
    found = [replace(rule, points=points.get(rule.sign, rule.points)) for rule in RULES]
    return [rule for rule in found if rule.points]


def reasons(facts: LeadFacts, points: Mapping[str, int] = USUAL) -> list[Rule]:
    """The rules that hold, in their order. `points` are those that the company gives otherwise than usual."""
    return [rule for rule in weighed(points) if _SIGNS[rule.sign](facts)]


def score(facts: LeadFacts, points: Mapping[str, int] = USUAL) -> int:
    """The points of the rules that hold, within 0 and 100."""
    return min(max(sum(rule.points for rule in reasons(facts, points)), 0), MOST)


def points_of(typed: str, rule: Rule) -> int:
    """The points as they were typed; empty for the usual ones.

    Raises: RuleError that names the rule.
    """
    said = typed.strip().replace("\N{MINUS SIGN}", "-")
    if not said:
        return rule.points
    if not re.fullmatch(r"[+-]?[0-9]{1,3}", said, re.ASCII) or abs(int(said)) > MOST:
        message = f"{rule.words}: write whole points from -{MOST} to {MOST}, or 0 to leave it out."
        raise RuleError("not_a_number", message, rule.sign)
    return int(said)

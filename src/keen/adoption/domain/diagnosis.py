"""Symptom or cause: who is hit, which causes the evidence points to, for and against, and what would settle it."""

import operator
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final

from keen.adoption.domain.causes import BY_NUMBER, CAUSES, CHEAPER, LOVE_HATE, WRONG_TOOL, Cause, Link, Signal
from keen.adoption.domain.segments import Segment
from keen.adoption.domain.signs import MEASURES, amount
from keen.adoption.domain.wording import percent

HALF: Final = 0.5
LEAST_PEOPLE: Final = 5
LEAST_ANSWERS: Final = 10
LEAST_MET: Final = 2
SHOWN: Final = 3
COMPARE: Final = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}
IN_WORDS: Final = {"<=": "up to", ">=": "from", "<": "below", ">": "above"}
RESCUE_SHARE: Final = 0.40
RESCUE_WEEKS: Final = 8
IN_NEED: Final = frozenset({Segment.STRUGGLING, Segment.MOTIONS, Segment.IDLE, Segment.LAPSED})


class Reach(StrEnum):
    """How widely a symptom is spread, and so where to look for its cause."""

    SYSTEM = "system"
    ROLE = "role"
    TEAM = "team"
    SINGLE = "single"


POINTS_AT: Final[Mapping[Reach, str]] = {
    Reach.SYSTEM: "the system, the data or the leaders",
    Reach.ROLE: "the process, the fit or the training of the role",
    Reach.TEAM: "the manager or the champions of the team",
    Reach.SINGLE: "the single case: ask, do not conclude",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """Of the people of one role in one team: how many there are, and how many have the symptom."""

    role: str
    team: str
    people: int
    hit: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Who is hit."""

    reach: Reach
    names: tuple[str, ...]
    share: float
    people: int

    @property
    def points_at(self) -> str:
        """Where the cause is to be looked for."""
        return POINTS_AT[self.reach]


def scope_of(cells: Sequence[Cell]) -> Scope:
    """Who is hit, the widest scope first: half of every role, half of one role, half of one team, else single people.

    Roles and teams of fewer than five people are no scope of their own.
    """
    people = sum(cell.people for cell in cells)
    share = sum(cell.hit for cell in cells) / people if people else 0.0
    roles = _shares((cell.role, cell) for cell in cells)
    hit_roles = tuple(name for name, part in roles.items() if part >= HALF)
    if roles and len(hit_roles) == len(roles) and len(roles) > 1:
        return Scope(Reach.SYSTEM, hit_roles, share, people)
    if hit_roles:
        return Scope(Reach.ROLE, hit_roles, share, people)
    teams = tuple(name for name, part in _shares((cell.team, cell) for cell in cells).items() if part >= HALF)
    return Scope(Reach.TEAM if teams else Reach.SINGLE, teams, share, people)


def _shares(cells: Iterable[tuple[str, Cell]]) -> dict[str, float]:
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, cell in cells:
        totals[name][0] += cell.people
        totals[name][1] += cell.hit
    return {name: hit / people for name, (people, hit) in sorted(totals.items()) if people >= LEAST_PEOPLE}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a measure reads in a team, a role or a programme, and of how many people or answers."""

    value: float
    people: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """One signal that could be read, in words."""

    holds: bool
    words: str
    people: int
    asked: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause with what speaks for it and against it."""

    cause: Cause
    strength: float
    speaks_for: tuple[Evidence, ...]
    speaks_against: tuple[Evidence, ...]
    unknown: tuple[str, ...]
    enough: bool
    """Two independent signals hold, one of them from more than a survey."""

    @property
    def people(self) -> int:
        """Of how many the smallest of its readings is."""
        return min((one.people for one in (*self.speaks_for, *self.speaks_against)), default=0)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the evidence says of a team, a role or a programme; of a person nothing is ever said."""

    scope: Scope | None
    findings: tuple[Finding, ...]
    begin_with: Finding | None
    """Of what is shown, the cause at the first link of the chain."""
    unread: tuple[str, ...]
    """Causes of which nothing could be read, by name."""


@dataclass(frozen=True, slots=True)
class _Condition:
    measure: str
    sign: str
    limit: float

    def holds(self, readings: Mapping[str, Reading]) -> bool:
        return bool(COMPARE[self.sign](readings[self.measure].value, self.limit))


@cache
def conditions(when: str) -> tuple[_Condition, ...]:
    """The conditions of a signal, read.

    Raises: ValueError for one that names no measure.
    """
    found = []
    for part in when.split(" and "):
        measure, sign, limit = part.split()
        if measure not in MEASURES or sign not in COMPARE:
            raise ValueError(
                f"{part} is no condition: {measure} is not a measure, or {sign} not a comparison."
            )
        found.append(_Condition(measure, sign, float(limit)))
    return tuple(found)


def diagnose(readings: Mapping[str, Reading], cells: Sequence[Cell] = ()) -> Diagnosis:
    """The three causes that the evidence points to most, with where to begin.

    Readings of fewer than five people are not used, and survey items need ten answers.
    """
    usable = {name: one for name, one in readings.items() if one.people >= _least(name)}
    first = [weighed(cause, usable) for cause in CAUSES]
    cheaper = sum(one.enough for one in first if one.cause.number in CHEAPER)
    usable["cheaper_causes"] = Reading(cheaper, max((one.people for one in usable.values()), default=0))
    every = [weighed(cause, usable) for cause in CAUSES]
    shown = sorted((one for one in every if one.enough), key=_strongest)[:SHOWN]
    return Diagnosis(
        scope=scope_of(cells) if cells else None,
        findings=tuple(shown),
        begin_with=min(shown, key=lambda one: (_place(one.cause), _strongest(one)), default=None),
        unread=tuple(one.cause.name for one in every if not (one.speaks_for or one.speaks_against)),
    )


def _least(measure: str) -> int:
    return LEAST_ANSWERS if measure in MEASURES and MEASURES[measure].asked else LEAST_PEOPLE


def _strongest(finding: Finding) -> tuple[float, float, int, int]:
    held = sum(1.0 for _ in finding.speaks_for)
    return (-finding.strength, -held, _place(finding.cause), finding.cause.number)


def _place(cause: Cause) -> int:
    return list(Link).index(cause.link)


def weighed(cause: Cause, readings: Mapping[str, Reading]) -> Finding:
    """One cause with its evidence: the weight of the signals that hold, of those that could be read."""
    read = [(signal, _evidence(signal, readings)) for signal in cause.signals]
    known = [(signal, one) for signal, one in read if one]
    weight = sum(signal.weight for signal, _ in known)
    held = [(signal, one) for signal, one in known if one.holds]
    return Finding(
        cause=cause,
        strength=sum(signal.weight for signal, _ in held) / weight if weight else 0.0,
        speaks_for=tuple(one for _, one in held),
        speaks_against=tuple(one for _, one in known if not one.holds),
        unknown=tuple(words for signal, one in read if not one for words in _missing(signal, readings)),
        enough=_is_enough(cause, held),
    )


def _is_enough(cause: Cause, held: Sequence[tuple[Signal, Evidence]]) -> bool:
    holding = {signal for signal, _ in held}
    if any(signal.needed and signal not in holding for signal in cause.signals):
        return False
    if cause.by_survey_alone:
        return bool(held)
    kinds = {signal.kin or signal.when for signal in holding}
    return len(kinds) >= LEAST_MET and any(not one.asked for _, one in held)


def _evidence(signal: Signal, readings: Mapping[str, Reading]) -> Evidence | None:
    parts = conditions(signal.when)
    if any(part.measure not in readings for part in parts):
        return None
    return Evidence(
        holds=all(part.holds(readings) for part in parts),
        words="; ".join(_told(part, readings[part.measure]) for part in parts),
        people=min(readings[part.measure].people for part in parts),
        asked=any(MEASURES[part.measure].asked for part in parts),
    )


def _told(part: _Condition, reading: Reading) -> str:
    measure = MEASURES[part.measure]
    limit = amount(measure.unit, part.limit)
    return f"{measure.words} {amount(measure.unit, reading.value)} (a sign {IN_WORDS[part.sign]} {limit})"


def _missing(signal: Signal, readings: Mapping[str, Reading]) -> Iterator[str]:
    for part in conditions(signal.when):
        if part.measure not in readings:
            yield MEASURES[part.measure].words


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule asks for, with the day and its reasons: the start of a record that somebody signs."""

    on: date
    kind: str
    reasons: tuple[str, ...]


def rescue(
    on: date, role: str, weeks: Sequence[Mapping[Segment, int]], diagnosis: Diagnosis | None = None
) -> Decision | None:
    """A rescue project, when it is due: two in five of a role in need for eight weeks, or loved and hated at once.

    Shape: weeks are the numbers of people by segment, the newest last.
    """
    reasons = []
    last = weeks[-RESCUE_WEEKS:]
    shares = [_in_need(week) for week in last]
    if len(last) == RESCUE_WEEKS and all(share is not None and share >= RESCUE_SHARE for share in shares):
        lowest = min(share for share in shares if share is not None)
        reasons.append(
            f"For {RESCUE_WEEKS} weeks at least {percent(lowest)} of {role} were struggling, idle or going through the motions."
        )
    if diagnosis and any(one.cause.number == LOVE_HATE for one in diagnosis.findings):
        reasons.append("Some call it useful and as many useless: what the first have can be copied.")
    return Decision(on, "rescue", tuple(reasons)) if reasons else None


def _in_need(week: Mapping[Segment, int]) -> float | None:
    people = sum(week.values())
    return sum(week.get(segment, 0) for segment in IN_NEED) / people if people >= LEAST_PEOPLE else None


def kill_review(on: date, readings: Mapping[str, Reading]) -> Decision | None:
    """A review that ends in a rescue or in stopping, when it is due: never before three interventions were measured."""
    usable = {name: one for name, one in readings.items() if one.people >= _least(name)}
    found = weighed(BY_NUMBER[WRONG_TOOL], usable)
    return Decision(on, "kill review", tuple(one.words for one in found.speaks_for)) if found.enough else None


def may_replace(findings: Iterable[Finding], tried: Iterable[int]) -> tuple[bool, str]:
    """Whether replacing the tool may be proposed, and why not: two cheaper causes have to be tried first."""
    cheaper = [one.cause for one in findings if one.enough and one.cause.number in CHEAPER]
    left = [cause.name for cause in cheaper if cause.number not in set(tried)]
    done = len(set(tried) & CHEAPER)
    if not left or done >= LEAST_MET:
        return True, ""
    return False, f"Try first: {', '.join(left[: LEAST_MET - done])}. Replacing costs more than finding out."

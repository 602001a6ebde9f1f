"""Whether the next wave may start, and whether people find themselves in what is said of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from math import ceil, sqrt
from statistics import NormalDist
from typing import Final

from keen.adoption.domain.policy import RolePolicy
from keen.adoption.domain.wording import percent

LATEST_WEEKS: Final = 8
LEAST_ASKED: Final = 20
FITS: Final = 0.75
STABLE_WEEKS: Final = 12
STEADY: Final = 0.70


@dataclass(frozen=True, slots=True)
class Wave:
    """How a wave stands, as far as it is known. None is not known, which is not passed.

    Units: shares 0 to 1; score, its lower end and the survey 0 to 100; backlog in working days.
    """

    score: float | None = None
    score_low: float | None = None
    never_started: float | None = None
    struggling: float | None = None
    duplicates: float | None = None
    backlog_days: float | None = None
    survey: float | None = None
    champions_least: int | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the next wave."""

    words: str
    passed: bool
    known: bool


_AT_LEAST: Final = {"score": 60.0, "score_low": 50.0, "survey": 60.0, "champions_least": 2.0}
_BELOW: Final = {"never_started": 0.10, "struggling": 0.15, "duplicates": 0.03, "backlog_days": 2.0}
_TOLD: Final = {
    "score": "median score",
    "score_low": "lower end of the score's range",
    "never_started": "never started",
    "struggling": "struggling",
    "duplicates": "duplicates",
    "backlog_days": "working days of backlog",
    "survey": "survey",
    "champions_least": "champions in each area",
}


def conditions(wave: Wave) -> list[Condition]:
    """Every condition of the next wave, with what it is now."""
    return list(_conditions(wave))


def _conditions(wave: Wave) -> Iterator[Condition]:
    for one in fields(wave):
        value, least = getattr(wave, one.name), _AT_LEAST.get(one.name)
        limit = _BELOW[one.name] if least is None else least
        wanted = f"{'below' if least is None else 'at least'} {_shown(limit, one.name)}"
        if value is None:
            yield Condition(f"{_TOLD[one.name]}: not known, has to be {wanted}", passed=False, known=False)
        else:
            passed = value < limit if least is None else value >= limit
            yield Condition(f"{_TOLD[one.name]} {_shown(value, one.name)}, {wanted}", passed, known=True)


def _shown(value: float, name: str) -> str:
    return percent(value) if name in {"never_started", "struggling", "duplicates"} else f"{value:g}"


def may_start(wave: Wave, weeks_since: float) -> tuple[bool, str]:
    """Whether the next wave may start; after eight weeks of waiting somebody has to decide."""
    open_yet = [one.words for one in _conditions(wave) if not one.passed]
    if not open_yet:
        return True, ""
    if weeks_since >= LATEST_WEEKS:
        return False, f"{LATEST_WEEKS} weeks have passed: the executives decide, and write down why."
    return False, f"{len(open_yet)} of {len(fields(wave))} conditions are open."


@dataclass(frozen=True, slots=True)
class Fit:
    """How many of those asked say that their description fits, with the 80 % range (Wilson)."""

    share: float
    low: float
    high: float
    asked: int

    @property
    def words(self) -> str:
        """What it means for the segment."""
        if self.asked < LEAST_ASKED:
            return f"{self.asked} of {LEAST_ASKED} asked so far."
        if self.low >= FITS:
            return "People find themselves in it."
        return "The rule does not describe these people." if self.high < FITS else "Not clear yet: ask more."


def fit(yes: int, asked: int) -> Fit:
    """Whether a segment describes those who are in it.

    Raises: ValueError when nobody was asked, or more said yes than were asked.
    """
    if not 0 <= yes <= asked or not asked:
        raise ValueError("Somebody has to be asked, and no more can say yes than were.")
    z = NormalDist().inv_cdf(0.9)
    share = yes / asked
    middle = (share + z * z / (2 * asked)) / (1 + z * z / asked)
    reach = z * sqrt(share * (1 - share) / asked + z * z / (4 * asked * asked)) / (1 + z * z / asked)
    return Fit(share, middle - reach, middle + reach, asked)


def proposed_tau(weeks: Sequence[float], role: RolePolicy) -> float | None:
    """The target that a role's own weeks propose, and no less than half of what is expected now.

    Shape: weeks are active days of scheduled days, one number for each person and week; None with fewer than twelve.
    The 70th percentile, in steps of five percent, so that it is a target and no ranking.
    """
    if len(weeks) < STABLE_WEEKS:
        return None
    ordered = sorted(weeks)
    seen = ordered[min(len(ordered) - 1, ceil(STEADY * len(ordered)) - 1)]
    return min(1.0, max(role.tau / 2, round(20 * seen) / 20))

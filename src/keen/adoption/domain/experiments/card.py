"""What is said of an intervention when it is over, in fixed words."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isinf
from typing import Final

from keen.adoption.domain.experiments.result import GRADES, Estimate, Grade, holm
from keen.adoption.domain.wording import percent

CLEAR: Final = 0.05
LIKELY: Final = 0.90
RECHECK_DAYS: Final = 90


class Verdict(StrEnum):
    """The only words for an outcome."""

    CLEAR_GAIN = "clear gain"
    PROBABLE_GAIN = "probable gain"
    NO_CLEAR_EFFECT = "no clear effect"
    PROBABLE_HARM = "probable harm"
    TOO_SMALL = "too small to tell"


@dataclass(frozen=True, slots=True)
class Trial:
    """What was written down before the start, and what is known after.

    Units: least is the smallest effect worth having, above 0, in the units of the measure.
    """

    name: str
    measure: str
    unit: str
    least: float
    people: int
    teams: int
    higher_is_better: bool = True
    dropped: int = 0
    cost_days: float | None = None
    other_p_values: tuple[float, ...] = ()
    by_age: tuple[tuple[str, float], ...] = ()
    guardrails: tuple[tuple[str, str], ...] = ()
    persistence: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """The uplift card."""

    verdict: Verdict
    headline: str
    design: str
    chances: str
    fades: str
    cost: str
    caveats: tuple[str, ...]
    guardrails: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The card as one paragraph."""
        said = [self.design, self.headline, self.chances, self.fades, self.cost, *self.caveats]
        return " ".join(one for one in [*said, f"Verdict: {self.verdict}."] if one)


def verdict(trial: Trial, found: Estimate) -> Verdict:
    """The word for an outcome. A gain is clear only if it was drawn by lot and holds after Holm's correction."""
    if found.grade is Grade.C:
        return Verdict.TOO_SMALL
    better = found.chance_above(0) if trial.higher_is_better else found.chance_below_zero
    if better >= LIKELY:
        return Verdict.CLEAR_GAIN if _is_clear(trial, found) else Verdict.PROBABLE_GAIN
    if better <= 1 - LIKELY:
        return Verdict.PROBABLE_HARM
    ends = found.interval(0.80)
    most = ends.high if trial.higher_is_better else -ends.low
    return Verdict.NO_CLEAR_EFFECT if most < trial.least else Verdict.TOO_SMALL


def _is_clear(trial: Trial, found: Estimate) -> bool:
    if found.grade is not Grade.A or found.p_value is None:
        return False
    ends = found.interval(0.95)
    apart = ends.low > 0 or ends.high < 0
    return apart and holm([found.p_value, *trial.other_p_values])[0] <= CLEAR


def card(trial: Trial, found: Estimate) -> Card:
    """What is said of it, whatever came out."""
    narrow, wide = found.interval(0.80), found.interval(0.95)
    whom = "teams still waiting" if "waiting" in found.method else "the others"
    word = verdict(trial, found)
    recheck = f" Check again in {RECHECK_DAYS} days." if word is Verdict.PROBABLE_GAIN else ""
    return Card(
        verdict=word,
        headline=(
            f"{trial.measure} compared with {whom}: {_signed(found.effect)} {trial.unit} "
            f"(80 % range {_signed(narrow.low)} to {_signed(narrow.high)}; "
            f"95 % {_signed(wide.low)} to {_signed(wide.high)})."
        ),
        design=f"{trial.name}, {_of(trial)}: {GRADES[found.grade]} (grade {found.grade}).",
        chances=_chances(trial, found),
        fades=_fades(trial),
        cost=(f"Cost {trial.cost_days:g} person-days." if trial.cost_days is not None else "") + recheck,
        caveats=tuple(_caveats(trial, found)),
        guardrails=trial.guardrails,
    )


def _of(trial: Trial) -> str:
    people = f"{trial.people} people"
    return f"{trial.teams} teams, {people}" if trial.teams > 1 else people


def _chances(trial: Trial, found: Estimate) -> str:
    sign = 1 if trial.higher_is_better else -1
    helped = found.chance_above(0) if sign > 0 else found.chance_below_zero
    reached = found.chance_above(trial.least) if sign > 0 else 1 - found.chance_above(-trial.least)
    return (
        f"Chance it helped at all: {_chance(helped)}; chance it reached {_signed(sign * trial.least)}: "
        f"{_chance(reached)}."
    )


def _chance(share: float) -> str:
    """A chance in whole percent, never told as certain."""
    return percent(min(0.99, max(0.01, share)))


def _fades(trial: Trial) -> str:
    return (
        f"By time since the start: {', '.join(f'{when} {_signed(value)}' for when, value in trial.by_age)}."
        if trial.by_age
        else ""
    )


def _caveats(trial: Trial, found: Estimate) -> Sequence[str]:
    said = list(found.notes)
    if found.grade is Grade.C:
        said.append("Whatever else changed in these weeks is in the number, so that it proves nothing.")
    if trial.dropped:
        said.append(f"{trial.dropped} left out because they left, moved or have too little data.")
    if trial.other_p_values:
        said.append(
            f"{len(trial.other_p_values) + 1} measures were looked at; this one was written down before."
        )
    said.append(trial.persistence or "Whether it lasts is not known yet: checked four weeks after it ends.")
    return said


def _signed(value: float) -> str:
    """A number with its sign, with as many places as it needs."""
    if isinf(value):
        return "no limit"
    shown = f"{value:+.0f}" if abs(value) >= 2 else f"{value:+.2g}"
    return "0" if float(shown) == 0 else shown.replace("-", "\N{MINUS SIGN}")

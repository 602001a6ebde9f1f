"""How people behave, by their type: every number that a planted type comes down to."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from keen.site.demo.truth import Cause, Times, Type

FADING_DAYS: Final = 42


@dataclass(frozen=True)
class Habit:
    """How somebody works on a day.

    Units: `rhythm`, `looks`, `notes`, `plans`, `prompt`, `rejected`, `leaves`, `back` and `late` are shares of one;
    `pace` is a share of what the role records on a day; `mends`, `lost` and `rage` are times a working day.
    """

    rhythm: float = 0.94
    pace: float = 0.8
    # Looks the customer up before acting; writes down what was said; plans what comes next.
    looks: float = 0.6
    notes: float = 0.6
    plans: float = 0.3
    # Enters things within minutes; the rest within the day, and sometimes the day after.
    prompt: float = 0.85
    # How often the named form says no to what was sent, and any form is left unsent.
    rejected: float = 0.02
    leaves: float = 0.02
    mends: float = 0.3
    lost: float = 0.12
    rage: float = 0.01
    # Keeps the entries of the week for the hours before the review; keeps them for days; takes lists away on a
    # fixed day of the week, and brings them back.
    bursts: bool = False
    late: float = 0.0
    exports: bool = False
    back: float = 0.0
    visits: float = 0.0
    """On days without any work: how often somebody signs in and looks around all the same."""
    # Deals: new ones a working day, how often one whose time has come is worked on, gets a next step, an answer to
    # "why", the people behind it; which share of the deals outlives a stage, and how long they take, against what is usual.
    opens: float = 0.22
    pursues: float = 0.55
    steps: float = 0.72
    answers: float = 0.85
    involves: float = 0.5
    survives: float = 0.8
    takes: float = 1.0


STEADY: Final = Habit()
HABITS: Final = {
    Type.KEEN: Habit(
        rhythm=0.98,
        pace=1.0,
        looks=0.9,
        notes=0.85,
        plans=0.5,
        prompt=0.95,
        mends=0.8,
        lost=0.05,
        opens=0.24,
        pursues=0.9,
        steps=0.96,
        answers=0.98,
        involves=0.9,
        survives=0.85,
        takes=0.85,
    ),
    Type.DUTIFUL: Habit(
        rhythm=0.97,
        pace=0.7,
        looks=0.05,
        notes=0.0,
        plans=0.04,
        mends=0.02,
        lost=0.02,
        bursts=True,
        opens=0.17,
        pursues=0.7,
        steps=0.06,
        answers=0.5,
        involves=0.03,
        survives=0.76,
        takes=1.2,
    ),
    Type.STRUGGLING: Habit(
        rhythm=0.8, pace=0.4, looks=0.4, notes=0.35, plans=0.9, rejected=0.62, leaves=0.35, lost=1.3, rage=0.3
    ),
    Type.IDLE: Habit(
        rhythm=0.04,
        pace=0.25,
        looks=0.3,
        notes=0.2,
        visits=0.03,
        opens=0.5,
        steps=0.1,
        answers=0.3,
        involves=0.0,
    ),
    Type.NEVER_STARTED: Habit(rhythm=0.0, visits=0.03),
    Type.NEW: Habit(
        rhythm=0.9,
        pace=0.5,
        looks=0.7,
        notes=0.5,
        rejected=0.04,
        leaves=0.05,
        lost=0.4,
        opens=0.3,
        steps=0.6,
    ),
    Type.OCCASIONAL: Habit(rhythm=0.3, pace=0.7, looks=0.5, notes=0.4, visits=0.35),
    Type.APART: Habit(rhythm=0.0, visits=0.02),
}
GONE: Final = Habit(rhythm=0.0)
REVERTED: Final = Habit(
    rhythm=0.4,
    pace=0.9,
    looks=0.08,
    notes=0.15,
    plans=0.05,
    mends=0.05,
    late=0.9,
    exports=True,
    back=0.5,
    opens=0.24,
    pursues=0.12,
    steps=0.05,
    answers=0.25,
    involves=0.02,
    survives=0.77,
    takes=1.7,
)


def habit_of(type_: Type, day: date, times: Times) -> Habit:
    """How somebody of the type works on the day."""
    turned = times.turned(type_)
    if turned is None or day < turned:
        return HABITS.get(type_, STEADY)
    if type_ is Type.LAPSED:
        return GONE
    if type_ is Type.REVERTING:
        return REVERTED
    faded = min(1.0, (day - turned).days / FADING_DAYS)
    return replace(
        STEADY,
        rhythm=STEADY.rhythm - 0.66 * faded,
        pace=STEADY.pace * (1 - 0.7 * faded),
        looks=STEADY.looks * (1 - 0.6 * faded),
        notes=STEADY.notes * (1 - 0.7 * faded),
        opens=STEADY.opens * (1 - 0.7 * faded),
        pursues=STEADY.pursues * (1 - 0.85 * faded),
        steps=STEADY.steps * (1 - 0.85 * faded),
    )


def in_team(habit: Habit, cause: Cause) -> Habit:
    """The habit as the cause that lies on the team bends it."""
    if cause.key == "no_reason":
        return replace(habit, looks=habit.looks * 0.15, plans=habit.plans * 0.5, exports=True)
    if cause.key == "dirty_data":
        return replace(habit, mends=habit.mends + 0.5 * (habit.pace > 0.5), lost=habit.lost + 0.2)
    if cause.key == "training_missed":
        return replace(habit, rejected=max(habit.rejected, 0.08))
    return habit

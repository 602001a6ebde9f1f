"""What is really the matter with the people and teams of the demo company: planted here, for measures to be held against."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

SEED: Final = 20260
DAYS_A_MONTH: Final = 30

# The form that some people cannot cope with, the field that is marked, and the rule that marks it: they write down
# visits that are over with the form that plans those to come.
NAMED_FORM: Final = "activity-plan"
NAMED_FIELD: Final = "on"
NAMED_RULE: Final = "past"
STRUGGLING_AT_LEAST: Final = 5
"""So many times as often as by others is the named form rejected when somebody of this type sends it."""
EXPORTS_A_MONTH: Final = 8
"""At least so many exports in thirty days come from somebody who goes back to spreadsheets, where a week has no holiday."""


class Type(StrEnum):
    """How somebody behaves."""

    KEEN = "keen"
    STEADY = "steady"
    DUTIFUL = "dutiful"
    STRUGGLING = "struggling"
    IDLE = "idle"
    NEVER_STARTED = "never_started"
    PART_TIME = "part_time"
    ON_LEAVE = "on_leave"
    NEW = "new"
    REVERTING = "reverting"
    LAPSED = "lapsed"
    SLIPPING = "slipping"
    OCCASIONAL = "occasional"
    APART = "apart"


MEANINGS: Final = {
    Type.KEEN: "Looks people up before acting, writes notes, plans the next step, mends what is wrong.",
    Type.STEADY: "Does what the work asks for, within the day.",
    Type.DUTIFUL: "Goes through the motions: enters the week in the hours before the review, without look-ups or notes.",
    Type.STRUGGLING: "Tries, and cannot get past one field of one form; gives up, clicks in anger, finds nothing.",
    Type.IDLE: "Has signed in a few times and recorded hardly anything.",
    Type.NEVER_STARTED: "Has signed in, looked around, and never recorded anything.",
    Type.PART_TIME: "Steady, on three days a week.",
    Type.ON_LEAVE: "Steady, and away now for weeks.",
    Type.NEW: "Joined three weeks ago and is learning.",
    Type.REVERTING: "Worked here at first, and went back to spreadsheets: exports, re-imports, entries long after the fact.",
    Type.LAPSED: "Worked here, and stopped on a day.",
    Type.SLIPPING: "Works here less from week to week.",
    Type.OCCASIONAL: "Needs it now and then, by role.",
    Type.APART: "Has no records to work with, by role.",
}

# How many days ago it began, for the types for which something begins.
TURNED: Final = {Type.LAPSED: 75, Type.SLIPPING: 56, Type.REVERTING: 150}
JOINED_AGO: Final = 21
LEAVE: Final = (40, 20)
"""Days ago on which a long leave began, and days from now on which it ends."""
PART_TIME_WEEKS: Final = (
    (480, 480, 480, 0, 0, 0, 0),
    (0, 480, 480, 480, 0, 0, 0),
    (300, 0, 300, 0, 300, 0, 0),
)


@dataclass(frozen=True)
class Cause:
    """Why a team is as it is. `row` is that of the table of causes of the adoption model, 0 for none."""

    key: str
    row: int
    story: str


UNREMARKABLE: Final = Cause(
    "none", 0, "Nothing is the matter that the people of the team do not bring themselves."
)
CAUSES: Final = {
    "Sales North": Cause(
        "champions", 0, "It works: two who help the others, a lead who runs the week in Keen."
    ),
    "Sales West": Cause(
        "dirty_data", 3, "The records they were given are full of duplicates; they mend them after looking."
    ),
    "Inside Sales": Cause(
        "manager_absent", 12, "The lead never opens Keen and asks for the entries on Fridays."
    ),
    "Key Accounts": Cause(
        "no_reason",
        1,
        "What they need to know stands elsewhere: they look up next to nothing and take lists away.",
    ),
    "Field Service": Cause(
        "training_missed", 4, "They were on a job when the training was; one form keeps refusing them."
    ),
}

# The weekday (Monday is 0) and the hour of each team's weekly review.
REVIEWS: Final = {
    "Sales North": (0, 10),
    "Sales West": (4, 14),
    "Inside Sales": (4, 14),
    "Key Accounts": (3, 15),
}
USUAL_REVIEW: Final = (2, 13)


def cause_of(team: str) -> Cause:
    """The cause that was planted in the team; teams of a larger company have that of the team they are modelled on."""
    return CAUSES.get(model_of(team), UNREMARKABLE)


def review_of(team: str) -> tuple[int, int]:
    """The weekday and the hour of the team's weekly review."""
    return REVIEWS.get(model_of(team), USUAL_REVIEW)


def model_of(team: str) -> str:
    """The name without the number that it has in a larger company."""
    name, _, number = team.rpartition(" ")
    return name if number.isdecimal() else team


@dataclass(frozen=True)
class Times:
    """The days between which the company worked: the first, and the day it is built on, before which it ends."""

    first: date
    today: date

    @classmethod
    def of(cls, today: date, months: int) -> "Times":
        """The days of so many months until yesterday."""
        return cls(today - timedelta(days=DAYS_A_MONTH * months), today)

    @property
    def last(self) -> date:
        """Yesterday."""
        return self.today - timedelta(days=1)

    def joined(self, type_: Type) -> date:
        """The first day of somebody of the type."""
        return max(self.first, self.today - timedelta(days=JOINED_AGO)) if type_ is Type.NEW else self.first

    def turned(self, type_: Type) -> date | None:
        """The day from which on somebody of the type behaves like that; None for who always did.

        Shape: in a company that is younger than that, halfway through.
        """
        if type_ not in TURNED:
            return None
        middle = self.first + (self.today - self.first) / 2
        return max(middle, self.today - timedelta(days=TURNED[type_]))

    def leave(self, type_: Type) -> tuple[date, date] | None:
        """The first and the last day of the long leave of somebody of the type."""
        if type_ is not Type.ON_LEAVE:
            return None
        return self.today - timedelta(days=LEAVE[0]), self.today + timedelta(days=LEAVE[1])

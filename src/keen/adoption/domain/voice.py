"""What can be said and asked: sorts of messages and their states, the questions, when one is asked and how often."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final


class Sort(StrEnum):
    """What somebody wants to say."""

    STUCK = "stuck"
    WRONG = "wrong"
    IDEA = "idea"
    THANKS = "thanks"
    FIGURE = "figure"

    @property
    def label(self) -> str:
        """The sort as a person says it."""
        return SORT_LABELS[self]


class State(StrEnum):
    """What became of a message."""

    NEW = "new"
    LOOKING = "looking"
    PLANNED = "planned"
    DONE = "done"
    DECLINED = "declined"

    @property
    def label(self) -> str:
        """The state as its sender reads it."""
        return STATE_LABELS[self]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self in OPEN


SORT_LABELS: Final = {
    Sort.STUCK: "I am stuck",
    Sort.WRONG: "Something is wrong",
    Sort.IDEA: "An idea",
    Sort.THANKS: "This works well",
    Sort.FIGURE: "A figure about me is wrong",
}
STATE_LABELS: Final = {
    State.NEW: "Sent",
    State.LOOKING: "Being looked at",
    State.PLANNED: "Planned",
    State.DONE: "Done",
    State.DECLINED: "Not now",
}
OPEN: Final = frozenset({State.NEW, State.LOOKING, State.PLANNED})
DUE_DAYS: Final = {Sort.STUCK: 2, Sort.FIGURE: 7, Sort.WRONG: 7, Sort.IDEA: 14, Sort.THANKS: 14}


def due_on(sort: Sort, on: date) -> date:
    """The day by which the sender gets an answer."""
    return on + timedelta(days=DUE_DAYS[sort])


@dataclass(frozen=True, slots=True)
class Item:
    """One question: seven steps between two ends, or a line of text."""

    key: str
    words: str
    low: str = ""
    high: str = ""
    steps: int = 0


NEEDS: Final = Item("needs", "Keen does what I need", "not at all", "entirely", 7)
EASE: Final = Item("ease", "Keen is easy to use", "not at all", "entirely", 7)
FIRST: Final = Item("first", "What would make you open Keen first in the morning?")
PAIR, WISH, POLL = "pair", "first", "poll"
ASKED: Final = {PAIR: (NEEDS, EASE), WISH: (FIRST,)}
ORDER: Final = (PAIR, WISH)

GAP: Final = timedelta(days=21)
"""So many days lie between any two questions to one person."""
OPEN_DAYS: Final = 7
SETTLED: Final = timedelta(days=14)
"""Nobody is asked in their first two weeks."""
ACTS: Final = 3
"""So many things were done on the day before one is asked: at the end of some work, never at its beginning."""


def third_of(user_id: int, on: date) -> bool:
    """Whether the person belongs to the third that is asked in the month of the day.

    Shape: drawn anew each quarter, and each person's turn comes once in it.
    """
    quarter = (on.month - 1) // 3
    drawn = hashlib.sha256(f"{user_id}:{on.year}:{quarter}".encode()).digest()
    return int.from_bytes(drawn[:4]) % 3 == (on.month - 1) % 3


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known of a person at the moment at which they might be asked."""

    on: date
    joined_on: date
    acts_today: int
    is_stuck: bool = False
    may_be_asked: bool = True
    asked: Sequence[tuple[date, str]] = ()
    """The days on which they were asked before, each with what, the newest first."""


def is_right(moment: Moment) -> bool:
    """Whether a person may be asked something now, whatever it is."""
    if not moment.may_be_asked or moment.is_stuck or moment.acts_today < ACTS:
        return False
    if moment.on - moment.joined_on < SETTLED:
        return False
    return not moment.asked or moment.on - moment.asked[0][0] >= GAP


def next_item(moment: Moment) -> str:
    """Which of the standing questions is next for the person: the one asked longest ago."""
    last = {item: on for on, item in reversed(moment.asked)}
    return min(ORDER, key=lambda item: (last.get(item, date.min), ORDER.index(item)))


def umux_lite(needs: float, ease: float) -> float:
    """The two items as one figure from 0 to 100.

    Source: Lewis, Utesch, Maher 2013: (a + b - 2) x 100 / 12 for items from 1 to 7.
    """
    return (needs + ease - 2) * 100 / 12

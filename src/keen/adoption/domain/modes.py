"""Who sees figures about people: four modes, and what each of them shows to whom."""

from enum import StrEnum
from typing import Final


class Mode(StrEnum):
    """From nothing to names."""

    OFF = "off"
    TEAM = "team"
    AGREED = "agreed"
    MANAGER = "manager"

    @property
    def rank(self) -> int:
        """A larger one shows more about people."""
        return list(Mode).index(self)

    def rises_to(self, other: "Mode") -> bool:
        """Whether the other mode shows more, which takes the word of a second person."""
        return other.rank > self.rank and other in NAMED


UNTIL_ANSWERED: Final = Mode.TEAM
NAMED: Final = frozenset({Mode.AGREED, Mode.MANAGER})
DAYS_AHEAD: Final = 7
"""People see their own figures for so many days before anybody else does."""
LABELS: Final = {
    Mode.OFF: "Off",
    Mode.TEAM: "Teams only",
    Mode.AGREED: "Named where the person agreed",
    Mode.MANAGER: "Named to the direct manager",
}
MEANINGS: Final = {
    Mode.OFF: "No figures of how Keen is used are made, neither of people nor of teams. What people say still arrives.",
    Mode.TEAM: (
        "You see your own figures, and nobody else does. Others see teams and roles of five people and more, as averages."
    ),
    Mode.AGREED: (
        "You see your own figures, and your direct manager sees them once you say so on your own page. You can take that "
        "back at any time, and nobody gets a notice. Others see teams of five people and more."
    ),
    Mode.MANAGER: (
        "You see your own figures, and your direct manager sees them, too, to help. Each look is written down for you. "
        "Nobody else sees names; others see teams of five people and more."
    ),
}


def names(mode: Mode, *, agreed: bool) -> bool:
    """Whether the direct manager sees the figures of somebody who agreed, or did not."""
    return mode is Mode.MANAGER or (mode is Mode.AGREED and agreed)

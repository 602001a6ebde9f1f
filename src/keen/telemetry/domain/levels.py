"""How much of somebody's use is recorded: four levels, and what each of them writes of a person."""

from enum import StrEnum


class Level(StrEnum):
    """What is written beside an event, from nothing to the person."""

    NONE = "none"
    AGGREGATED = "aggregated"
    PSEUDONYMOUS = "pseudonymous"
    PERSON = "person"

    @property
    def rank(self) -> int:
        """A larger one says more about people."""
        return list(Level).index(self)

    def rises_to(self, other: "Level") -> bool:
        """Whether the other level records more, which takes the word of a second person."""
        return other.rank > self.rank


LEAST_GROUP = 5
"""No fewer people than this stand behind a group that is written, or shown."""

LABELS = {
    Level.NONE: "Nothing",
    Level.AGGREGATED: "Groups only",
    Level.PSEUDONYMOUS: "A changing code for each person",
    Level.PERSON: "By person",
}
MEANINGS = {
    Level.NONE: "No event about the use of Keen is written down.",
    Level.AGGREGATED: (
        "What is used is recorded with the team and the role, for groups of five and more. No person is written "
        "down, and times are rounded to the hour."
    ),
    Level.PSEUDONYMOUS: (
        "What is used is recorded with a code instead of a name. The code of a person changes every quarter, and "
        "once its key is destroyed nobody can tell any more whose it was."
    ),
    Level.PERSON: "What is used is recorded with the person. Everybody sees all that is recorded about them.",
}

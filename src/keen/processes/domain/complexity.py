"""What forms and processes cost those who work with them: a score of what they ask, against a budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final

BUDGET: Final = 40
"""Points that one kind of record should cost at most."""
SELDOM: Final = 5
"""Percent of the records: a field that is filled less often is as good as unused."""
TOO_OFTEN: Final = 10
"""Percent of the saves: refused more often, a form asks for what people do not know."""
UNUSED_DAYS: Final = 90
ENOUGH: Final = 20
"""Of fewer records, or moves, nothing is concluded."""


@dataclass(frozen=True)
class Part:
    """One thing that a kind of record is made of: how many there are, how many there should be at most, what they cost."""

    name: str
    count: int
    most: int
    points: int
    note: str = ""

    @property
    def is_over(self) -> bool:
        """Whether there are more than there should be."""
        return self.count > self.most


@dataclass(frozen=True)
class Counts:
    """What there is of a kind of record.

    Shape: `asked` are the fields that a new one asks for, `further` the others of its form, `required` those without which
    nothing is saved, `branches` the fields that are asked for at a value of another one.
    """

    asked: int = 0
    further: int = 0
    required: int = 0
    pipelines: int = 0
    stages: int = 0
    branches: int = 0
    automations: int = 0


def parts(counts: Counts) -> list[Part]:
    """What it costs, part by part: asking costs more than offering, refusing more than asking.

    Units: one point is about what one more field in a form costs whoever fills it.
    """
    found = [
        Part("Fields asked for", counts.asked, 12, counts.asked, "in a new one"),
        Part("Further fields", counts.further, 24, ceil(Fraction(counts.further, 4)), "folded away"),
        Part("Required", counts.required, 5, 2 * counts.required, "without them nothing is saved"),
    ]
    if counts.stages:
        found.append(Part("Stages", counts.stages, 8 * max(counts.pipelines, 1), counts.stages))
        found.append(
            Part(
                "Pipelines", counts.pipelines, 2, 3 * max(counts.pipelines - 1, 0), "one is the standard path"
            )
        )
    found.append(
        Part("Branches", counts.branches, 6, counts.branches, "asked for at a value of another field")
    )
    found.append(Part("Automations", counts.automations, 5, 2 * counts.automations, "switched on"))
    return found


def score(found: Sequence[Part]) -> int:
    """The points of all parts."""
    return sum(part.points for part in found)


def share(part: int, whole: int) -> int | None:
    """Percent, None of nothing."""
    return round(100 * part / whole) if whole else None

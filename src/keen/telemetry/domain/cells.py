"""Figures of groups as they may be shown: no cell from which a few people could be told, and none that subtraction gives back."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from keen.telemetry.domain.levels import LEAST_GROUP

ROUNDED_BELOW: Final = 10
STEP: Final = 5
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Cell:
    """How often something happened in a group, and how many people did it."""

    people: int
    n: int


def shown(
    cells: Mapping[Key, Cell],
    margins: Sequence[Callable[[Key], Hashable]],
    least: int = LEAST_GROUP,
) -> dict[Key, Cell]:
    """The cells that may be shown, those of few people rounded.

    Shape: a margin says which cells are summed up together somewhere. What is hidden of such a sum is never fewer than
    `least` people: a small cell takes the next larger ones with it, until enough are hidden or nothing is left.
    """
    hidden = {key for key, cell in cells.items() if cell.people < least}
    before = -1
    while len(hidden) != before:
        before = len(hidden)
        for margin in margins:
            for family in _families(cells, margin):
                _hide_enough(cells, family, hidden, least)
    return {key: _rounded(cell) for key, cell in cells.items() if key not in hidden}


def _families(cells: Mapping[Key, Cell], margin: Callable[[Key], Hashable]) -> list[list[Key]]:
    found: dict[Hashable, list[Key]] = {}
    for key in cells:
        found.setdefault(margin(key), []).append(key)
    return list(found.values())


def _hide_enough(cells: Mapping[Key, Cell], family: Sequence[Key], hidden: set[Key], least: int) -> None:
    out = sum(cells[key].people for key in family if key in hidden)
    for key in sorted((key for key in family if key not in hidden), key=lambda key: cells[key].people):
        if not 0 < out < least:
            return
        hidden.add(key)
        out += cells[key].people


def _rounded(cell: Cell) -> Cell:
    return cell if cell.people >= ROUNDED_BELOW else Cell(cell.people, STEP * round(cell.n / STEP))

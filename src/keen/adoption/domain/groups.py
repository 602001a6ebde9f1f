"""What may be said of groups: means over five people or more, and nothing that subtraction gives back."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import fmean, pstdev
from typing import Final

from keen.telemetry.domain.cells import ROUNDED_BELOW, STEP, Cell, shown
from keen.telemetry.domain.levels import LEAST_GROUP

NORMAL_80: Final = 1.2816
"""So many standard errors to either side hold four of five means."""
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Member:
    """One person's part in the groups they belong to. None is not known, or not to be shown of anybody."""

    person: int
    places: tuple[Key, ...]
    segment: str
    score: float | None = None
    friction: float | None = None
    want: float | None = None
    dimensions: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """What is shown of a group. Means of fewer than five people are None."""

    people: int
    scored: int
    score: float | None
    low: float | None
    high: float | None
    friction: float | None
    want: float | None
    dimensions: Mapping[str, float]
    segments: Mapping[str, int]


def phase_of(days_since_start: int, *, new: int, settled: int) -> str:
    """How far somebody is: new, finding their way, or settled."""
    if days_since_start < new:
        return "new"
    return "settling" if days_since_start <= settled else "settled"


def figures(members: Sequence[Member], least: int = LEAST_GROUP) -> dict[Key, Figure]:
    """The groups that may be shown, with what may be shown of them.

    Shape: a group is (scope, key). All groups of one scope add up to everybody, so whoever is hidden there is hidden among
    five people or more; groups that different scopes share would tell of the rest, so a scope whose groups hold all but a
    few of everybody hides as many as it takes. Figures of fewer than ten people are rounded to fives.
    """
    groups: dict[Key, list[Member]] = {}
    for one in members:
        for place in one.places:
            groups.setdefault(place, []).append(one)
    # Those of whom a mean is made are a group of their own: nobody is told by the difference of the two.
    allowed = _allowed(groups, lambda _: True, least)
    scored = _allowed(groups, lambda one: one.score is not None, least)
    segments = _segments(groups, least)
    return {
        key: _figure(groups[key], segments.get(key, {}), least, scored=key in scored)
        for key in sorted(groups)
        if key in allowed
    }


def _allowed(
    groups: Mapping[Key, Sequence[Member]], counts: Callable[[Member], bool], least: int
) -> set[Key]:
    cells = {}
    for key, found in groups.items():
        people = sum(map(counts, found))
        if people:
            cells[key] = Cell(people, people)
    return set(shown(cells, (_scope,), least))


def _scope(key: Key) -> Hashable:
    return key[0]


def _segments(groups: Mapping[Key, Sequence[Member]], least: int) -> dict[Key, dict[str, int]]:
    """People by segment, where nobody is told by it: five and more in each, and five and more in what is left out."""
    cells: dict[tuple[str, str, str], Cell] = {}
    for (scope, key), found in groups.items():
        for segment, people in Counter(one.segment for one in found).items():
            cells[scope, key, segment] = Cell(people, people)
    kept = shown(cells, (lambda key: key[:2], lambda key: (key[0], key[2])), least)
    result: dict[Key, dict[str, int]] = {}
    for (scope, key, segment), cell in sorted(kept.items()):
        result.setdefault((scope, key), {})[segment] = _count(cell.people)
    return result


def _count(people: int) -> int:
    return people if people >= ROUNDED_BELOW else STEP * round(people / STEP)


def _figure(found: Sequence[Member], segments: Mapping[str, int], least: int, *, scored: bool) -> Figure:
    scores = [one.score for one in found if one.score is not None] if scored else []
    few = len(scores) < ROUNDED_BELOW
    mean = _mean(scores, least)
    wide = NORMAL_80 * pstdev(scores) / sqrt(len(scores)) if mean is not None else 0.0
    names = {name for one in found for name in one.dimensions}
    by_name = {
        name: _mean([one.dimensions[name] for one in found if name in one.dimensions], least)
        for name in names
    }
    return Figure(
        people=_count(len(found)),
        scored=_count(len(scores)),
        score=None if mean is None else _rounded(mean, few=few),
        low=None if mean is None else _rounded(max(mean - wide, 0.0), few=few),
        high=None if mean is None else _rounded(min(mean + wide, 100.0), few=few),
        friction=_share([one.friction for one in found], least),
        want=_share([one.want for one in found], least),
        dimensions={
            name: _rounded(mean * 100, few=few) / 100
            for name, mean in sorted(by_name.items())
            if mean is not None
        },
        segments=segments,
    )


def _share(values: Iterable[float | None], least: int) -> float | None:
    known = [value for value in values if value is not None]
    mean = _mean(known, least)
    return None if mean is None else _rounded(mean * 100, few=len(known) < ROUNDED_BELOW) / 100


def _mean(values: Sequence[float], least: int) -> float | None:
    return fmean(values) if len(values) >= least else None


def _rounded(value: float, *, few: bool) -> float:
    return float(STEP * round(value / STEP)) if few else round(value, 1)

"""Which figures of groups may be shown together, so that nothing about fewer than five people can be worked out from them."""

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, combinations
from random import Random
from typing import Final, TypeVar

Key = TypeVar("Key", bound=Hashable)
# Sums are reckoned modulo this prime: what follows from the groups' sums follows here, too, and what does not would have to
# hit one number of 2 ** 61 to look as if it did.
PRIME: Final = 2**61 - 1


def publishable(groups: Mapping[Key, frozenset[int]], least: int) -> list[Key]:
    """The groups whose sums may be shown, in the order given: the first ones have precedence.

    Shape: a group is the people behind one figure. One is left out when it has fewer than `least` people, or when adding
    and subtracting it with those before it would give the sum of fewer than `least` people.
    Cost: grows with the groups times the square of the parts into which they divide people.
    """
    wanted = {key: people for key, people in groups.items() if len(people) >= least}
    parts = _parts(list(wanted.values()))
    sizes = [len(people) for people in parts.values()]
    rows = [(key, [signature[place] for signature in parts]) for place, key in enumerate(wanted)]
    kept: list[Key] = []
    sums = _Sums(len(parts))
    while rows:
        ahead = list(accumulate((row for _, row in rows), _Sums.with_group, initial=sums))
        # More groups never tell less, so the first one that tells too much is found by halves.
        bad = bisect_left(
            range(len(ahead)), True, key=lambda at: ahead[at].small_set(sizes, least) is not None
        )
        kept += [key for key, _ in rows[: bad - 1]] if bad < len(ahead) else [key for key, _ in rows]
        sums = ahead[bad - 1]
        rows = rows[bad:]
    return kept


def discloses(groups: Iterable[frozenset[int]], least: int) -> frozenset[int] | None:
    """Fewer than `least` people whose sum follows from the sums of the groups; None where there are none."""
    given = list(groups)
    parts = _parts(given)
    sums = _Sums(len(parts))
    for place in range(len(given)):
        sums = sums.with_group([signature[place] for signature in parts])
    found = sums.small_set([len(people) for people in parts.values()], least)
    members = list(parts.values())
    return None if found is None else frozenset[int]().union(*(members[place] for place in found))


def _parts(groups: Sequence[frozenset[int]]) -> dict[tuple[int, ...], set[int]]:
    """The people by which groups they are in: who is in the same ones cannot be told apart by any sum."""
    parts: dict[tuple[int, ...], set[int]] = {}
    for person in sorted(frozenset[int]().union(*groups)):
        parts.setdefault(tuple(int(person in group) for group in groups), set()).add(person)
    return parts


class _Sums:
    """What follows from the sums of some groups: their rows, each solved for one part."""

    def __init__(self, width: int, rows: Mapping[int, Sequence[int]] | None = None) -> None:
        self.width = width
        self.rows: dict[int, Sequence[int]] = dict(rows or {})

    def with_group(self, row: Sequence[int]) -> "_Sums":
        """The same with one more group."""
        left = list(row)
        for pivot, known in self.rows.items():
            if factor := left[pivot]:
                left = [(a - factor * b) % PRIME for a, b in zip(left, known, strict=True)]
        if not any(left):
            return self
        pivot = next(place for place, value in enumerate(left) if value)
        inverse = pow(left[pivot], -1, PRIME)
        solved = [value * inverse % PRIME for value in left]
        rows = {
            one: [(a - known[pivot] * b) % PRIME for a, b in zip(known, solved, strict=True)]
            if known[pivot]
            else known
            for one, known in self.rows.items()
        }
        return _Sums(self.width, {**rows, pivot: solved})

    def small_set(self, sizes: Sequence[int], least: int) -> tuple[int, ...] | None:
        """Parts with fewer than `least` people in all whose sum is known; None where there are none."""
        marks = self._marks()
        small = [place for place in range(self.width) if sizes[place] < least]
        by_mark: dict[int, list[tuple[int, ...]]] = {}
        for chosen in _few(small, sizes, least):
            by_mark.setdefault(sum(marks[place] for place in chosen) % PRIME, []).append(chosen)
        for chosen in by_mark.get(0, ()):
            return chosen
        for mark, sets in by_mark.items():
            for first in sets:
                for second in by_mark.get(-mark % PRIME, ()):
                    both = {*first, *second}
                    if len(both) == len(first) + len(second) and sum(sizes[one] for one in both) < least:
                        return tuple(sorted(both))
        return None

    def _marks(self) -> list[int]:
        """A number for each part: a set's numbers add up to nought where its sum is known, and hardly ever elsewhere."""
        random = Random(self.width)  # noqa: S311  nobody who asks may choose the groups
        weights = [0 if place in self.rows else random.randrange(1, PRIME) for place in range(self.width)]
        marks = list(weights)
        for pivot, row in self.rows.items():
            marks[pivot] = -sum(a * b for a, b in zip(row, weights, strict=True)) % PRIME
        return marks


def _few(small: Sequence[int], sizes: Sequence[int], least: int) -> Iterator[tuple[int, ...]]:
    """Each small part alone, and each two of them that are few together: two such sets make up to four parts."""
    yield from ((place,) for place in small)
    yield from (pair for pair in combinations(small, 2) if sizes[pair[0]] + sizes[pair[1]] < least)

"""Whose turn it is."""

from collections.abc import Callable, Sequence


def next_in_turn(people: Sequence[int], last: int | None, free: Callable[[int], bool]) -> int | None:
    """The person after the last one who is free; the one after the last where nobody is, None for no people."""
    if not people:
        return None
    start = (people.index(last) + 1) % len(people) if last in people else 0
    order = [*people[start:], *people[:start]]
    return next((person for person in order if free(person)), order[0])

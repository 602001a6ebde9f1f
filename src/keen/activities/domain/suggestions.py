"""What other packages put forward for somebody's day, as plain data: what it is, where it is done, and what speaks for it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from keen.activities.domain.ranking import Candidate


@dataclass(frozen=True)
class Act:
    """Something that is done about a suggestion: a page to go to."""

    label: str
    href: str
    icon: str = ""


@dataclass(frozen=True)
class Suggestion:
    """One thing that may be done today without having been planned.

    Shape: `plans` says whether a next step is planned for the record right here. `state` and `mark` are its mark.
    """

    candidate: Candidate
    title: str
    href: str
    sub: str = ""
    icon: str = "bolt"
    state: str = "none"
    mark: str = ""
    minutes: int = 5
    plans: bool = False
    phone: str = ""
    acts: Sequence[Act] = ()
    only_adds: bool = False

    @property
    def key(self) -> tuple[str, int]:
        """The record that it is about."""
        return (self.candidate.of, self.candidate.id)


def joined(candidate: Candidate, about: Suggestion | None) -> Candidate:
    """The activity as a candidate, with what speaks for the deal that it is about: a deal is not named twice."""
    if about is None:
        return candidate
    deal = about.candidate
    return replace(
        candidate, value=deal.value, chance=deal.chance, worth=deal.worth, closes_on=deal.closes_on,
        stale_on=deal.stale_on,
    )  # fmt: skip


def standing_alone(found: Sequence[Suggestion], taken: Collection[tuple[str, int]]) -> list[Suggestion]:
    """Those about records for which nothing is planned today."""
    return [one for one in found if not one.only_adds and one.key not in taken]

"""What is wrong with a row, gathered by what somebody can do about it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

MOST_SAMPLES: Final = 5


class Severity(StrEnum):
    """Whether the row stays out, comes in without the value, or was mended."""

    REJECT = "reject"
    WARN = "warn"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one cell (`column` is "" for the whole row).

    Shape: `found` is what stands there, `expected` what should, `repair` the action in the user's words; problems
    with the same repair are mended together.
    """

    kind: str
    column: str
    found: str
    expected: str
    repair: str
    severity: Severity


class Sample(NamedTuple):
    """Where a problem stands."""

    row: int
    column: str
    found: str
    expected: str


@dataclass(slots=True)
class ProblemGroup:
    """All problems with one repair: how many, in which columns, and the first few."""

    repair: str
    kind: str
    severity: Severity
    count: int = 0
    columns: list[str] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)

    def add(self, row: int, problem: Problem) -> None:
        """Count one more."""
        self.count += 1
        if problem.column and problem.column not in self.columns:
            self.columns.append(problem.column)
        if len(self.samples) < MOST_SAMPLES:
            self.samples.append(Sample(row, problem.column, problem.found, problem.expected))


class ProblemCounter:
    """Problems of a whole file, gathered while it is read; takes the memory of the groups, not of the problems."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str, str], ProblemGroup] = {}

    def add(self, row: int, problems: Iterable[Problem]) -> None:
        """Gather the problems of one row."""
        for problem in problems:
            key = (problem.severity, problem.kind, problem.repair)
            if key not in self._groups:
                self._groups[key] = ProblemGroup(problem.repair, problem.kind, problem.severity)
            self._groups[key].add(row, problem)

    def groups(self) -> list[ProblemGroup]:
        """The groups, what rejects rows first, then by how many."""
        order = list(Severity)
        return sorted(
            self._groups.values(), key=lambda group: (order.index(group.severity), -group.count, group.repair)
        )


def group(problems: Iterable[tuple[int, Problem]]) -> list[ProblemGroup]:
    """Problems with their row numbers, grouped by repair: what rejects rows first, then by how many."""
    counter = ProblemCounter()
    for row, problem in problems:
        counter.add(row, [problem])
    return counter.groups()


def row_hash(raw: Sequence[str]) -> str:
    """A fingerprint of a row as it came, to pass over rows that did not change: 32 hexadecimal digits.

    Source: BLAKE2b (RFC 7693) with a digest of 16 bytes; each cell goes in with its length, so that no two rows share one.
    """
    digest = hashlib.blake2b(digest_size=16)
    digest.update("\x1f".join([f"{len(cell)}:{cell}" for cell in raw]).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()

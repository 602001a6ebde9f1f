"""The dry run: what a load would do, row by row, without writing a record."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from keen.core.domain.actor import Actor
from keen.records.actions import importing
from keen.records.actions.importing import Outcome
from keen.records.domain.problems import ProblemCounter
from keen.records.domain.tabular import Row
from keen.records.importing import plan as plans
from keen.records.importing.apply import apply
from keen.records.importing.decide import Decider, Word
from keen.records.importing.lines import Line
from keen.records.importing.load import chunks, row_of, row_values, words_of
from keen.records.importing.plan import Plan, open_plan
from keen.records.models import ImportRow, ImportRun

MEANING = frozenset({"bad_choice", "bad_country"})
MOST_MEANINGS = 30
LOOKED_AT = frozenset({"rejected", "review"})


@dataclass
class Findings:
    """What the dry run gathers over all batches."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: ProblemCounter = field(default_factory=ProblemCounter)
    companies: set[tuple[str, str]] = field(default_factory=set)
    meanings: dict[str, Counter[str]] = field(default_factory=dict)
    seen: int = 0

    def report(self, unclear: Sequence[int], warnings: Sequence[str]) -> dict[str, Any]:
        """The findings as plain data for the page."""
        groups = [asdict(group) for group in self.problems.groups()]
        for group in groups:
            group["samples"] = [
                {"row": s.row, "column": s.column, "found": s.found, "expected": s.expected}
                for s in group["samples"]
            ]
            group["severity"] = str(group["severity"])
        return {
            "groups": groups,
            "unclear_dates": list(unclear),
            "warnings": list(warnings),
            "meanings": {
                column: dict(found.most_common(MOST_MEANINGS)) for column, found in self.meanings.items()
            },
        }


class Checker:
    """Checks one file for the one who brought it in."""

    def __init__(self, run: ImportRun, lease: UUID, actor: Actor) -> None:
        self.run, self.lease = run, lease
        self.plan: Plan = open_plan(run, actor)
        told, self._unclear = plans.date_orders(self.plan)
        run.options = {**run.options, "found_orders": told}
        self.plan.shape = plans.shape_of(run, actor)
        self.decider = Decider(self.plan, words_of(run))
        self.findings = Findings()

    def check(self) -> None:
        """Go through the whole file.

        Raises: LostLeaseError when somebody else took over; TableError when the file cannot be read to its end.
        """
        importing.begin_check(self.run, self.lease, self.run.options)
        for rows in chunks(self.plan.rows()):
            self._batch(rows)
        self.findings.counts["accounts"] = len(self.findings.companies)
        result = Outcome([], self.findings.counts, self.findings.seen)
        report = self.findings.report(self._unclear, self.plan.table.warnings)
        importing.end_check(self.run, self.lease, result, report)

    def _batch(self, rows: Sequence[Row]) -> None:
        lines, companies = preview(self.decider, rows)
        findings = self.findings
        findings.companies |= companies
        for line in lines:
            findings.counts[line.outcome] += 1
            if line.problems:
                findings.problems.add(line.number, line.problems)
                self._meanings(line)
        findings.seen += len(rows)
        importing.keep_checked(
            self.run, self.lease, Outcome(self._rows(lines), findings.counts, findings.seen)
        )
        self.decider.forget_records()

    def _rows(self, lines: Sequence[Line]) -> list[tuple[Any, ...]]:
        words = self.decider.words
        return [
            row_values(self.run, line, words.get(line.number, Word()))
            for line in lines
            if line.outcome in LOOKED_AT or line.number in words
        ]

    def _meanings(self, line: Line) -> None:
        for problem in line.problems:
            if problem.kind in MEANING and problem.column:
                self.findings.meanings.setdefault(problem.column, Counter())[problem.found] += 1


def preview(decider: Decider, rows: Sequence[Row]) -> tuple[list[Line], set[tuple[str, str]]]:
    """The rows with what would become of them, and the companies that they would make, by kind and key."""
    lines = decider.decide(rows)
    before = {
        line.found.record.pk: line.found.record
        for line in lines
        if line.outcome == "updated" and line.found is not None and line.found.record is not None
    }
    return lines, set(apply(decider, lines, before).wanted)


def preview_row(
    run: ImportRun, actor: Actor, number: int, cells: Sequence[str], word: Word
) -> tuple[ImportRow, Line]:
    """What one row would become with other cells or another decision, judged against what is here."""
    opened = open_plan(run, actor)
    decider = Decider(opened, {number: word})
    (line,), _ = preview(decider, [Row(number, list(cells))])
    return row_of(run, line, word), line


def raw_row(opened: Plan, number: int) -> Row | None:
    """One row of the file as it came."""
    return next((row for row in opened.rows(number - 1) if row.number == number), None)

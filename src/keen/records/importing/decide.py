"""What becomes of each row of a batch: new, updated, unchanged, to review, skipped or rejected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from keen.lib.errors import RuleError
from keen.records.domain.problems import Problem, Severity, row_hash
from keen.records.domain.tabular import Row
from keen.records.importing.lines import Line, completed, record_from, rejection
from keen.records.importing.links import Links
from keen.records.importing.plan import Plan
from keen.records.importing.same import MAYBE, SURE, Finder, Found, Memory, Pending
from keen.records.models import ImportMark, Record
from keen.records.queries.sets import among, among_ids

UNREACHABLE = Problem(
    "unreachable", "", "", "an e-mail address or a phone number",
    "Add an e-mail address or phone number, or skip these rows", Severity.WARN,
)  # fmt: skip
REACH = ("emails", "phones")


@dataclass(frozen=True)
class Word:
    """What somebody said about one row: other cells, or what to do with it."""

    mended: list[str] | None = None
    decision: str = ""


@dataclass
class Decider:
    """Decides about the rows of a plan, batch by batch.

    Shape: `words` by row number; `memory` keeps the new rows of the whole file in a dry run, and of one batch in a load,
    where the earlier ones are records already.
    """

    plan: Plan
    words: Mapping[int, Word] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)

    def __post_init__(self) -> None:
        run, actor, record_type = self.plan.run, self.plan.actor, self.plan.record_type
        self.links = Links(record_type, actor)
        self.finder = Finder(record_type, actor, run.source)
        self._options = run.options
        self._names = self.plan.mapped_fields()
        self._headers = run.headers
        self._fresh: list[Pending] = []

    def begin(self, memory: Memory) -> None:
        """Begin a batch that knows nothing of the rows before it: they are records by now."""
        self.memory = memory
        self._fresh.clear()

    def forget_records(self) -> None:
        """Let go of the records of a batch; what is compared of them stays in memory."""
        for pending in self._fresh:
            pending.record = None
        self._fresh.clear()

    def decide(self, rows: Sequence[Row]) -> list[Line]:
        """The rows with what becomes of them, in their order.

        Cost: about 12 queries, whatever the number of rows.
        """
        lines = [self._line(row) for row in rows]
        self._pass_over(lines)
        for line, row in zip(lines, rows, strict=True):
            if not line.outcome:
                self._read(line, row)
        open_ones = [line for line in lines if not line.outcome]
        self.links.resolve(open_ones)
        for line in open_ones:
            if line.record is not None:
                line.record.source = line.record.source or self.plan.run.source
                line.record.derive()
                self.finder.take_own_id(line)
        self.finder.find(open_ones)
        for line in open_ones:
            self._judge(line)
        return lines

    def _line(self, row: Row) -> Line:
        word = self.words.get(row.number, Word())
        cells = row.values if word.mended is None else word.mended
        return Line(
            row.number, row.values, cells, row_hash(row.values), word.mended is not None, word.decision
        )

    def _pass_over(self, lines: Sequence[Line]) -> None:
        """Close the rows that came in before and whose record is still here."""
        plain = {line.hash for line in lines if not line.mended and not line.decision}
        known = ImportMark.objects.filter(shape=self.plan.shape, hash__in=among(plain))
        marks = dict(known.values_list("hash", "record_id"))
        if not marks:
            return
        here = self.plan.record_type.model.objects.visible_to(self.plan.actor)
        alive = set(here.filter(pk__in=among_ids(set(marks.values()))).values_list("pk", flat=True))
        for line in lines:
            if not line.mended and not line.decision and marks.get(line.hash) in alive:
                line.match_id = marks[line.hash]
                line.close("unchanged", "came_before", "This row came in before and did not change.")

    def _read(self, line: Line, row: Row) -> None:
        clean = self.plan.cleaner.clean(self.plan.replaced(line.cells), () if line.mended else row.problems)
        line.problems, line.values = clean.problems, clean.values
        if line.decision == "skip":
            line.close("skipped", "chosen", "You chose to leave this row out.")
        elif clean.rejected:
            code, note, repair, column = rejection(clean.problems, self._headers)
            line.close("rejected", code, note, repair)
            line.column = column
        elif clean.skipped:
            line.close("skipped", "empty", "This row is empty.")
        else:
            self._reach(line)
        if not line.outcome:
            line.record = record_from(self.plan.record_type, line)

    def _reach(self, line: Line) -> None:
        if any(line.values.get(name) for name in REACH) or not set(REACH) & set(
            self.plan.record_type.by_name
        ):
            return
        if self._options.get("unreachable") == "skip":
            line.close("skipped", "unreachable", "This row has neither e-mail nor phone.", UNREACHABLE.repair)
        elif set(REACH) & self._names:
            line.problems.append(UNREACHABLE)

    def _judge(self, line: Line) -> None:
        record = line.record
        assert record is not None  # noqa: S101  closed rows are not judged
        found: Found | None = line.found
        if found is None or found.grade != SURE:
            before = self.finder.among(line, self.memory)
            if before is not None and (found is None or before.score > found.score):
                found = before
        line.found = found
        _VERDICTS[self._verdict(line, found)](line, found)
        if line.outcome == "created":
            line.found = None
            pending = Pending(line.number, [self.finder.facts(record)], record)
            self._fresh.append(pending)
            self.memory.add(line.keys, pending)
        elif line.outcome == "updated" and found is not None and found.twin is not None:
            found.twin.facts.append(self.finder.facts(record))
            self.memory.add(line.keys, found.twin)

    def _verdict(self, line: Line, found: Found | None) -> str:
        """What to do with a row by what was found, the rules of the file and what somebody said of this row."""
        grade = found.grade if found else ""
        mode, same = self._options.get("mode") or "upsert", self._options.get("duplicates") or "ask"
        if line.decision == "create":
            return "create"
        if line.decision == "update" and grade in {SURE, MAYBE}:
            return self._update(found)
        if grade not in {SURE, MAYBE}:
            return "missing" if mode == "update" else "erased" if line.erased_on else "create"
        if mode == "create" and (grade == SURE or same != "create"):
            return "here"
        if grade == SURE:
            return self._update(found)
        return {"ask": "review", "update": self._update(found), "skip": "here", "create": "create"}[same]

    def _update(self, found: Found | None) -> str:
        record = found.record if found else None
        return "update" if record is None or record.allows(self.plan.actor, "edit") else "locked"

    def differences(self, target: Record, line: Line) -> dict[str, Any]:
        """The columns that the row changes on a record."""
        if line.record is None:
            raise RuleError("no_row", "This row has no values.")
        names = self._names - {"source"} if not self._options.get("overwrite") else self._names
        if not self.plan.actor.rights.has("reassign"):
            names = names - {"owner", "team"}
        return completed(
            self.plan.record_type, target, line.record, names, overwrite=bool(self._options.get("overwrite"))
        )


def title(found: Found | None) -> str:
    """What the found one is called."""
    if found is None:
        return ""
    return f"row {found.twin.number}" if found.twin else f"“{found.record.called}”" if found.record else ""


def _create(line: Line, _found: Found | None) -> None:
    line.close("created")


def _review(line: Line, found: Found | None) -> None:
    _point(line, found)
    note = f"May be the same as {title(found)}: {found.words if found else ''}."
    line.close("review", "maybe_same", note[:400], "Say whether it is the same")


def _update(line: Line, found: Found | None) -> None:
    _point(line, found)
    line.close("updated", "same", f"Same as {title(found)}: {found.words if found else ''}."[:400])


def _here(line: Line, found: Found | None) -> None:
    _point(line, found)
    line.close("skipped", "is_here", f"Is here already as {title(found)}."[:400])


def _missing(line: Line, _found: Found | None) -> None:
    line.close("skipped", "not_here", "Nothing here fits this row, and only existing records are updated.")


def _locked(line: Line, found: Found | None) -> None:
    _point(line, found)
    note = f"Is here already as {title(found)}, which is not yours to change."
    line.close("review", "locked", note[:400], "Ask its owner, or add a second one")


def _erased(line: Line, _found: Found | None) -> None:
    on = line.erased_on
    note = f"Was erased on request on {on.day} {on:%b %Y}." if on else "Was erased on request."
    line.close("review", "erased", note, "Leave it out, or add it anew if the person came back")


def _point(line: Line, found: Found | None) -> None:
    if found is not None and found.record is not None:
        line.match_id = found.record.pk


_VERDICTS = {
    "create": _create,
    "review": _review,
    "update": _update,
    "here": _here,
    "missing": _missing,
    "locked": _locked,
    "erased": _erased,
}

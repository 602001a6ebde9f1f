"""What the decisions about a batch would write: new records, changed ones, and companies that are not here yet."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from keen.records.declare import RecordType
from keen.records.importing.decide import Decider
from keen.records.importing.lines import Line
from keen.records.importing.links import Wanted
from keen.records.importing.same import Found
from keen.records.models import Record


@dataclass
class Applied:
    """What a batch writes: new records and companies, and the changes to records that are here."""

    before: Mapping[int, Record]
    records: list[Record] = field(default_factory=list)
    targets: dict[int, Record] = field(default_factory=dict)
    wanted: dict[tuple[str, str], list[tuple[Wanted, Record]]] = field(default_factory=dict)

    def want(self, link: Wanted, record: Record) -> None:
        """Ask for a company that is not here yet."""
        self.wanted.setdefault((link.kind, link.key), []).append((link, record))

    def changes(self, record_type: RecordType) -> list[tuple[Record, dict[str, Any]]]:
        """The records that are here, with the columns that they are to have."""
        names = {declared.column for declared in record_type.fields if declared.editable}
        names |= {declared.shadow for declared in record_type.fields if declared.shadow}
        return [
            (
                self.before[pk],
                {
                    name: getattr(row, name)
                    for name in sorted(names)
                    if getattr(row, name) != getattr(self.before[pk], name)
                },
            )
            for pk, row in self.targets.items()
        ]


def apply(decider: Decider, lines: Sequence[Line], before: Mapping[int, Record]) -> Applied:
    """The records to write; rows that turn out to change nothing are marked as such.

    Shape: `before` holds the records that the rows belong to, as they are.
    """
    applied = Applied(before)
    for line in lines:
        if line.outcome == "created" and line.record is not None:
            decider.links.settle(line.record)
            applied.records.append(line.record)
            if line.link is not None:
                applied.want(line.link, line.record)
        elif line.outcome == "updated":
            _update(decider, line, applied)
    return applied


def _update(decider: Decider, line: Line, applied: Applied) -> None:
    target = _target(line.found, applied)
    if target is None and line.found is not None and line.found.twin is not None:
        return  # a dry run has let go of the row before; what this one adds to it is not counted
    if target is None or line.record is None:
        line.close("skipped", "gone", "The record that this row belongs to was deleted meanwhile.")
        return
    link = line.link if line.link is not None and getattr(target, line.link.column) is None else None
    changes = decider.differences(target, line)
    if link is not None and not getattr(target, link.shadow, ""):
        changes[link.shadow] = getattr(line.record, link.shadow)
        applied.want(link, target)
    if not changes:
        line.close("unchanged", "same", line.note)
        return
    for name, value in changes.items():
        setattr(target, name, value)


def _target(found: Found | None, applied: Applied) -> Record | None:
    """The record to change: one that is here, as the rows before left it, or one that is about to be made."""
    if found is None:
        return None
    if found.twin is not None:
        return found.twin.record
    pk = found.record.pk if found.record else 0
    if pk in applied.before and pk not in applied.targets:
        applied.targets[pk] = copy.copy(applied.before[pk])
    return applied.targets.get(pk)


def record_id(line: Line) -> int | None:
    """The record that a written row became, or may be."""
    if line.outcome == "created" and line.record is not None:
        return int(line.record.pk)
    if line.outcome in {"updated", "unchanged"} and line.found is not None and line.found.twin is not None:
        return int(line.found.twin.record.pk)
    return line.match_id
